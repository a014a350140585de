package candidates_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"workbench/candidates"
	"workbench/session"
)

// pairs makes a file of candidates, four to a sentence of some thirty words;
// one sentence in four has letters beyond ASCII. WORKBENCH_BENCH_ROWS says how
// many.
func pairs(b *testing.B) *session.Session {
	b.Helper()
	n := 4000
	if rows := os.Getenv("WORKBENCH_BENCH_ROWS"); rows != "" {
		var err error
		n, err = strconv.Atoi(rows)
		must(b, err)
	}
	s := create(b)
	must(b, spouse(b).Create(b.Context(), s))
	must(b, candidates.Write(b.Context(), s, func(w *candidates.Writer) error {
		for i := range (n + 3) / 4 {
			doc, err := w.Document("doc-" + strconv.Itoa(i))
			if err != nil {
				return err
			}
			name := "Zoe"
			if i%4 == 0 {
				name = "Zoë"
			}
			words := strings.Fields(fmt.Sprintf("Last year %s Dvorak and her husband Bo Berg , who had met Ann Lee %d times before , "+
				"sold the old farm near the harbour and married in a small church .", name, i))
			offsets := make([]int, len(words))
			for k := 1; k < len(words); k++ {
				offsets[k] = offsets[k-1] + len([]rune(words[k-1])) + 1
			}
			tags := make([]string, len(words))
			for k := range tags {
				tags[k] = "O"
			}
			sent, err := w.Sentence(doc, candidates.NewSentence{Text: strings.Join(words, " "), Words: words, CharOffsets: offsets,
				Lemmas: words, POSTags: tags, NERTags: tags})
			if err != nil {
				return err
			}
			var spans [3]int64
			for k, word := range [...]int{2, 7, 13} {
				if spans[k], err = w.Span(sent, offsets[word], offsets[word+2]-2); err != nil {
					return err
				}
			}
			for _, pair := range [...][2]int{{0, 1}, {0, 2}, {1, 2}, {2, 0}} {
				if _, err := w.Candidate(spouse(b), 0, spans[pair[0]], spans[pair[1]]); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	return s
}

// perCandidate measures one call for each candidate of the file.
func perCandidate(b *testing.B, call func(c *candidates.Candidate) error) {
	cands, err := candidates.Load(b.Context(), pairs(b), candidates.Query{})
	must(b, err)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		must(b, call(&cands[i]))
		if i++; i == len(cands) {
			i = 0
		}
	}
}

func BenchmarkTaggedText(b *testing.B) {
	perCandidate(b, func(c *candidates.Candidate) error { _, err := candidates.TaggedText(c); return err })
}

func BenchmarkBetweenTokens(b *testing.B) {
	perCandidate(b, func(c *candidates.Candidate) error {
		_, err := candidates.BetweenTokens(c, candidates.Tokens{})
		return err
	})
}

func BenchmarkBetweenTrigrams(b *testing.B) {
	perCandidate(b, func(c *candidates.Candidate) error {
		_, err := candidates.BetweenTokens(c, candidates.Tokens{NMax: 3})
		return err
	})
}

func BenchmarkContainsToken(b *testing.B) {
	perCandidate(b, func(c *candidates.Candidate) error {
		_, err := candidates.ContainsToken(c, "Berg", "", false)
		return err
	})
}

func BenchmarkRegexRule(b *testing.B) {
	rule := compiled(b, candidates.RuleRegexSearchBetweenAB, ".*(wife|husband).*")
	perCandidate(b, func(c *candidates.Candidate) error { _, err := rule.Search(c); return err })
}

// BenchmarkEach reads all candidates; in the second part the words and offsets
// of their sentences are decoded too, and in the third the nine functions of
// the workshop label them.
func BenchmarkEach(b *testing.B) {
	s := pairs(b)
	lfs := workshop([][2]string{{"Zoe Dvorak", "Bo Berg"}})
	for name, visit := range map[string]func(c *candidates.Candidate) error{
		"contexts": func(c *candidates.Candidate) error { return nil },
		"words": func(c *candidates.Candidate) error {
			if _, err := c.Args[0].Sentence.CharOffsets(); err != nil {
				return err
			}
			_, err := c.Args[0].Sentence.Words()
			return err
		},
		"workshop": func(c *candidates.Candidate) error {
			for _, lf := range lfs {
				if _, err := lf(c); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		b.Run(name, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				must(b, candidates.Each(b.Context(), s, candidates.Query{}, func(batch []candidates.Candidate) error {
					rows += len(batch)
					for i := range batch {
						must(b, visit(&batch[i]))
					}
					return nil
				}))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rows), "ns/candidate")
		})
	}
}
