package annotations_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

// many adds candidates without arguments to a database: some batches of them, in
// split 9.
const many = `INSERT INTO candidate (id, type, split)
	WITH RECURSIVE n(id) AS (SELECT 1001 UNION ALL SELECT id + 1 FROM n WHERE id < 7000) SELECT id, 'spouse', 9 FROM n`

// meanwhile is a labeling function during which another program runs a
// statement, and waits a few seconds for its turn. It abstains.
func meanwhile(t *testing.T, path, statement string) annotations.LF {
	var once sync.Once
	return fn("LF_slow", func(c *candidates.Candidate) annotations.Label {
		once.Do(func() {
			other, err := session.Open(t.Context(), path, session.Writable())
			if err == nil {
				defer other.Close()
				err = other.Update(t.Context(), func(tx *session.Tx) error {
					_, err := tx.Exec(statement)
					return err
				})
			}
			if err != nil {
				t.Errorf("%s: %v", statement, err)
			}
		})
		return 0
	})
}

// Labeling functions may take hours, in which other programs write.
func TestOthersWriteWhileApplyLabels(t *testing.T) {
	const write = "UPDATE document SET name = name || '.' WHERE id = (SELECT min(id) FROM document)"
	for _, of := range []int{0, 9} { // one batch, and several
		path := copyOracle(t, many)
		s := writable(t, path)
		want, err := annotator(always("LF_one", 1), always("LF_slow", 0)).Labels(t.Context(), s, split(of))
		must(t, err)
		a := annotator(always("LF_one", 1), meanwhile(t, path, write))
		L, err := a.Labels(t.Context(), s, split(of))
		must(t, err)
		wantSameMatrix(t, "Labels", L, want)
		a.LFs[1] = meanwhile(t, path, write)
		done, err := a.Apply(t.Context(), s, split(of))
		must(t, err)
		if done.Matrix.NNZ() != want.NNZ() {
			t.Errorf("%d labels, want %d", done.Matrix.NNZ(), want.NNZ())
		}
	}
}

// They may not change which candidates there are, wherever the labeling
// functions are.
func TestCandidatesThatChangeWhileApplyLabels(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	const changed = "another program changed the candidates while they were labelled; start again"
	deleted := func(id int) string {
		return fmt.Sprintf("another program deleted candidate %d while labeling functions ran; start again", id)
	}
	whole, err := os.ReadFile(copyOracle(t, many))
	must(t, err)
	ids := []int64{241, 290, 300}
	tests := []struct {
		selection annotations.Selection
		statement string
		says      string
	}{
		{annotations.Selection{Split: 1}, "DELETE FROM candidate WHERE id = 300", deleted(300)},
		{annotations.Selection{Split: 1}, "INSERT INTO candidate (type, split) VALUES ('spouse', 1)", changed},
		{annotations.Selection{Split: 1}, "UPDATE candidate SET split = 2 WHERE id = 239", deleted(239)},
		{annotations.Selection{Split: 9}, "DELETE FROM candidate WHERE id = 1001", changed},
		{annotations.Selection{Split: 9}, "DELETE FROM candidate WHERE id = 6999", changed},
		{annotations.Selection{Split: 9}, "INSERT INTO candidate (id, type, split) VALUES (1000, 'spouse', 9)", changed},
		{annotations.Selection{Split: 9}, "INSERT INTO candidate (id, type, split) VALUES (20000, 'spouse', 9)", changed},
		{annotations.Selection{AllSplits: true}, "DELETE FROM candidate WHERE id = 6999", changed},
		{annotations.Selection{CandidateIDs: ids}, "DELETE FROM candidate WHERE id = 300", deleted(300)},
		{annotations.Selection{CandidateQuery: "SELECT id FROM candidate WHERE id IN (241, 290, 300)"}, "DELETE FROM candidate WHERE id = 290", deleted(290)},
		// what else the file has is nobody's business
		{annotations.Selection{CandidateIDs: ids}, "DELETE FROM candidate WHERE id = 301", ""},
		{annotations.Selection{Split: 1}, "DELETE FROM candidate WHERE id = 1", ""},
	}
	// The reader waits for a while before it lets the other program write.
	t.Run("all", func(t *testing.T) {
		for _, test := range tests {
			for _, store := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, stored %t", test.statement, store), func(t *testing.T) {
					t.Parallel()
					path := filepath.Join(t.TempDir(), "snorkel.db")
					must(t, os.WriteFile(path, whole, 0o644))
					s := writable(t, path)
					a := annotator(meanwhile(t, path, test.statement))
					o := annotations.ApplyOptions{Selection: test.selection, DeleteOthers: true}
					var err error
					if store {
						_, err = a.Apply(t.Context(), s, o)
					} else {
						_, err = a.Labels(t.Context(), s, o)
					}
					if test.says == "" {
						must(t, err)
						return
					}
					wantError(t, test.statement, err, path, test.says)
					if labels := lines(t, path, "SELECT count(*) FROM label_key WHERE name = 'LF_slow'"); labels[0] != "0" {
						t.Errorf("%s: the labels were stored", test.statement)
					}
				})
			}
		}
	})
}

// However slow labeling functions are, the labels are the same.
func TestApplySlowlyAndFast(t *testing.T) {
	path := copyOracle(t, many)
	s := open(t, path)
	label := func(c *candidates.Candidate) annotations.Label { return annotations.Label(c.ID%3) - 1 }
	want, err := annotator(fn("LF", label)).Labels(t.Context(), s, split(9))
	must(t, err)
	L, err := annotator(fn("LF", func(c *candidates.Candidate) annotations.Label {
		if c.ID%2500 == 0 {
			time.Sleep(300 * time.Millisecond)
		}
		return label(c)
	})).Labels(t.Context(), s, split(9))
	must(t, err)
	wantSameMatrix(t, "slowly", L, want)
}
