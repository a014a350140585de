package notebook

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"workbench/candidates"
)

// generator writes sentences. Everything it chooses comes from rng.
type generator struct {
	rng      *rand.Rand
	women    []string
	men      []string
	surnames []string
	couples  [][2]person
	isCouple map[[2]string]bool // full names, in both orders
	fillers  map[string][]string
	gendered map[string][2]string
	tagger   *tagger
}

func newGenerator(rng *rand.Rand) *generator {
	g := &generator{rng: rng, women: women(), men: men(), surnames: surnames(), isCouple: make(map[[2]string]bool),
		fillers: fillers(), gendered: gendered(), tagger: newTagger()}
	for _, c := range KnownCouples() {
		g.couples = append(g.couples, [2]person{g.parse(c[0]), g.parse(c[1])})
		g.isCouple[c] = true
		g.isCouple[[2]string{c[1], c[0]}] = true
	}
	return g
}

// parse makes a person of a full name.
func (g *generator) parse(name string) person {
	given, surname, _ := strings.Cut(name, " ")
	return person{given, surname, slices.Contains(g.women, given)}
}

// choose returns one of list.
func choose[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// line is a sentence with the words of its two persons: first word and the
// word after the last.
type line struct {
	words   []string
	persons [2][2]int
}

// sentence writes a sentence of a group. The spans are the code points of its
// first and second person, both ends inclusive.
func (g *generator) sentence(gr group) (s candidates.NewSentence, spans [2][2]int, err error) {
	template := choose(g.rng, gr.templates)
	var l line
	persons := g.persons(gr.pairs, strings.Contains(template, "{2kin}"))
	if err := g.fill(&l, template, persons); err != nil {
		return s, spans, fmt.Errorf("template %q: %w", template, err)
	}
	if one, two := l.persons[0], l.persons[1]; one[1] == 0 || two[0] <= one[1] {
		return s, spans, fmt.Errorf("template %q: it needs {1} and, later and apart, {2}", template)
	}
	l.words[0] = capitalised(l.words[0])

	s.Text = strings.Join(l.words, " ")
	s.Words = l.words
	offset := 0
	for _, word := range l.words {
		s.CharOffsets = append(s.CharOffsets, offset)
		offset += utf8.RuneCountInString(word) + 1
	}
	g.tagger.tag(&s, l.persons)
	for i, p := range l.persons {
		last := p[1] - 1
		spans[i] = [2]int{s.CharOffsets[p[0]], s.CharOffsets[last] + utf8.RuneCountInString(l.words[last]) - 1}
	}
	return s, spans, nil
}

func capitalised(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + word[size:]
}

// persons draws two persons; kin share the surname. Only the pairing known
// gives a known couple.
func (g *generator) persons(pairs pairing, kin bool) [2]person {
	if pairs == known {
		two := choose(g.rng, g.couples)
		if g.rng.IntN(2) == 0 {
			two[0], two[1] = two[1], two[0]
		}
		return two
	}
	for {
		a, b := g.person(), g.person()
		if kin {
			b.surname = a.surname
		}
		sameGender := a.female == b.female
		switch {
		case a.given == b.given, !kin && a.surname == b.surname, g.isCouple[[2]string{a.String(), b.String()}]:
			continue
		case pairs == partner && sameGender && g.rng.IntN(10) > 0:
			continue
		}
		return [2]person{a, b}
	}
}

func (g *generator) person() person {
	p := person{female: g.rng.IntN(2) == 0, surname: choose(g.rng, g.surnames)}
	if p.female {
		p.given = choose(g.rng, g.women)
	} else {
		p.given = choose(g.rng, g.men)
	}
	return p
}

// fill appends the words of a template, or of a filler that has slots itself.
func (g *generator) fill(l *line, template string, persons [2]person) error {
	for token := range strings.FieldsSeq(template) {
		slot, ok := strings.CutPrefix(token, "{")
		if !ok {
			l.words = append(l.words, token)
			continue
		}
		slot = strings.TrimSuffix(slot, "}")
		if slot == "1" || slot == "2" || slot == "2kin" {
			i := int(slot[0] - '1')
			start := len(l.words)
			l.words = append(l.words, persons[i].given, persons[i].surname)
			l.persons[i] = [2]int{start, len(l.words)}
			continue
		}
		if word, ok := g.genderedWord(slot, persons); ok {
			l.words = append(l.words, word)
			continue
		}
		if number, ok := g.number(slot); ok {
			l.words = append(l.words, number)
			continue
		}
		texts := g.fillers[slot]
		if texts == nil {
			return fmt.Errorf("no slot {%s}", slot)
		}
		if err := g.fill(l, choose(g.rng, texts), persons); err != nil {
			return err
		}
	}
	return nil
}

// genderedWord returns the word for a slot such as his1 or wife2.
func (g *generator) genderedWord(slot string, persons [2]person) (string, bool) {
	name, i := strings.TrimSuffix(slot, "1"), 0
	if name == slot {
		name, i = strings.TrimSuffix(slot, "2"), 1
	}
	words, ok := g.gendered[name]
	if persons[i].female {
		return words[1], ok
	}
	return words[0], ok
}

// number draws a number for the slots that are numbers.
func (g *generator) number(slot string) (string, bool) {
	between := func(lo, hi int) string { return strconv.Itoa(lo + g.rng.IntN(hi-lo+1)) }
	switch slot {
	case "age":
		return between(24, 79), true
	case "count":
		return between(12, 480), true
	case "price":
		return between(8, 950) + ",000", true
	case "year":
		return between(1962, 2016), true
	case "years":
		return between(3, 41), true
	}
	return "", false
}
