package annotations_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

func spouse(t testing.TB, s *session.Session) *candidates.Subclass {
	t.Helper()
	c, err := candidates.Lookup(s, "spouse")
	must(t, err)
	return c
}

// stableIDs are the stable ids of the first candidates of the dev split, 239
// and so on, joined, and turned round.
func stableIDs(t testing.TB, s *session.Session) (forward, backward []string) {
	t.Helper()
	cands, err := candidates.Load(t.Context(), s, candidates.Query{Split: 1, Limit: 5})
	must(t, err)
	for _, c := range cands {
		a, b := c.Args[0].Context.StableID, c.Args[1].Context.StableID
		forward, backward = append(forward, a+"~~"+b), append(backward, b+"~~"+a)
	}
	return forward, backward
}

// semantics.json has what Snorkel reloaded of five stable labels: a good one,
// one whose contexts stand in the other order, one that was written without a
// split, one of value 0, and one with a context that does not exist.
func TestReloadingIsSnorkels(t *testing.T) {
	var semantics struct {
		Reload map[string]reloadStep `json:"reload_annotator_labels"`
	}
	readJSON(t, testdata+"oracle/semantics.json", &semantics)

	path := copyOracle(t)
	s := open(t, path, session.Writable())
	forward, backward := stableIDs(t, s)
	execute(t, path, fmt.Sprintf(`INSERT INTO stable_label (context_stable_ids, annotator_name, split, value) VALUES
		('%s', 't', 1, 1), ('%s', 't', 1, 1), ('%s', 't', 0, -1), ('%s', 't', 1, 0), ('nowhere::span:0:1~~nowhere::span:3:4', 't', 1, 1)`,
		forward[0], backward[0], forward[1], forward[2]))

	check := func(step string, filter bool, missed ...string) {
		t.Helper()
		want, ok := semantics.Reload[step]
		if !ok {
			t.Fatalf("the oracle has no step %q", step)
		}
		done, err := annotations.ReloadAnnotatorLabels(t.Context(), s, spouse(t, s), "t", 1, filter)
		must(t, err)
		if got := fmt.Sprintf("AnnotatorLabels created: %d", done.Added); got != want.said {
			t.Errorf("%s: %s, want %s", step, got, want.said)
		}
		equal(t, step+": missed", done.Missed, missed)
		equal(t, step+": gold labels", lines(t, path, `SELECT g.value FROM gold_label AS g JOIN gold_label_key AS k ON k.id = g.key_id
			WHERE k.name = 't' ORDER BY g.candidate_id`), want.gold)
		equal(t, step+": stable labels", lines(t, path, "SELECT split, value FROM stable_label WHERE annotator_name = 't' ORDER BY rowid"), want.stable)
	}
	const gone = "nowhere::span:0:1~~nowhere::span:3:4"
	check("split filter on", true, backward[0], gone)
	check("again", true, backward[0], gone)
	check("filter off (StableLabel.split default 0)", false, backward[0], gone)
	execute(t, path, "UPDATE stable_label SET value = -1 WHERE annotator_name = 't' AND context_stable_ids = '"+forward[0]+"'")
	check("after changing a StableLabel (existing GoldLabel is not updated)", false, backward[0], gone)
	done, err := annotations.ReloadAnnotatorLabels(t.Context(), s, spouse(t, s), "t", 1, false)
	must(t, err)
	if done.Added != 0 || done.Present != 2 || done.Different != 1 {
		t.Errorf("%+v, want 2 present and 1 different", done)
	}
	equal(t, "keys", lines(t, path, `SELECT name, "group" FROM gold_label_key ORDER BY id`), []string{"gold 0", "second 0", "t 0"})
	equal(t, "the reloaded", lines(t, path, "SELECT candidate_id, value, key_id FROM gold_label WHERE key_id = 3 ORDER BY candidate_id"),
		[]string{"239 1 3", "240 -1 3", "241 0 3"})
}

// reloadStep is what the oracle says of a step: what Snorkel printed, the gold
// labels, and split and value of the stable labels. The part "gold key" has
// another form and is passed over.
type reloadStep struct {
	said         string
	gold, stable []string
}

func (r *reloadStep) UnmarshalJSON(data []byte) error {
	var gold []int
	var stable [][2]int
	if json.Unmarshal(data, &[]any{&r.said, &gold, &stable}) != nil {
		return nil
	}
	for _, v := range gold {
		r.gold = append(r.gold, fmt.Sprint(v))
	}
	for _, v := range stable {
		r.stable = append(r.stable, fmt.Sprint(v[0], v[1]))
	}
	return nil
}

// A candidate of another split is missed, and the same label counts for the
// split that has it.
func TestReloadingNeedsTheCandidatesOwnSplit(t *testing.T) {
	path := copyOracle(t, "DELETE FROM gold_label")
	s := open(t, path, session.Writable())
	for split, want := range map[int][2]int{0: {0, 144}, 1: {81, 63}, 2: {63, 81}} {
		execute(t, path, "DELETE FROM gold_label")
		done, err := annotations.ReloadAnnotatorLabels(t.Context(), s, spouse(t, s), "gold", split, false)
		must(t, err)
		if got := [2]int{done.Added, len(done.Missed)}; got != want {
			t.Errorf("split %d: added and missed %v, want %v", split, got, want)
		}
	}
}

// Labels are looked up some thousand at a time; here there are more.
func TestEveryStableLabelIsReloadedWhateverTheirNumber(t *testing.T) {
	path := copyOracle(t, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4500)
		INSERT INTO stable_label (context_stable_ids, annotator_name, split, value) SELECT 'x' || i || '~~y', 'gold', 1, 1 FROM n`,
		"DELETE FROM gold_label",
		`INSERT INTO stable_label (context_stable_ids, annotator_name, split, value)
			SELECT x.stable_id || '~~' || y.stable_id, 'new', 1, -1 FROM spouse AS a JOIN context AS x ON x.id = a.person1_id JOIN context AS y ON y.id = a.person2_id`)
	s := open(t, path, session.Writable())
	done, err := annotations.ReloadAnnotatorLabels(t.Context(), s, spouse(t, s), "gold", 1, true)
	must(t, err)
	if done.Added != 81 || len(done.Missed) != 4500 || !slices.IsSorted(done.Missed) || !slices.Contains(done.Missed, "x4500~~y") {
		t.Errorf("added %d, missed %d", done.Added, len(done.Missed))
	}
	done, err = annotations.ReloadAnnotatorLabels(t.Context(), s, spouse(t, s), "new", 1, true)
	must(t, err)
	if done.Added != 86 || len(done.Missed) != 391-86 {
		t.Errorf("a new annotator: added %d, missed %d", done.Added, len(done.Missed))
	}
}

func TestStableLabelsThatNumpyWroteAreReloaded(t *testing.T) {
	path := copyOracle(t, "DELETE FROM gold_label", "UPDATE stable_label SET value = X'FFFFFFFFFFFFFFFF' WHERE annotator_name = 'gold' AND value = -1")
	s := open(t, path, session.Writable())
	_, err := annotations.ReloadAnnotatorLabels(t.Context(), s, spouse(t, s), "gold", 1, true)
	must(t, err)
	equal(t, "values", lines(t, path, "SELECT value, typeof(value), count(*) FROM gold_label GROUP BY 1"), []string{"-1 integer 40", "1 integer 41"})
}

func TestStableLabelsThatAreNoLabelsChangeNothing(t *testing.T) {
	for value, says := range map[string]string{"0.5": "fraction", "'yes'": "text", "X'01'": "blob of 1 bytes", "-2": "label -2", "40000": "label 40000"} {
		path := copyOracle(t, "DELETE FROM gold_label", "UPDATE stable_label SET value = "+value+" WHERE rowid = 100")
		before := content(t, path)
		s := open(t, path, session.Writable())
		_, err := annotations.ReloadAnnotatorLabels(t.Context(), s, spouse(t, s), "gold", 1, false)
		wantError(t, value, err, path, "stable_label", "gold", "::span:", says)
		if !errors.Is(err, annotations.ErrBadValue) {
			t.Errorf("%s: error %v is not ErrBadValue", value, err)
		}
		must(t, s.Close())
		if content(t, path) != before {
			t.Errorf("%s: the file changed", value)
		}
	}
}

func TestFilesWithoutTheTablesAreNamed(t *testing.T) {
	for _, table := range []string{"stable_label", "gold_label", "gold_label_key"} {
		path := copyOracle(t, "PRAGMA foreign_keys = OFF", "DROP TABLE "+table)
		s := open(t, path, session.Writable())
		_, err := annotations.ReloadAnnotatorLabels(t.Context(), s, spouse(t, s), "gold", 1, true)
		wantError(t, table, err, path+": no table "+table+";")
	}
}

func TestReadOnlySessionReloadsNothing(t *testing.T) {
	s := oracleDB(t)
	_, err := annotations.ReloadAnnotatorLabels(t.Context(), s, spouse(t, s), "gold", 1, true)
	if !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("error %v, want ErrReadOnly", err)
	}
}

// Snorkel takes any key of that name; of several the one that it loads with.
func TestTheAnnotatorsKeyIsFoundByName(t *testing.T) {
	path := copyOracle(t, `INSERT INTO gold_label_key (id, name, "group") VALUES (3, 'two', 5), (4, 'two', 0), (5, 'odd', 5)`)
	s := open(t, path, session.Writable())
	forward, _ := stableIDs(t, s)
	for _, annotator := range []string{"two", "odd", "new"} {
		_, err := importGold(t, s, tsv(forward[0]+"~~1"), annotator, nil, false)
		must(t, err)
	}
	equal(t, "labels by key", lines(t, path, `SELECT k.id, k.name, k."group" FROM gold_label AS g JOIN gold_label_key AS k ON k.id = g.key_id
		WHERE k.id > 2 ORDER BY k.id`), []string{"4 two 0", "5 odd 5", "6 new 0"})
}
