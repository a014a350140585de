package annotations_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// textRows is how many candidates with text BenchmarkApply works on, if it is
// set; 100000 is what the project promises to label on all cores.
const textRows = "WORKBENCH_BENCH_TEXT_ROWS"

// textDB makes a database of candidates with text: sentences of some thirty
// words with all lists that a parser gives, four candidates in each.
func textDB(b *testing.B, n int) *session.Session {
	b.Helper()
	path := filepath.Join(b.TempDir(), "text.db")
	s, err := session.Create(b.Context(), path)
	must(b, err)
	b.Cleanup(func() { s.Close() })
	spouse, err := candidates.CandidateSubclass("Spouse", []string{"person1", "person2"})
	must(b, err)
	must(b, spouse.Create(b.Context(), s))
	vocabulary := strings.Fields("the a of and his her wife husband married met in Paris last year when they were young , who said that it had been long")
	must(b, candidates.Write(b.Context(), s, func(w *candidates.Writer) error {
		const perSentence, perDocument = 4, 20
		var document *candidates.DocumentRef
		var err error
		for i := 0; i*perSentence < n; i++ {
			if i%perDocument == 0 {
				if document, err = w.Document(fmt.Sprintf("doc%d", i)); err != nil {
					return err
				}
			}
			var words, tags []string
			var offsets []int
			var text strings.Builder
			for k := range 30 {
				word := vocabulary[(i*7+k*k*(1+i%5))%len(vocabulary)]
				if k%6 == 1 {
					word = fmt.Sprintf("Name%d", (i+k)%997)
				}
				offsets = append(offsets, text.Len())
				words, tags = append(words, word), append(tags, "NN")
				text.WriteString(word + " ")
			}
			sentence, err := w.Sentence(document, candidates.NewSentence{Text: text.String(), Words: words, CharOffsets: offsets, Lemmas: words, POSTags: tags, NERTags: tags})
			if err != nil {
				return err
			}
			var names []int64
			for k := 1; k < len(words); k += 6 {
				id, err := w.Span(sentence, offsets[k], offsets[k]+len(words[k])-1)
				if err != nil {
					return err
				}
				names = append(names, id)
			}
			for k := range min(perSentence, n-i*perSentence) {
				if _, err := w.Candidate(spouse, 0, names[k], names[k+1]); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	return s
}

// tenLFs read text in the ways that labeling functions mostly do.
func tenLFs() []annotations.LF {
	has := func(tokens []string, err error, words ...string) (annotations.Label, error) {
		for _, token := range tokens {
			for _, word := range words {
				if token == word {
					return annotations.Positive, err
				}
			}
		}
		return annotations.Abstain, err
	}
	var lfs []annotations.LF
	for i, words := range [][]string{{"wife", "husband"}, {"married"}, {"met", "said"}} {
		lfs = append(lfs,
			annotations.LF{Name: fmt.Sprint("LF_between_", i), Func: func(c *candidates.Candidate) (annotations.Label, error) {
				tokens, err := candidates.BetweenTokens(c, candidates.Tokens{})
				return has(tokens, err, words...)
			}},
			annotations.LF{Name: fmt.Sprint("LF_left_", i), Func: func(c *candidates.Candidate) (annotations.Label, error) {
				tokens, err := candidates.LeftTokens(c, 3, candidates.Tokens{Attrib: "lemmas"})
				return has(tokens, err, words...)
			}},
			annotations.LF{Name: fmt.Sprint("LF_tagged_", i), Func: func(c *candidates.Candidate) (annotations.Label, error) {
				text, err := candidates.TaggedText(c)
				if strings.Contains(text, words[0]) {
					return annotations.Negative, err
				}
				return annotations.Abstain, err
			}})
	}
	return append(lfs, annotations.LF{Name: "LF_inverted", Func: func(c *candidates.Candidate) (annotations.Label, error) {
		inverted, err := candidates.IsInverted(c)
		if inverted {
			return annotations.Negative, err
		}
		return annotations.Abstain, err
	}})
}

func BenchmarkApply(b *testing.B) {
	n := 20_000
	if text := os.Getenv(textRows); text != "" {
		var err error
		n, err = strconv.Atoi(text)
		must(b, err)
	}
	s := textDB(b, n)
	run := func(name string, workers int, label func(a annotations.LabelAnnotator) (*matrix.LabelMatrix, error)) {
		b.Run(name, func(b *testing.B) {
			a := annotations.LabelAnnotator{LFs: tenLFs(), Workers: workers}
			b.ReportAllocs()
			for b.Loop() {
				L, err := label(a)
				must(b, err)
				if L.Rows() != n || L.NNZ() < n {
					b.Fatalf("%d candidates, %d labels", L.Rows(), L.NNZ())
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "candidates/s")
		})
	}
	labels := func(a annotations.LabelAnnotator) (*matrix.LabelMatrix, error) {
		return a.Labels(b.Context(), s, annotations.ApplyOptions{})
	}
	run("label/workers=1", 1, labels)
	run("label/workers=all", 0, labels)
	run("label+store/workers=all", 0, func(a annotations.LabelAnnotator) (*matrix.LabelMatrix, error) {
		done, err := a.Apply(b.Context(), s, annotations.ApplyOptions{})
		return done.Matrix, err
	})
}
