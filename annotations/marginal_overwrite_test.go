package annotations_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
)

// Whatever is stored, saving marginals of the same candidates leaves the rows, with
// their ids, that deleting and inserting them leaves, which is how it goes where
// there is a trigger.
func TestOverwrittenMarginalsAreThoseInsertedAnew(t *testing.T) {
	last := "WHERE id > (SELECT max(id) - 86 FROM marginal)" // those that are saved first
	shift := []string{"UPDATE marginal SET id = id + 100001 " + last, "UPDATE marginal SET id = id - 100000 " + last}
	insert := "INSERT INTO marginal (id, candidate_id, training, value, probability) SELECT %s, @, 9, 0.5 FROM marginal WHERE training = @"
	stored := [][]string{
		{},
		{"DELETE FROM marginal WHERE training <> @"},
		shift,
		append(slices.Clip(shift), fmt.Sprintf(insert, "min(id) - 1, min(candidate_id)")),
		append(slices.Clip(shift), fmt.Sprintf(insert, "min(id) - 1, 100")),
		{fmt.Sprintf(insert, "max(id) + 1, min(candidate_id)")},
		{fmt.Sprintf(insert, "max(id) + 1, NULL")},
		{"UPDATE marginal SET id = id + 1 WHERE id = (SELECT max(id) FROM marginal)"},
		{"DELETE FROM marginal WHERE id = (SELECT max(id) - 1 FROM marginal)"},
		{"DELETE FROM marginal WHERE training <> @", "UPDATE marginal SET id = -id"},
		{"DELETE FROM marginal WHERE training <> @", "UPDATE marginal SET id = id - 1"},
		{"UPDATE marginal SET candidate_id = NULL WHERE id = (SELECT max(id) - 5 FROM marginal)"},
		{"UPDATE marginal SET value = 9 WHERE id = (SELECT max(id) - 5 FROM marginal)"},
		{"UPDATE marginal SET training = 2 WHERE id = (SELECT max(id) - 5 FROM marginal)"},
	}
	random := rand.New(rand.NewPCG(3, 4))
	draw := func(cardinality, zeros int) *matrix.Marginals {
		return marginals(t, cardinality, func(i int) []float64 {
			row := make([]float64, cardinality)
			row[1+i%(cardinality-1)] = 0.5 + random.Float64()/4
			if zeros > 0 && i%zeros == 0 {
				clear(row)
			}
			row[0] = 1
			for _, x := range row[1:] {
				row[0] -= x
			}
			if cardinality == 2 {
				return row[1:]
			}
			return row
		})
	}
	for round, after := range slices.Concat(stored, make([][]string, 8)) {
		options := annotations.SaveOptions{Training: round%2 == 0, DeleteOthers: round < len(stored), KeepOthers: round >= len(stored)}
		first, second := draw(2+round%3, 0), draw(2+round%3, 0)
		switch random := round - len(stored); {
		case random == 0: // one more row
			first = draw(2+round%3, 90)
		case random == 1: // one less
			second = draw(2+round%3, 90)
		case random == 2: // the same rows, not of all candidates
			first, second = draw(2+round%3, 3), draw(2+round%3, 3)
		case random == 3: // some candidates
			second.Candidates, second.P = second.Candidates[:80], second.P[:80*second.Width()]
		case random == 4: // in another order
			slices.Reverse(second.Candidates)
		case random == 5: // other classes
			first, second = draw(3, 0), draw(4, 0)
		}
		var got [2]string
		for way := range got {
			path := copyOracle(t)
			s := open(t, path, session.Writable(), session.WithTriggers())
			_, err := annotations.SaveMarginals(t.Context(), s, first, options)
			must(t, err)
			for _, statement := range after {
				execute(t, path, strings.ReplaceAll(statement, "@", fmt.Sprint(1-round%2)))
			}
			if way == 1 {
				execute(t, path, "CREATE TRIGGER none BEFORE DELETE ON marginal BEGIN SELECT 1; END")
			}
			saved, err := annotations.SaveMarginals(t.Context(), s, second, options)
			got[way] = fmt.Sprintf("%+v %v\n%v", saved, err, lines(t, path, "SELECT *, typeof(training), typeof(probability) FROM marginal ORDER BY id"))
		}
		if got[0] != got[1] {
			t.Errorf("round %d, %+v, %v: overwritten\n%s\ndeleted and inserted\n%s", round, options, after, got[0], got[1])
		}
	}
}

// One that was overwritten has not been deleted: a table that records deletions
// would tell.
func TestTheSameMarginalsAgainAreOverwritten(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable(), session.WithTriggers())
	options := annotations.SaveOptions{Training: true, DeleteOthers: true}
	save := func() annotations.Saved {
		saved, err := annotations.SaveMarginals(t.Context(), s, marginals(t, 2, func(i int) []float64 { return []float64{float64(i+1) / 100} }), options)
		must(t, err)
		return saved
	}
	save()
	want := annotations.Saved{Candidates: 86, Rows: 86, Replaced: 86}
	if saved := save(); saved != want {
		t.Errorf("%+v, want %+v", saved, want)
	}
	// Triggers see deletions and insertions, as ever.
	execute(t, path, "CREATE TABLE seen (what)", "CREATE TRIGGER deletes AFTER DELETE ON marginal BEGIN INSERT INTO seen VALUES ('delete'); END",
		"CREATE TRIGGER updates AFTER UPDATE ON marginal BEGIN INSERT INTO seen VALUES ('update'); END",
		"CREATE TRIGGER inserts AFTER INSERT ON marginal BEGIN INSERT INTO seen VALUES ('insert'); END")
	if saved := save(); saved != want {
		t.Errorf("%+v, want %+v", saved, want)
	}
	got := lines(t, path, "SELECT what, count(*) FROM seen GROUP BY what ORDER BY what")
	if want := []string{"delete 86", "insert 86"}; !slices.Equal(got, want) {
		t.Errorf("triggers saw %v, want %v", got, want)
	}
}

// A candidate that is gone cannot get marginals, also where it has some.
func TestMarginalsOfACandidateThatIsGone(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	p := marginals(t, 2, func(int) []float64 { return []float64{0.5} })
	options := annotations.SaveOptions{Training: true, DeleteOthers: true}
	_, err := annotations.SaveMarginals(t.Context(), s, p, options)
	must(t, err)
	execute(t, path, "PRAGMA foreign_keys = OFF", fmt.Sprintf("DELETE FROM candidate WHERE id = %d", p.Candidates[5]))
	before := content(t, path)
	_, err = annotations.SaveMarginals(t.Context(), s, p, options)
	if !session.Refused(err) {
		t.Errorf("error %v", err)
	}
	if content(t, path) != before {
		t.Error("the file changed")
	}
}
