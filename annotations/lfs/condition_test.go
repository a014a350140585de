package lfs_test

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/candidates/python"
	"workbench/session"
)

// couple writes one sentence with its candidates: Ann and Bob, Bob and Ann,
// and the two of them with a place.
func couple(t testing.TB) (straight, inverted, trio *candidates.Candidate) {
	t.Helper()
	const text = "Ann Lee and her ex-husband Bob Lee left New York City."
	sent := candidates.NewSentence{
		Text:    text,
		Words:   []string{"Ann", "Lee", "and", "her", "ex-husband", "Bob", "Lee", "left", "New", "York", "City", "."},
		Lemmas:  []string{"Ann", "Lee", "and", "she", "ex-husband", "Bob", "Lee", "leave", "New", "York", "City", "."},
		POSTags: []string{"NNP", "NNP", "CC", "PRP$", "NN", "NNP", "NNP", "VBD", "NNP", "NNP", "NNP", "."},
		NERTags: []string{"PERSON", "PERSON", "O", "O", "O", "PERSON", "PERSON", "O", "CITY", "CITY", "CITY", "O"},
	}
	at := 0
	for _, word := range sent.Words {
		at += strings.Index(text[at:], word)
		sent.CharOffsets = append(sent.CharOffsets, utf8.RuneCountInString(text[:at]))
		at += len(word)
	}
	s, err := session.Create(t.Context(), filepath.Join(t.TempDir(), "couple.db"))
	must(t, err)
	t.Cleanup(func() { s.Close() })
	pair, err := candidates.CandidateSubclass("Pair", []string{"a", "b"})
	must(t, err)
	must(t, pair.Create(t.Context(), s))
	triple, err := candidates.CandidateSubclass("Triple", []string{"a", "b", "place"})
	must(t, err)
	must(t, triple.Create(t.Context(), s))
	must(t, candidates.Write(t.Context(), s, func(w *candidates.Writer) error {
		doc, err := w.Document("doc")
		must(t, err)
		in, err := w.Sentence(doc, sent)
		must(t, err)
		var spans []int64
		for _, part := range []string{"Ann Lee", "Bob Lee", "New York City"} {
			start := strings.Index(text, part)
			span, err := w.Span(in, start, start+len(part)-1)
			must(t, err)
			spans = append(spans, span)
		}
		_, err = w.Candidate(pair, 0, spans[0], spans[1])
		must(t, err)
		_, err = w.Candidate(pair, 0, spans[1], spans[0])
		must(t, err)
		_, err = w.Candidate(triple, 1, spans...)
		return err
	}))
	both, three := load(t, s, 0), load(t, s, 1)
	return &both[0], &both[1], &three[0]
}

func TestConditions(t *testing.T) {
	straight, inverted, trio := couple(t)
	const (
		always = "straight inverted trio"
		pairs  = "straight inverted"
	)
	for _, c := range []struct{ condition, want string }{
		{"terms: [ex-husband]", pairs},
		{"terms: [EX-Husband]", pairs},
		{"terms: [EX-Husband], case_sensitive: true", ""},
		{"terms: [ex-husband], case_sensitive: true", pairs},
		{"terms: [ann, left]", ""},
		{"terms: [x, her ex-husband]", pairs},
		{"terms: [and her ex-husband]", pairs},
		{"terms: [x, her ex-husband], ngrams: 1", ""},
		{"terms: [her, x y z], ngrams: 1", pairs},
		{"terms: [she]", ""},
		{"terms: [she], attribute: lemmas", pairs},
		{"terms: [she], attrib: lemmas, in: between", pairs},
		{"terms: [ex-husband], in: left", "inverted"},
		{"terms: [ex-husband], in: left, of: b", "straight trio"},
		{"terms: [ex-husband], in: left, of: [a, b]", always},
		{"terms: [lee], in: left, of: [a, b]", ""},
		{"terms: [lee], in: left, of: [a, b], window: 4", always},
		{"terms: [lee], in: left, of: [a, b], window: 0", ""},
		{"terms: [new york city], in: right, window: 4", "straight"},
		{"terms: [new york city], in: right", ""},
		{"terms: [new york], in: right", "straight"},
		{"terms: [.], in: right", "trio"},
		{"terms: [new york], in: right, of: a", "inverted"},
		{"terms: [york], in: sentence", always},
		{"terms: [ann lee], in: span", always},
		{"terms: [ann lee], in: span, of: a", "straight trio"},
		{"terms: [Lee And], in: span", ""},
		{"terms: [city], in: span, attribute: ner_tags", "trio"},
		{"terms: [CITY CITY CITY], in: span, attribute: ner_tags, case_sensitive: true", "trio"},

		{"regex: EX-(wife|husband)", pairs},
		{"regex: EX-(wife|husband), case_sensitive: true", ""},
		{"regex: [nothing, her]", pairs},
		{"regex: ^ and her ex-husband $", pairs}, // the text between
		{"regex: ^and she ex-husband$, attribute: lemmas", pairs},
		{"regex: ^and her EX-husband$, in: left, of: b", "straight trio"},
		{"regex: ^left New York$, in: right, case_sensitive: true", "straight"},
		{"regex: ^Ann .* City\\.$, in: sentence", always}, // the text
		{"regex: ^Ann .* City \\.$, in: sentence, attribute: lemmas", always},
		{"regex: '^{{A}} and her ex-husband {{B}} left', in: tagged", "straight trio"},
		{"regex: '{{B}} and', in: tagged text", "inverted"},
		{"regex: 'left {{C}}', in: tagged", "trio"},
		{"regex: ^ann lee$, in: span, of: a", "straight trio"},
		{"regex: ^new york city$, in: span", "trio"},
		{"regex: person person, in: span, attribute: ner_tags, of: b", always},

		{"known: [[Ann Lee, Bob Lee]]", pairs},
		{"known: [[Ann Lee, Bob Lee]], order: either", pairs},
		{"known: [[Ann Lee, Bob Lee]], order: given", "straight"},
		{"known: [[ann lee, Bob Lee]]", ""},
		{"known: [[ann lee, Bob Lee]], case_sensitive: false", pairs},
		{"known: [[X Lee, Y Lee]], by: last word", pairs},
		{"known: [[X Lee, Prince], [Prince, Y Lee]], by: last word", ""},
		{"known: [[X LEE, Y lee]], by: last word, case_sensitive: false", pairs},
		{"known: [[Bob Lee, New York City]], of: [b, place]", "trio"},
		{"known: [[Ann Lee, Bob Lee]], of: [b, a], order: given", "inverted"},

		{"same: text", ""},
		{"same: last word", pairs},
		{"different: text", pairs},
		{"different: last word", ""},
		{"different: last word, of: [a, place]", "trio"},

		{"length: {over: 2}", pairs},
		{"length: {in: between, over: 3}", ""},
		{"length: {under: 4}", pairs},
		{"length: {over: 1, under: 3}", ""},
		{"length: {in: span, over: 2}", "trio"},
		{"length: {in: span, over: 2, of: [a, b]}", ""},
		{"length: {in: sentence, over: 11}", always},
		{"length: {in: left, window: 2, of: b, under: 1}", "inverted"},

		{"all: [{terms: [her]}, {same: last word}]", pairs},
		{"all: [{terms: [her]}, {same: text}]", ""},
		{"any: [{same: text}, {terms: [her]}]", pairs},
		{"any: [{same: text}, {terms: [she]}]", ""},
		{"not: {terms: [york], in: right}", "inverted trio"},
		{"not: {any: [{same: text, of: [a, b]}, {not: {terms: [her], in: sentence}}]}", always},

		{"terms: [her, x y], of: [a, b]", always},
		{"terms: [left], of: [b, place]", "trio"},
		{"regex: ^ left $, of: [place, b]", "trio"},
	} {
		t.Run(c.condition, func(t *testing.T) {
			lf := one(t, c.condition)
			for _, x := range []struct {
				name string
				c    *candidates.Candidate
			}{{"straight", straight}, {"inverted", inverted}, {"trio", trio}} {
				got, err := lf.Func(x.c)
				if err != nil {
					// Conditions that need two arguments, or one that only the
					// three have; which errors these are is tested elsewhere.
					allowed := x.name == "trio" || strings.Contains(c.condition, "place")
					if strings.Contains(c.want, x.name) || !allowed {
						t.Errorf("%s: %v", x.name, err)
					}
					continue
				}
				want := annotations.Abstain
				if strings.Contains(c.want, x.name) {
					want = 1
				}
				if got != want {
					t.Errorf("%s: %d, want %d", x.name, got, want)
				}
			}
		})
	}
}

func TestLabelsOfClasses(t *testing.T) {
	straight, _, _ := couple(t)
	for _, c := range []struct {
		class, label string
		want         annotations.Label
	}{
		{"", "1", 1},
		{"", "-1", -1},
		{"", "true", 1},
		{"", "false", -1},
		{"", "7", 7},
		{"candidate: Pair(a, b)", "false", -1},
		{"candidate: Pair(a, b)\nvalues: [good, bad]", "good", 1},
		{"candidate: Pair(a, b)\nvalues: [good, bad]", "bad", -1},
		{"candidate: Pair(a, b)\nvalues: [good, bad]", "true", 1},
		{"candidate: Pair(a, b)\nvalues: [low, middle, high]", "high", 3},
		{"candidate: Pair(a, b)\nvalues: [low, middle, high]", "1", 1},
		{"candidate: Pair(a, b)\nvalues: [0.5, 1.5, 2.5]", "1.5", 2},
		{"candidate: Pair(a, b)\ncardinality: 4", "4", 4},
	} {
		f := parse(t, c.class+"\nlfs: [{name: LF, label: "+c.label+", terms: [her]}]")
		if got, err := f.LFs[0].Func(straight); err != nil || got != c.want {
			t.Errorf("label %s of %q: %d, %v, want %d", c.label, c.class, got, err, c.want)
		}
	}
}

func TestDeclaredClass(t *testing.T) {
	f := parse(t, "candidate: Pair(a,b)\ntable: couples\nvalues: [x, y, z]\nlfs: [{name: LF, label: z, terms: [her]}]")
	if c := f.Subclass; c.Name != "Pair" || c.Table != "couples" || len(c.Args) != 2 || c.Args[1] != "b" || c.Cardinality != 3 {
		t.Errorf("%+v", *f.Subclass)
	}
	if f := parse(t, "lfs: [{name: LF, label: 1, terms: [her]}]"); f.Subclass != nil {
		t.Errorf("%+v", *f.Subclass)
	}
}

func TestErrorsOfCandidates(t *testing.T) {
	straight, inverted, trio := couple(t)
	inverted.ID = 2
	orphan := &candidates.Candidate{ID: 9, Type: "pair"}
	word := textAlone("some text")
	document := &candidates.Candidate{ID: 7, Type: "file", Args: []candidates.Argument{{Name: "file",
		Context: candidates.Context{ID: 6, Type: "document", StableID: "d::document:0:0"}}}}
	const gone = "candidate 9: has no arguments: the row of its subclass is gone"
	for _, c := range []struct {
		condition string
		candidate *candidates.Candidate
		want      string
	}{
		{"terms: [x]", orphan, gone},
		{"terms: [x], in: left", orphan, gone},
		{"terms: [x], in: right, of: a", orphan, gone},
		{"terms: [x], in: sentence", orphan, gone},
		{"regex: x, in: span", orphan, gone},
		{"regex: x, in: tagged", orphan, gone},
		{"not: {known: [[x, y]]}", orphan, gone},
		{"all: [{same: text}]", orphan, gone},
		{"length: {over: 1}", orphan, gone},
		{"terms: [x], of: [a, b]", orphan, gone},
		{"terms: [x], attribute: dep_labels", straight, "candidate 1: sentence 2 (doc::sentence:0:54), column dep_labels: no such attribute: it is NULL or not in the file"},
		{"terms: [x], attribute: dep_labels, in: sentence", straight, "candidate 1: sentence 2 (doc::sentence:0:54), column dep_labels: no such attribute: it is NULL or not in the file"},
		{"terms: [x], in: left, of: c", straight, `lfs.yaml:2: candidate 1 has no argument "c"; its arguments are a, b`},
		{"same: text", trio, "lfs.yaml:2: candidate 3 has 3 arguments; name two by of:"},
		{"terms: [x]", trio, "candidate 3: it has 3 arguments: only candidates with two have that"},
		{"terms: [x], in: span", document, "candidate 7: argument file (d::document:0:0) is not a span of a sentence in this file"},
		{"terms: [x], in: span, attribute: lemmas", word, "candidate 8: t::5 is a text without lemmas: no such attribute"},
	} {
		t.Run(c.condition, func(t *testing.T) {
			label, err := one(t, c.condition).Func(c.candidate)
			if err == nil || err.Error() != c.want || label != 0 {
				t.Errorf("%d, error\n got %v\nwant %s", label, err, c.want)
			}
		})
	}
	if got, err := one(t, "regex: SOME, in: span").Func(word); err != nil || got != 1 {
		t.Errorf("text of a context that is no span: %d, %v", got, err)
	}
}

// textAlone is a candidate whose argument is a text that lies in no sentence.
func textAlone(text string) *candidates.Candidate {
	return &candidates.Candidate{ID: 8, Type: "tweet", Args: []candidates.Argument{{Name: "tweet",
		Context: candidates.Context{ID: 5, Type: "raw_text", StableID: "t::5", Text: text, HasText: true}}}}
}

func TestTextsThatLieInNoSentence(t *testing.T) {
	for _, c := range []struct {
		text, condition string
		want            annotations.Label
	}{
		{"So much rain, again! 😀", "terms: [RAIN], in: sentence", 1},
		{"So much rain, again! 😀", "terms: [rain], in: span", 1},
		{"So much rain, again! 😀", "terms: [much rain], in: span", 1},
		{"So much rain, again! 😀", "terms: ['rain,'], in: sentence", 0},
		{"So much rain, again! 😀", "terms: [so], in: sentence, case_sensitive: true", 0},
		{"So much rain, again! 😀", "terms: [😀], in: sentence", 1},
		{"So much rain, again! 😀", "regex: 'rain, AGAIN', in: sentence", 1},
		{"So much rain, again! 😀", "regex: '^{{A}}$', in: tagged", 1},
		{"So much rain, again! 😀", "terms: [so], in: left", 0},
		{"So much rain, again! 😀", "terms: [again], in: right", 0},
		{"So much rain, again! 😀", "length: {in: span, over: 6}", 1},
		{"So much rain, again! 😀", "length: {in: sentence, over: 7}", 0},
		{"So much rain, again! 😀", "length: {in: left, under: 1}", 1},
		{" ", "terms: [x], in: span", 0},
		{" ", "terms: [x], in: sentence", 0},
		{" ", "terms: [x], in: left", 0},
		{" ", "length: {in: span, under: 1}", 1},
	} {
		if got, err := one(t, c.condition).Func(textAlone(c.text)); err != nil || got != c.want {
			t.Errorf("%s of %q: %d, %v", c.condition, c.text, got, err)
		}
	}
}

// A search that is given up is an error of every labeling function that asks it,
// also where not: would turn no into yes.
func TestASearchIsGivenUp(t *testing.T) {
	c := textAlone(strings.Repeat("a ", 70_000))
	long := strings.Repeat(`\b`, 1000) + "$" // of all patterns its steps are the shortest
	for name, lf := range map[string]annotations.LF{
		"regex":      one(t, "not: {regex: '"+long+"', in: sentence}"),
		"MatchRegex": parse(t, "lfs: [{MatchRegex: {name: m, rgxs: '"+long+"', label: 1}}]").LFs[0],
	} {
		if got, err := lf.Func(c); got != 0 || !errors.Is(err, python.ErrWork) {
			t.Errorf("%s: %d, %v", name, got, err)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	s := open(t, oracle+"snorkel07.db")
	cands := load(t, s, 0)
	all := append(read(t, "workshop.yaml").LFs, read(t, "factories.yaml").LFs...)
	answers := make([][]annotations.Label, 4)
	var wg sync.WaitGroup
	for g := range answers {
		wg.Go(func() {
			for i := range cands {
				for _, lf := range all {
					label, err := lf.Func(&cands[i])
					if err != nil {
						t.Error(err)
					}
					answers[g] = append(answers[g], label)
				}
			}
		})
	}
	wg.Wait()
	for _, other := range answers[1:] {
		for i := range other {
			if other[i] != answers[0][i] {
				t.Fatal("answers differ")
			}
		}
	}
}

// Looking terms up must not cost memory, however many candidates there are.
func TestTermsDoNotAllocate(t *testing.T) {
	straight, _, _ := couple(t)
	for _, condition := range []string{
		"terms: [x, y]",
		"terms: [x, y], case_sensitive: true",
		"terms: [x, y], in: left, of: [a, b]",
		"terms: [x, y z], in: sentence",
		"terms: [x, y], in: span",
		"known: [[x, y]], by: last word",
		"length: {over: 100}",
	} {
		lf := one(t, condition)
		if n := testing.AllocsPerRun(100, func() {
			if label, err := lf.Func(straight); err != nil || label != 0 {
				t.Error(label, err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", condition, n)
		}
	}
}
