package annotations_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// FuzzOpen reads files of any bytes the way a command does. Errors are fine;
// panics, hangs and changed files are not. The seeds are the head of a real
// file, as it is and with its page count made right, and two small whole ones.
func FuzzOpen(f *testing.F) {
	whole, err := os.ReadFile(testdata + "oracle/snorkel07.db")
	must(f, err)
	const head = 100_000 / 4096 * 4096
	f.Add(whole[:head])
	cut := append([]byte(nil), whole[:head]...)
	cut[28], cut[29], cut[30], cut[31] = 0, 0, 0, head/4096 // the size in pages, big-endian
	f.Add(cut)
	for _, name := range []string{"snorkel05.sql", "snorkel06.sql"} {
		script, err := os.ReadFile(testdata + name)
		must(f, err)
		path := filepath.Join(f.TempDir(), name+".db")
		execute(f, path, "PRAGMA page_size = 512", string(script), "VACUUM")
		data, err := os.ReadFile(path)
		must(f, err)
		f.Add(data)
	}
	// Tables of other shapes than Snorkel's, in small files.
	script, err := os.ReadFile(testdata + "snorkel06.sql")
	must(f, err)
	for i, change := range []string{
		"DROP TABLE marginal", "DROP TABLE label_key", "DROP TABLE gold_label; DROP TABLE gold_label_key",
		"ALTER TABLE label RENAME COLUMN value TO v", "UPDATE label SET value = 'x'", "UPDATE label SET value = x'0100000000000000'",
		"UPDATE candidate SET split = -1", "DELETE FROM context", "DELETE FROM sentence",
		"CREATE VIEW v AS SELECT * FROM candidate", "ALTER TABLE candidate ADD COLUMN note TEXT",
	} {
		path := filepath.Join(f.TempDir(), fmt.Sprint(i, ".db"))
		execute(f, path, "PRAGMA page_size = 512", string(script), change, "VACUUM")
		data, err := os.ReadFile(path)
		must(f, err)
		f.Add(data)
	}
	path := filepath.Join(f.TempDir(), "fuzzed.db")
	f.Fuzz(func(t *testing.T, data []byte) {
		must(t, os.WriteFile(path, data, 0o644))
		s, err := session.Open(t.Context(), path, session.BusyTimeout(0))
		if err != nil {
			return
		}
		defer s.Close()
		s.Overview(t.Context())
		for split := range 2 {
			sel := annotations.Selection{Split: split}
			if L, err := label.LoadMatrix(t.Context(), s, sel); err == nil {
				matrix.LFStats(L, nil, 2)
				matrix.Summarise(L)
			}
			annotations.FeatureAnnotator{}.LoadMatrix(t.Context(), s, sel)
			annotations.LoadGoldLabels(t.Context(), s, "gold", sel)
			annotations.LoadMarginals(t.Context(), s, sel, true, 0)
			candidates.Load(t.Context(), s, candidates.Query{Split: split})
		}
		after, err := os.ReadFile(path)
		must(t, err)
		if string(after) != string(data) {
			t.Error("reading changed the file")
		}
	})
}
