package candidates_test

import (
	"fmt"
	"slices"
	"testing"

	"workbench/candidates"
	"workbench/session"
)

// find looks candidates of the class spouse up.
func find(t *testing.T, s *session.Session, ids ...[]string) (found []candidates.Found) {
	t.Helper()
	spouse, err := candidates.Lookup(s, "spouse")
	must(t, err)
	must(t, s.View(t.Context(), func(tx *session.Tx) (err error) {
		found, err = spouse.Find(tx, ids)
		return err
	}))
	return found
}

func TestEveryCandidateIsFoundByItsStableIDs(t *testing.T) {
	s := oracleDB(t)
	var ids [][]string
	var want []candidates.Found
	for split := range 3 {
		cands, err := candidates.Load(t.Context(), s, candidates.Query{Split: split})
		must(t, err)
		for _, c := range cands {
			ids = append(ids, []string{c.Args[0].Context.StableID, c.Args[1].Context.StableID})
			want = append(want, candidates.Found{ID: c.ID, Split: split})
		}
	}
	slices.Reverse(ids)
	slices.Reverse(want)
	if got := find(t, s, ids...); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestWhatIsMissingIsNamedOnce(t *testing.T) {
	const a, b = "doc-06::span:0:10", "doc-06::span:16:25" // candidate 239
	got := find(t, oracleDB(t),
		[]string{a, b}, []string{b, a}, []string{a}, []string{a, b, a}, nil, []string{a, "x"}, []string{"x", "x"}, []string{"y", "x"}, []string{"", b}, []string{`"`, "\x00"}, []string{a, a}, []string{a, b})
	want := []candidates.Found{{ID: 239, Split: 1}, {}, {}, {}, {}, {Missing: []string{"x"}}, {Missing: []string{"x"}},
		{Missing: []string{"y", "x"}}, {Missing: []string{""}}, {Missing: []string{`"`, "\x00"}}, {}, {ID: 239, Split: 1}}
	if fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
	}
	if got := find(t, oracleDB(t)); len(got) != 0 {
		t.Errorf("nothing asked for, got %v", got)
	}
}

// A foreign program may have left the unique constraint out.
func TestOfSeveralCandidatesTheFirstIsFound(t *testing.T) {
	path := copyOracle(t, "CREATE TABLE pair (id INTEGER PRIMARY KEY, a_id INTEGER, a_cid VARCHAR)",
		"INSERT INTO candidate (id, type, split) VALUES (1003, 'pair', 0), (1001, 'pair', 2), (1002, 'pair', 1)",
		"CREATE INDEX backwards ON pair (a_id, id DESC)", "INSERT INTO pair (id, a_id) VALUES (1003, 1), (1001, 1), (1002, 1)")
	s := open(t, path)
	pair, err := candidates.Lookup(s, "pair")
	must(t, err)
	must(t, s.View(t.Context(), func(tx *session.Tx) error {
		found, err := pair.Find(tx, [][]string{{"doc-00::document:0:0"}})
		if err == nil && (found[0].ID != 1001 || found[0].Split != 2 || found[0].Others != 2) {
			t.Errorf("got %+v, want candidate 1001 and 2 others", found)
		}
		return err
	}))
}
