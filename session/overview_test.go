package session_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"workbench/session"
)

func TestOverviewCountsWhatSnorkelCounts(t *testing.T) {
	var want struct {
		Counts     map[string]int
		Splits     []int
		Annotators []string
		Groups     []int            `json:"label_key_groups"`
		BySplit    map[string]split `json:"by_split"`
	}
	oracle(t, &want)
	s := open(t, copyOracle(t))
	o, err := s.Overview(t.Context())
	must(t, err)
	if o.Path != s.Path() || o.Version != session.V07 {
		t.Errorf("path %s, version %s", o.Path, o.Version)
	}

	contexts := map[string]int{}
	for _, c := range o.Contexts {
		contexts[c.Type] = c.Contexts
	}
	if !reflect.DeepEqual(contexts, map[string]int{
		"document": want.Counts["document"], "sentence": want.Counts["sentence"], "span": want.Counts["span"]}) {
		t.Errorf("contexts %v, want those of %v", contexts, want.Counts)
	}

	total := 0
	for i, c := range o.Splits {
		total += c.Candidates
		rows := want.BySplit[string(rune('0'+c.Split))].L.Shape[0]
		if c.Split != want.Splits[i] || c.Type != "spouse" || c.Candidates != rows {
			t.Errorf("split %+v, want split %d with %d spouse candidates", c, want.Splits[i], rows)
		}
	}
	if total != want.Counts["candidate"] {
		t.Errorf("%d candidates, want %d", total, want.Counts["candidate"])
	}

	groups := map[session.KeyGroupCount]bool{}
	for _, g := range o.KeyGroups {
		groups[g] = true
	}
	labels := [2]int{}
	for _, sp := range want.BySplit {
		labels[0] += sp.L.nonzero()
		labels[1] += sp.L1.nonzero()
	}
	for _, g := range []session.KeyGroupCount{
		{Table: "label", Group: 0, Keys: 9, Annotations: labels[0]},
		{Table: "label", Group: 1, Keys: 7, Annotations: labels[1]},
		{Table: "feature", Group: 0, Keys: want.Counts["feature_key"], Annotations: want.Counts["feature"]},
	} {
		if !groups[g] {
			t.Errorf("%+v is not among the key groups %+v", g, o.KeyGroups)
		}
	}
	if len(o.KeyGroups) != 3 || len(want.Groups) != 2 {
		t.Errorf("key groups %+v", o.KeyGroups)
	}

	gold := map[string]int{}
	for _, a := range o.Annotators {
		gold[a.Annotator+string(rune('0'+a.Split))] = a.Labels
	}
	wantGold := map[string]int{}
	for split, sp := range want.BySplit {
		for name, m := range sp.Gold {
			if n := m.nonzero(); n > 0 {
				wantGold[name+split] = n
			}
		}
	}
	if !reflect.DeepEqual(gold, wantGold) {
		t.Errorf("gold labels %v, want %v", gold, wantGold)
	}

	if wantMarginals := []session.MarginalCount{{Training: true, Split: 0, Candidates: 238, MaxValue: 1}, {Training: false, Split: 1, Candidates: 86, MaxValue: 1}}; !reflect.DeepEqual(o.Marginals, wantMarginals) {
		t.Errorf("marginals %+v, want %+v", o.Marginals, wantMarginals)
	}
}

type split struct {
	L    matrix
	L1   matrix `json:"L_group_1"`
	Gold map[string]matrix
}

type matrix struct {
	Shape [2]int
	COO   [][3]float64
}

// nonzero counts entries; a stored zero abstains.
func (m matrix) nonzero() (n int) {
	for _, e := range m.COO {
		if e[2] != 0 {
			n++
		}
	}
	return n
}

func TestOverviewOfOldFiles(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct {
		script    string
		marginals []session.MarginalCount
	}{
		{"snorkel05.sql", []session.MarginalCount{{Training: true, Split: 0, Candidates: 1, MaxValue: 1}}},
		{"snorkel06.sql", []session.MarginalCount{{Training: true, Split: 0, Candidates: 2, MaxValue: 1}, {Training: false, Split: 1, Candidates: 1, MaxValue: 1}}},
	} {
		s := open(t, build(t, filepath.Join(dir, test.script), script(t, test.script)))
		o, err := s.Overview(t.Context())
		must(t, err)
		if !reflect.DeepEqual(o.Marginals, test.marginals) {
			t.Errorf("%s: marginals %+v, want %+v", test.script, o.Marginals, test.marginals)
		}
		if want := []session.SplitCount{{Split: 0, Type: "spouse", Candidates: 2}, {Split: 1, Type: "spouse", Candidates: 1}}; !reflect.DeepEqual(o.Splits, want) {
			t.Errorf("%s: splits %+v, want %+v", test.script, o.Splits, want)
		}
		if want := []session.GoldCount{{Annotator: "gold", Split: 1, Labels: 1}}; !reflect.DeepEqual(o.Annotators, want) {
			t.Errorf("%s: annotators %+v, want %+v", test.script, o.Annotators, want)
		}
	}
}

// JSON readers want [], not null, where there is nothing.
func TestOverviewOfAnEmptyDatabaseHasEmptyLists(t *testing.T) {
	dir := t.TempDir()
	made, err := session.Create(t.Context(), filepath.Join(dir, "new.db"))
	must(t, err)
	defer made.Close()
	bare := open(t, build(t, filepath.Join(dir, "bare.db"),
		"CREATE TABLE context (id, type, stable_id); CREATE TABLE candidate (split, type, id)"))
	for _, s := range []*session.Session{made, bare} {
		o, err := s.Overview(t.Context())
		must(t, err)
		text, err := json.Marshal(o)
		must(t, err)
		if strings.Contains(string(text), "null") {
			t.Errorf("%s", text)
		}
	}
}

func TestOverviewCountsAnnotatorsWithoutLabels(t *testing.T) {
	path := copyOracle(t)
	execute(t, path, `INSERT INTO gold_label_key (id, name, "group") VALUES (8, 'idle', 0), (9, 'abstaining', 0)`,
		"INSERT INTO gold_label (value, key_id, candidate_id) VALUES (0, 9, 1)")
	o, err := open(t, path).Overview(t.Context())
	must(t, err)
	for _, want := range []session.GoldCount{{Annotator: "idle"}, {Annotator: "abstaining"}} {
		found := false
		for _, a := range o.Annotators {
			found = found || a == want
		}
		if !found {
			t.Errorf("%+v is not among %+v", want, o.Annotators)
		}
	}
}

func TestJunkMarginalWithoutCandidateDoesNotCount(t *testing.T) {
	path := copyOracle(t)
	execute(t, path, "INSERT INTO marginal (candidate_id, training, value, probability) VALUES (NULL, 1, 1, 0.0)")
	counts, err := open(t, path).Marginals(t.Context())
	must(t, err)
	if want := (session.MarginalCount{Training: true, Split: 0, Candidates: 238, MaxValue: 1}); len(counts) != 2 || counts[0] != want {
		t.Errorf("got %+v, want %+v first of two", counts, want)
	}
}

// However candidates, marginals and gold labels lie, they are counted as a join counts
// them.
func TestOverviewCountsPerSplitAsAJoinDoes(t *testing.T) {
	path := copyOracle(t)
	for _, statements := range [][]string{
		nil,
		{"UPDATE candidate SET split = (id * 7919) % 3"},
		{"INSERT INTO marginal (candidate_id, training, value, probability) SELECT candidate_id, training, 4 - value, 0.1 FROM marginal WHERE candidate_id % 3 = 0"},
		{"DELETE FROM candidate WHERE id % 11 = 3"}, // the foreign keys stay behind
		{"UPDATE gold_label SET value = x'0100000000000000' WHERE rowid % 5 = 0", "UPDATE gold_label SET value = 0 WHERE rowid % 5 = 1"},
		{"DELETE FROM gold_label WHERE candidate_id NOT IN (SELECT id FROM candidate)"},
		{"INSERT INTO marginal (candidate_id, training, value, probability) VALUES (NULL, 1, 1, 0), (1, 2, 9, 0.5), (1, NULL, 9, 0.5)"},
		{"UPDATE gold_label SET key_id = 'x' WHERE rowid % 7 = 0"},
	} {
		execute(t, path, append([]string{"PRAGMA foreign_keys = OFF"}, statements...)...)
		s := open(t, path)
		o, err := s.Overview(t.Context())
		must(t, err)
		counts, err := s.Marginals(t.Context())
		must(t, err)
		marginals, gold := "", ""
		for _, m := range o.Marginals {
			marginals += fmt.Sprintf("%t|%d|%d|%d ", m.Training, m.Split, m.Candidates, m.MaxValue)
		}
		for _, a := range o.Annotators {
			gold += fmt.Sprintf("%s|%d|%d|%d ", a.Annotator, a.Group, a.Split, a.Labels)
		}
		wantSame(t, fmt.Sprint(statements, ": marginals"), value[string](t, path, `
			SELECT group_concat(iif(training, 'true', 'false') || '|' || split || '|' || n || '|' || most || ' ', '') FROM (
				SELECT m.training, c.split, count(DISTINCT m.candidate_id) AS n, max(m.value) AS most
				FROM marginal AS m JOIN candidate AS c ON c.id = m.candidate_id
				WHERE m.training IN (0, 1) GROUP BY m.training, c.split ORDER BY m.training DESC, c.split)`), marginals)
		wantSame(t, fmt.Sprint(statements, ": gold labels"), value[string](t, path, `
			SELECT group_concat(name || '|' || "group" || '|' || split || '|' || n || ' ', '') FROM (
				SELECT k.name, k."group", coalesce(c.split, 0) AS split, count(c.id) AS n
				FROM gold_label_key AS k
				LEFT JOIN gold_label AS g ON g.key_id = k.id AND g.value <> 0
				LEFT JOIN candidate AS c ON c.id = g.candidate_id
				GROUP BY k.id, c.split ORDER BY k.id, c.split)`), gold)
		if !reflect.DeepEqual(counts, o.Marginals) {
			t.Errorf("%q: marginals alone %+v, among others %+v", statements, counts, o.Marginals)
		}
		must(t, s.Close())
	}
}

func TestWALDatabaseIsReadWithoutChangingIt(t *testing.T) {
	path := copyOracle(t)
	execute(t, path, "PRAGMA journal_mode = wal")
	before := value[string](t, path, "SELECT hex(sum(value)) FROM label")
	data := snapshotOf(t, path)
	s := open(t, path)
	wantCandidates(t, s, 391)
	must(t, s.Close())
	// SQLite may leave an empty -wal and a -shm: they belong to it.
	wantSame(t, "database file", data, snapshotOf(t, path))
	wantSame(t, "labels", before, value[string](t, path, "SELECT hex(sum(value)) FROM label"))
	if mode := value[string](t, path, "PRAGMA journal_mode"); mode != "wal" {
		t.Errorf("journal mode became %s", mode)
	}
}

// Rows that hold something else than numbers and texts are counted as SQLite counts
// them.
func TestOverviewCountsOddRowsAsSQLiteDoes(t *testing.T) {
	path := copyOracle(t)
	execute(t, path,
		"UPDATE label SET value = 0 WHERE rowid % 7 = 0",
		"UPDATE label SET value = x'0000000000000000' WHERE rowid % 7 = 1",
		"UPDATE label SET value = 'none' WHERE rowid % 7 = 2",
		"UPDATE label SET value = 0.5 WHERE rowid % 7 = 3",
		"UPDATE candidate SET split = 'x' WHERE id % 50 = 0",
		"UPDATE candidate SET type = x'00' WHERE id % 50 = 1",
		"UPDATE context SET type = 7 WHERE id % 50 = 0",
		"UPDATE context SET type = x'01' WHERE id % 50 = 1")
	s := open(t, path)
	for _, blobs := range []bool{true, false} {
		o, err := s.Overview(t.Context())
		must(t, err)
		stored, splits, contexts := 0, 0, 0
		for _, g := range o.KeyGroups {
			if g.Table == "label" {
				stored += g.Annotations
			}
		}
		for _, c := range o.Splits {
			splits += c.Candidates
		}
		for _, c := range o.Contexts {
			contexts += c.Contexts
		}
		want := [3]int{value[int](t, path, "SELECT count(*) FROM label WHERE value <> 0"),
			value[int](t, path, "SELECT count(*) FROM candidate"), value[int](t, path, "SELECT count(*) FROM context")}
		if got := [3]int{stored, splits, contexts}; got != want {
			t.Errorf("labels, candidates and contexts: %v, want %v", got, want)
		}
		if n := value[int](t, path, "SELECT count(DISTINCT split || '-' || type) FROM candidate"); len(o.Splits) != n {
			t.Errorf("%d groups of candidates, want %d", len(o.Splits), n)
		}
		if blobs { // then numpy's integers are all that is odd among labels
			execute(t, path, "DELETE FROM label WHERE typeof(value) IN ('text', 'real')")
		}
	}
}
