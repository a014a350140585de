package notebook_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"workbench/annotations"
	"workbench/annotations/lfs"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/cmd/workbench/notebook"
	"workbench/session"
)

// Making the file takes a second or two, so the tests of what is in it share
// one.
func TestExample(t *testing.T) {
	s := writeExample(t)
	all := mentions(t, s)
	applied, loaded := applyLFFile(t, s)
	t.Run("votes and gold labels are the notebook's counts", func(t *testing.T) { testCounts(t, s) })
	t.Run("lf_stats are the notebook's table", func(t *testing.T) { testStats(t, s) })
	t.Run("keys have the ids 1 to 5 in order", func(t *testing.T) { testKeys(t, s) })
	t.Run("gold labels have stable labels", func(t *testing.T) { testStableLabels(t, s) })
	t.Run("the text gives the votes", func(t *testing.T) { testVotesFromText(t, s, all) })
	t.Run("the file of labeling functions gives the votes", func(t *testing.T) { testLFFile(t, s, applied) })
	t.Run("spans are names", func(t *testing.T) { testSpans(t, all, loaded) })
	t.Run("arguments are swapped at times", func(t *testing.T) { testSwapped(t, all) })
	t.Run("documents have 5 to 12 sentences", func(t *testing.T) { testDocuments(t, s) })
	t.Run("SQLite finds no fault", func(t *testing.T) { testIntegrity(t, s) })
	t.Run("it is the same every time", func(t *testing.T) { testSums(t, s) })
}

func TestWriteKeepsWhatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(path, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := notebook.Write(t.Context(), path); !errors.Is(err, session.ErrExists) {
		t.Errorf("error %v, want ErrExists", err)
	}
	if got, err := os.ReadFile(path); string(got) != "mine" || err != nil {
		t.Errorf("the file is now %q, %v", got, err)
	}
}

func TestWriteLeavesNothingHalfDone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "example.db")
	// Long enough to be somewhere among the sentences on most machines, and
	// much too short to finish on any.
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := notebook.Write(ctx, path); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want context.DeadlineExceeded", err)
	}
	if left, err := filepath.Glob(path + "*"); left != nil || err != nil {
		t.Errorf("after a failure there are %v, %v, want no file", left, err)
	}
}

// writeExample makes the whole example. The race detector turns the second or
// two that SQLite takes for it into minutes: go test -race goes with -short.
func writeExample(t *testing.T) *session.Session {
	t.Helper()
	if testing.Short() {
		t.Skip("the example has 25,087 candidates")
	}
	path := filepath.Join(t.TempDir(), "example.db")
	if err := notebook.Write(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	s, err := session.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func labels(t *testing.T, s *session.Session, split int) *matrix.LabelMatrix {
	t.Helper()
	L, err := annotations.LabelAnnotator{}.LoadMatrix(t.Context(), s, annotations.Selection{Split: split})
	if err != nil {
		t.Fatal(err)
	}
	return L
}

func gold(t *testing.T, s *session.Session, split int) *matrix.LabelMatrix {
	t.Helper()
	m, err := annotations.LoadGoldLabels(t.Context(), s, notebook.Annotator, annotations.Selection{Split: split})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// votes is a row of the label matrix, in the order of LFNames.
type votes [5]int16

func row(L *matrix.LabelMatrix, i int) (v votes) {
	for j := range v {
		v[j] = L.At(i, j)
	}
	return v
}

func testCounts(t *testing.T, s *session.Session) {
	// Per pattern: gold 1, gold −1, no gold, and how many in the train split.
	want := map[votes][4]int{
		{1, 1, 0, 1, -1}: {10, 0, 0, 79},
		{0, 1, 0, 0, -1}: {12, 4, 0, 127},
		{1, 0, -1, 0, 0}: {2, 5, 1, 63},
		{1, 0, 0, 0, 0}:  {52, 124, 8, 1458},
		{0, 0, -1, 0, 0}: {5, 19, 3, 214},
		{}:               {109, 2397, 60, 20335},
	}
	got := make(map[votes][4]int)
	dev, train := labels(t, s, notebook.DevSplit), labels(t, s, notebook.TrainSplit)
	for i, g := range matrix.Align(dev, gold(t, s, notebook.DevSplit)) {
		n := got[row(dev, i)]
		n[map[int16]int{1: 0, -1: 1, 0: 2}[g]]++
		got[row(dev, i)] = n
	}
	for i := range train.Rows() {
		n := got[row(train, i)]
		n[3]++
		got[row(train, i)] = n
	}
	if !maps.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if train.Rows() != 22276 || dev.Rows() != 2811 {
		t.Errorf("%d train and %d dev candidates, want 22276 and 2811", train.Rows(), dev.Rows())
	}
	if n := gold(t, s, notebook.TrainSplit).NNZ(); n != 0 {
		t.Errorf("%d gold labels in the train split, want none", n)
	}
}

func testStats(t *testing.T, s *session.Session) {
	dev := labels(t, s, notebook.DevSplit)
	want := []string{
		"RMS_marriage_[between words]_TRUE 0.071861 0.006403 0.006403 64 129 0 0 0.331606",
		"ST_SUPERVISION_dbpedia_TRUE 0.009249 0.009249 0.009249 22 4 0 0 0.846154",
		"RMS_almost_married_[between words]_FALSE 0.012451 0.002846 0.002846 0 0 7 24 0.774194",
		"_and_marriage 0.003557 0.003557 0.003557 10 0 0 0 1.000000",
		"contrarian 0.009249 0.009249 0.009249 0 0 22 4 0.153846",
	}
	stats := matrix.LFStats(dev, matrix.Align(dev, gold(t, s, notebook.DevSplit)), 2)
	for j, st := range stats {
		got := fmt.Sprintf("%s %.6f %.6f %.6f %d %d %d %d %.6f",
			st.Name, st.Coverage, st.Overlaps, st.Conflicts, st.TP, st.FP, st.FN, st.TN, st.EmpiricalAcc)
		if got != want[j] {
			t.Errorf("got  %s\nwant %s", got, want[j])
		}
	}
}

func testKeys(t *testing.T, s *session.Session) {
	for j, k := range labels(t, s, notebook.DevSplit).Keys() {
		want := matrix.Key{ID: int64(j + 1), Name: notebook.LFNames()[j]}
		if k != want {
			t.Errorf("key %d is %+v, want %+v", j, k, want)
		}
	}
}

// Every gold label has its stable label, in the same order, and nothing is left
// for a reload.
func testStableLabels(t *testing.T, s *session.Session) {
	var gold, stable []string
	view(t, s, &gold, `
		SELECT x.stable_id || '~~' || y.stable_id || ' ' || k.name || ' ' || c.split || ' ' || g.value
		FROM gold_label AS g JOIN gold_label_key AS k ON k.id = g.key_id JOIN candidate AS c ON c.id = g.candidate_id
		JOIN spouse AS a ON a.id = c.id JOIN context AS x ON x.id = a.person1_id JOIN context AS y ON y.id = a.person2_id
		ORDER BY g.rowid`)
	view(t, s, &stable, `
		SELECT context_stable_ids || ' ' || annotator_name || ' ' || split || ' ' || value FROM stable_label ORDER BY rowid`)
	if !slices.Equal(gold, stable) || len(gold) != 190+2549 {
		t.Errorf("%d gold labels, %d stable labels, want the same 2739", len(gold), len(stable))
	}
	var ids []int64
	view(t, s, &ids, "SELECT candidate_id FROM gold_label ORDER BY rowid")
	if !slices.IsSorted(ids) {
		t.Error("gold labels are not stored by candidate")
	}
	subclass, err := notebook.Subclass()
	if err != nil {
		t.Fatal(err)
	}
	writable, err := session.Open(t.Context(), s.Path(), session.Writable())
	if err != nil {
		t.Fatal(err)
	}
	defer writable.Close()
	done, err := annotations.ReloadAnnotatorLabels(t.Context(), writable, subclass, notebook.Annotator, notebook.DevSplit, true)
	if err != nil || done.Added != 0 || done.Present != len(gold) || done.Missed != nil {
		t.Errorf("reloading: %d added, %d present, %d missed, %v", done.Added, done.Present, len(done.Missed), err)
	}
}

func testDocuments(t *testing.T, s *session.Session) {
	var documents []struct {
		Name      string `db:"name"`
		Sentences int    `db:"sentences"`
		Splits    string `db:"splits"`
	}
	view(t, s, &documents, `
		SELECT d.name, count(DISTINCT s.id) AS sentences, group_concat(DISTINCT c.split) AS splits
		FROM document AS d JOIN sentence AS s ON s.document_id = d.id
		JOIN span AS p ON p.sentence_id = s.id
		JOIN spouse AS x ON x.person1_id = p.id JOIN candidate AS c ON c.id = x.id
		GROUP BY d.id ORDER BY d.id`)
	numbers := map[string]int{}
	for _, d := range documents {
		name := fmt.Sprintf("train-%05d", numbers[d.Splits])
		if d.Splits == "1" {
			name = fmt.Sprintf("dev-%04d", numbers[d.Splits])
		}
		numbers[d.Splits]++
		if d.Name != name || d.Sentences < 5 || d.Sentences > 12 {
			t.Fatalf("document %+v, want the name %s and 5 to 12 sentences", d, name)
		}
	}
	if len(numbers) != 2 {
		t.Errorf("documents by splits %v, want splits 0 and 1", numbers)
	}
}

func testIntegrity(t *testing.T, s *session.Session) {
	var integrity []string
	var orphans []int
	view(t, s, &integrity, "SELECT integrity_check FROM pragma_integrity_check")
	view(t, s, &orphans, "SELECT rowid FROM pragma_foreign_key_check")
	if !slices.Equal(integrity, []string{"ok"}) || len(orphans) > 0 {
		t.Errorf("integrity %v, foreign keys broken in rows %v", integrity, orphans)
	}
}

// The tables are those of all versions, as they were written once; figures in the
// README rest on them.
func testSums(t *testing.T, s *session.Session) {
	sums := make(map[string]string)
	all := sha256.New()
	for _, table := range s.Tables() {
		hash := sha256.New()
		err := s.Query(t.Context(), fmt.Sprintf("SELECT rowid, * FROM %q ORDER BY rowid", table), func([]string) error { return nil },
			func(values []any) error {
				fmt.Fprintf(hash, "%q\n", values)
				return nil
			})
		if err != nil {
			t.Fatal(err)
		}
		sums[table] = fmt.Sprintf("%x", hash.Sum(nil))
		fmt.Fprintln(all, table, sums[table])
	}
	if len(sums) < 16 {
		t.Fatalf("%d tables, want those of Snorkel and spouse", len(sums))
	}
	const gold = "6bec989c7666c7d31e12a68ca6247dc7bd14e3e6dd9fcf4bc7232aaab6e95f71"
	if sums["gold_label"] != gold {
		t.Errorf("the table gold_label has the sum %s, want %s", sums["gold_label"], gold)
	}
	const whole = "ddbb153862567869fc669fc93ed7831acb5346b7d9c702eab321dce02a58651e"
	if got := fmt.Sprintf("%x", all.Sum(nil)); got != whole {
		t.Errorf("the tables have the sum %s, want %s:\n%v", got, whole, sums)
	}
}

func view(t *testing.T, s *session.Session, into any, query string) {
	t.Helper()
	err := s.View(t.Context(), func(tx *session.Tx) error { return tx.Select(into, query) })
	if err != nil {
		t.Fatal(err)
	}
}

// applyLFFile returns what the labeling functions in the file answer, by split, and
// the candidates that they looked at: to load them takes as long as to make the file.
func applyLFFile(t *testing.T, s *session.Session) (map[int]*matrix.LabelMatrix, map[int64]candidates.Candidate) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"couples.csv": notebook.CouplesFile(), "lfs.yaml": notebook.LFFile("couples.csv")} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := lfs.Read(filepath.Join(dir, "lfs.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var one sync.Mutex
	loaded := make(map[int64]candidates.Candidate)
	first := file.LFs[0].Func
	file.LFs[0].Func = func(c *candidates.Candidate) (annotations.Label, error) {
		one.Lock()
		loaded[c.ID] = *c
		one.Unlock()
		return first(c)
	}
	applied := make(map[int]*matrix.LabelMatrix)
	for _, split := range []int{notebook.TrainSplit, notebook.DevSplit} {
		o := annotations.ApplyOptions{Selection: annotations.Selection{Split: split}}
		if applied[split], err = (annotations.LabelAnnotator{LFs: file.LFs}).Labels(t.Context(), s, o); err != nil {
			t.Fatal(err)
		}
	}
	return applied, loaded
}

// The labeling functions in the file give each candidate the labels that the
// generator stored, which are the notebook's.
func testLFFile(t *testing.T, s *session.Session, applied map[int]*matrix.LabelMatrix) {
	for split, got := range applied {
		want := labels(t, s, split)
		if !slices.Equal(got.Entries(), want.Entries()) || !slices.Equal(got.Candidates(), want.Candidates()) || want.NNZ() == 0 {
			t.Errorf("split %d: %d labels, stored are %d, or they are others", split, got.NNZ(), want.NNZ())
		}
	}
}
