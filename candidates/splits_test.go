package candidates_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"workbench/candidates"
	"workbench/session"
)

// thousand makes a database with n raw texts in split 0.
func thousand(t testing.TB, n int) *session.Session {
	t.Helper()
	s := both(t)
	recs := make([]candidates.Record, n)
	for i := range recs {
		recs[i] = rawText(fmt.Sprint(i), "x")
	}
	imports(t, s, tweet(t), 0, recs...)
	return s
}

func assign(t testing.TB, s *session.Session, o candidates.SplitOptions) []int {
	t.Helper()
	counts, err := candidates.AssignSplits(t.Context(), s, o)
	must(t, err)
	return counts
}

const assigned = "SELECT id || ' ' || split AS line FROM candidate ORDER BY id"

func TestSplitsHaveTheirShares(t *testing.T) {
	for _, test := range []struct {
		n      int
		shares []float64
		want   []int
	}{
		{10, []float64{0.8, 0.1, 0.1}, []int{8, 1, 1}},
		{1000, []float64{0.8, 0.1, 0.1}, []int{800, 100, 100}},
		{7, []float64{0.7, 0.2, 0.1}, []int{5, 1, 1}},
		{5, []float64{0.5, 0.5}, []int{2, 3}},
		{1, []float64{0.2, 0.7, 0.1}, []int{0, 1, 0}},
		{10, []float64{0, 0, 1}, []int{0, 0, 10}},
		{10, []float64{1, 0, 0}, []int{10, 0, 0}},
		{11, []float64{0.9, 0, 0.1}, []int{10, 0, 1}},
		{30, []float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, []int{3, 3, 3, 3, 3, 3, 3, 3, 3, 3}},
	} {
		s := thousand(t, test.n)
		got := assign(t, s, candidates.SplitOptions{Shares: test.shares, Seed: 1})
		equal(t, fmt.Sprint(test.n, test.shares), got, test.want)
		for split, n := range got {
			var stored int
			scan(t, s.Path(), fmt.Sprint("SELECT count(*) FROM candidate WHERE split = ", split), &stored)
			if stored != n {
				t.Errorf("%d candidates in split %d, %d counted", stored, split, n)
			}
		}
	}
}

func TestSharesAreMetWithinOne(t *testing.T) {
	s := thousand(t, 0)
	for n := 1; n < 40; n++ {
		imports(t, s, tweet(t), 0, rawText(fmt.Sprint("more", n), "x"))
		shares := []float64{0.55, 0.3, 0.15}
		sum := 0
		for split, got := range assign(t, s, candidates.SplitOptions{Shares: shares, Seed: uint64(n), Reassign: true}) {
			sum += got
			if math.Abs(float64(got)-shares[split]*float64(n)) >= 1 {
				t.Errorf("%d of %d candidates in split %d, whose share is %v", got, n, split, shares[split])
			}
		}
		if sum != n {
			t.Errorf("%d of %d candidates are assigned", sum, n)
		}
	}
}

func TestTheSeedDecides(t *testing.T) {
	shares := []float64{0.5, 0.25, 0.25}
	a, b, c := thousand(t, 400), thousand(t, 400), thousand(t, 400)
	assign(t, a, candidates.SplitOptions{Shares: shares, Seed: 1})
	assign(t, b, candidates.SplitOptions{Shares: shares, Seed: 2})
	assign(t, c, candidates.SplitOptions{Shares: shares, Seed: 1})
	one := rowsOf(t, a, assigned)
	if rowsOf(t, c, assigned) != one {
		t.Error("the same seed gave other splits")
	}
	if rowsOf(t, b, assigned) == one {
		t.Error("another seed gave the same splits")
	}
	assign(t, b, candidates.SplitOptions{Shares: shares, Seed: 1, Reassign: true})
	if rowsOf(t, b, assigned) != one {
		t.Error("what was assigned before decided, not the seed")
	}
	// The first and the last hundred are shuffled alike: 25 ± 5 in split 1.
	for _, where := range []string{"id <= 100", "id > 300"} {
		var n int
		scan(t, a.Path(), "SELECT count(*) FROM candidate WHERE split = 1 AND "+where, &n)
		if n < 10 || n > 40 {
			t.Errorf("%d of the candidates with %s are in split 1", n, where)
		}
	}
}

// The spans of doc-06 and the others of Snorkel's own file, and raw texts
// beside them.
func TestDocumentsStayTogether(t *testing.T) {
	s := open(t, copyOracle(t), session.Writable())
	must(t, tweet(t).Create(t.Context(), s))
	imports(t, s, tweet(t), 0, rawText("one", "x"), rawText("two", "x"))
	shares := []float64{0.6, 0.2, 0.2}
	counts := assign(t, s, candidates.SplitOptions{Shares: shares, Seed: 3, ByDocument: true, Reassign: true})
	split := `SELECT count(DISTINCT split) AS splits, count(*) AS n FROM candidate JOIN spouse USING (id)
		JOIN span ON span.id = person1_id JOIN sentence ON sentence.id = sentence_id GROUP BY document_id`
	var documents, most, largest int
	scan(t, s.Path(), "SELECT count(*), max(splits), max(n) FROM ("+split+")", &documents, &most, &largest)
	if documents < 20 || most != 1 {
		t.Errorf("the candidates of a document lie in up to %d splits, of %d documents", most, documents)
	}
	total := 0
	for i, n := range counts {
		total += n
		if math.Abs(float64(n)-shares[i]*393) > float64(largest) {
			t.Errorf("%d candidates in split %d", n, i)
		}
	}
	if total != 393 {
		t.Errorf("%d candidates, want 393", total)
	}
}

func TestDocumentsOfSentencesAndDocuments(t *testing.T) {
	s := both(t)
	must(t, candidates.Write(t.Context(), s, func(w *candidates.Writer) error {
		for i := range 40 {
			doc, err := w.Document(fmt.Sprint("d", i))
			must(t, err)
			one, err := w.Sentence(doc, candidates.NewSentence{Text: "x"})
			must(t, err)
			two, err := w.Sentence(doc, candidates.NewSentence{Text: "y"})
			must(t, err)
			span, err := w.Span(two, 0, 0)
			must(t, err)
			for _, id := range []int64{doc.ID, one.ID, two.ID, span} {
				if _, err := w.Candidate(tweet(t), 0, id); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	equal(t, "counts", assign(t, s, candidates.SplitOptions{Shares: []float64{0.5, 0.5}, ByDocument: true}), []int{80, 80})
	var apart int
	scan(t, s.Path(), "SELECT count(*) FROM (SELECT 1 FROM candidate GROUP BY (id - 1) / 4 HAVING count(DISTINCT split) > 1)", &apart)
	if apart > 0 {
		t.Errorf("%d documents are torn apart", apart)
	}
}

func TestOneTypeAloneIsSplit(t *testing.T) {
	s := thousand(t, 10)
	imports(t, s, spouse(t), 5, said("a", "Bo met Al", [4]int{0, 1, 7, 8}))
	equal(t, "counts", assign(t, s, candidates.SplitOptions{Shares: []float64{0.5, 0.5}, Type: "tweet"}), []int{5, 5})
	same(t, "the other type", rowsOf(t, s, "SELECT split AS line FROM candidate WHERE type = 'spouse'"), "5")
}

func TestSplittingChangesNothingElse(t *testing.T) {
	path := copyOracle(t)
	counts := "SELECT (SELECT sum(value * candidate_id) FROM label) || ' ' || (SELECT sum(value * candidate_id) FROM gold_label) || ' ' || " +
		"(SELECT sum(probability * candidate_id) FROM marginal) || ' ' || (SELECT sum(id) FROM candidate) || ' ' || (SELECT sum(person1_id) FROM spouse)"
	var before, after string
	scan(t, path, counts, &before)
	s := open(t, path, session.Writable())
	assign(t, s, candidates.SplitOptions{Shares: []float64{0.5, 0.5}, Reassign: true})
	scan(t, path, counts, &after)
	same(t, "the rest", after, before)
}

func TestSplitsThatAreRefused(t *testing.T) {
	path := copyOracle(t)
	before, err := os.ReadFile(path)
	must(t, err)
	s := open(t, path, session.Writable())
	for _, shares := range [][]float64{nil, {0.5}, {0.5, 0.6}, {1.5, -0.5}, {math.NaN(), 1}, {math.Inf(1), 0}, {0.8, 0.1, 0.1 + 2e-9}} {
		if _, err := candidates.AssignSplits(t.Context(), s, candidates.SplitOptions{Shares: shares, Reassign: true}); !errors.Is(err, candidates.ErrShares) {
			t.Errorf("%v: error %v, want ErrShares", shares, err)
		}
	}
	all := []float64{1}
	_, err = candidates.AssignSplits(t.Context(), s, candidates.SplitOptions{Shares: all})
	if !errors.Is(err, candidates.ErrAssigned) {
		t.Fatalf("error %v, want ErrAssigned", err)
	}
	matches(t, err.Error(), "238 in split 0, 86 in split 1, 67 in split 2$")
	_, err = candidates.AssignSplits(t.Context(), s, candidates.SplitOptions{Shares: all, Type: "tweet", Reassign: true})
	if err == nil {
		t.Fatal("candidates of no type were split")
	}
	matches(t, err.Error(), `no candidates of type "tweet"`)
	if _, err := candidates.AssignSplits(t.Context(), create(t), candidates.SplitOptions{Shares: all}); err == nil {
		t.Error("no candidates were split")
	}
	if _, err := candidates.AssignSplits(t.Context(), oracleDB(t), candidates.SplitOptions{Shares: all}); !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("error %v, want ErrReadOnly", err)
	}
	must(t, s.Close())
	after, err := os.ReadFile(path)
	must(t, err)
	if !slices.Equal(before, after) {
		t.Error("the file changed")
	}
}

// Sums that differ from 1 in the last digits only are meant to be 1.
func TestSharesMayBeRounded(t *testing.T) {
	equal(t, "counts", assign(t, thousand(t, 30), candidates.SplitOptions{Shares: []float64{0.7, 0.2, 0.1 - 1e-10}}), []int{21, 6, 3})
}
