package candidates_test

import (
	"fmt"
	"testing"

	"workbench/candidates"
)

// BenchmarkImport imports records into an empty file: raw texts, or sentences
// with two spans and the words that the tokenizer finds.
func BenchmarkImport(b *testing.B) {
	const rows = 20_000
	for _, kind := range []struct {
		name, class string
		record      func(i int) candidates.Record
	}{
		{"raw texts", "Tweet(tweet)", func(i int) candidates.Record {
			return candidates.Record{ID: fmt.Sprint("t", i), Sentence: candidates.NewSentence{Text: "sunny again, 25 °C in the shade"}}
		}},
		{"sentences", "Spouse(person1, person2)", func(i int) candidates.Record {
			return candidates.Record{Document: fmt.Sprint("d", i/10),
				Sentence:   candidates.NewSentence{Text: fmt.Sprintf("Ann Lee and her husband Bob Lee opened the %dth bakery in town .", i)},
				Candidates: [][]candidates.Mention{{{Start: 0, End: 6}, {Start: 24, End: 30}}}}
		}},
	} {
		b.Run(kind.name, func(b *testing.B) {
			for b.Loop() {
				s := create(b)
				class, err := candidates.ParseSubclass(kind.class)
				must(b, err)
				must(b, class.Create(b.Context(), s))
				got, err := candidates.Import(b.Context(), s, class, 0, func(yield func(candidates.Record, error) bool) {
					for i := range rows {
						if !yield(kind.record(i+1), nil) {
							return
						}
					}
				})
				must(b, err)
				if got.Candidates != rows {
					b.Fatalf("%d candidates, want %d", got.Candidates, rows)
				}
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
