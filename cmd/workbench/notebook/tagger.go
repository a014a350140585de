package notebook

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"workbench/candidates"
)

// tagger gives words lemmas and Penn Treebank tags: from word lists, else by
// the word's ending. That is rough, and good enough to look at.
type tagger struct {
	tags   map[string]string // lower-cased word → tag
	lemmas map[string]string // lower-cased word → lemma
}

func newTagger() *tagger {
	return &tagger{tags: wordLists(tagLists), lemmas: wordLists(lemmaLists)}
}

// wordLists turns lines of a head and its words into a map from word to head.
func wordLists(lists string) map[string]string {
	heads := make(map[string]string)
	for l := range strings.Lines(lists) {
		words := strings.Fields(l)
		for i := 1; i < len(words); i++ {
			heads[words[i]] = words[0]
		}
	}
	return heads
}

// tag fills in the lemmas, the tags and the named entities of s. persons are
// the ranges of words that are names.
func (t *tagger) tag(s *candidates.NewSentence, persons [2][2]int) {
	before, lemmaBefore := `"`, ""
	for i, word := range s.Words {
		lower := strings.ToLower(word)
		lemma, ok := t.lemmas[lower]
		if !ok {
			lemma = lower
		}
		pos, ner := t.pos(word, lower, before == `"`), "O"
		if pos == "VBD" && (lemmaBefore == "be" || lemmaBefore == "have") {
			pos = "VBN"
		}
		for _, p := range persons {
			if i >= p[0] && i < p[1] {
				pos, ner, lemma = "NNP", "PERSON", lower
			}
		}
		s.Lemmas = append(s.Lemmas, lemma)
		s.POSTags = append(s.POSTags, pos)
		s.NERTags = append(s.NERTags, ner)
		before, lemmaBefore = word, lemma
	}
}

// pos tags one word. A word that opens a sentence or a quotation is written
// with a capital for that alone.
func (t *tagger) pos(word, lower string, opens bool) string {
	if tag, ok := t.tags[word]; ok {
		return tag
	}
	first, _ := utf8.DecodeRuneInString(word)
	if unicode.IsUpper(first) && !opens {
		return "NNP"
	}
	if tag, ok := t.tags[lower]; ok {
		return tag
	}
	switch {
	case unicode.IsDigit(first):
		return "CD"
	case strings.HasSuffix(lower, "ing"):
		return "VBG"
	case strings.HasSuffix(lower, "ed"):
		return "VBD"
	case strings.HasSuffix(lower, "ly"):
		return "RB"
	case strings.HasSuffix(lower, "s"):
		return "NNS"
	}
	return "NN"
}

// tagLists has a tag at the head of each line and then the words that get it.
// A word in several of them keeps the last.
const tagLists = `
, ,
. .
'' "
$ $
POS 's
CC and or but neither nor both
CD one two three four five six seven
DT the a an this every another no some
IN of in on at for from by with about over after before because while since until near under above behind
IN outside towards ahead than as if whether into across through that
JJ married former late new old own divorced lost royal young last other next short secret silver golden
JJ first fifth tenth fifteenth twentieth thirtieth fortieth second main private patient rainy grand green same
JJ botanical only red sure
MD will would may must
NN wedding ring evening morning swimming building cycling sewing fishing printing spring housing
NN tennis chess supply series rowing bus dress glass press witness
NNS children grandchildren police
PRP I he she it they him them we everybody somebody nobody
PRP$ his her their
RB not never now still again once twice then together soon too almost here away home off early earlier later
RB ago long most so longer abroad
RP up down out
TO to
VB be mend start appear comment postpone hold lead talk sell agree annul face call
VBD found said told met left sold won lost gave took wrote drove lent beat had was were did became began got broke
VBD chose drew saw kept held read heard wore fell threw wed slept went brought caught spoke sent cut bought taught paid
VBN been seen gone spoken split taken stuck
VBP are have play keep share own run say want arrive show
VBZ is has does runs lives plays says keeps wears calls needs hopes claims sees sings chairs belongs works
VBZ succeeds disagrees credits hangs begins uses shares coaches marries knows owns
WP who what
WP$ whose
WRB when where how
`

// lemmaLists has a lemma at the head of each line and then its other forms.
const lemmaLists = `
be is are was were been
have has had having
do does did done
say said says
tell told
meet met
leave left
sell sold
win won
lose lost
give gave given
take took taken
write wrote written writes
sing sang sings
drive drove driven
lend lent
beat beaten
become became
begin began begins
come came
find found
get got
keep kept keeps
hear heard
wear wore wears
throw threw
sleep slept
go went gone
bring brought
speak spoke spoken
send sent
buy bought
teach taught
see seen saw sees
know known knows
marry married marries
divorce divorced
engage engaged
date dating
celebrate celebrated
work worked works
play played plays
live lived lives
run ran runs
open opened
move moved
hire hired
call called calls
ask asked
thank thanked thanks
child children
wife wives
year years
guest guests
friend friends
neighbour neighbours
vow vows
flower flowers
hour hours
grandchild grandchildren
`
