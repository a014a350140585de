package annotations_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"testing"

	"workbench/annotations"
)

// FuzzImportLabels reads tables of any bytes into a small database. An error
// names the table and a line and changes nothing; without one, what is stored
// is what was counted.
func FuzzImportLabels(f *testing.F) {
	L, err := label.LoadMatrix(f.Context(), oracleDB(f), annotations.Selection{Split: 2})
	must(f, err)
	spell := func(v int16) string { return fmt.Sprint(v) }
	long, wide := longTable(f, L), wideTable(f, L, '\t', spell)
	for _, table := range [][]byte{long, wide, bytes.ReplaceAll(long, []byte("LF_"), []byte("new_")),
		[]byte("person1,person2,a\ndoc-00::span:0:11,doc-00::span:26:38,1.0\n"), []byte("\ufeffcandidate_id\t\"a\"\r\n1\tNaN\r\n")} {
		f.Add(table, true, false, 0)
		f.Add(table, false, true, 3)
	}
	path := copyOracle(f, "DELETE FROM feature", "DELETE FROM feature_key", "DELETE FROM marginal", "UPDATE sentence SET text = '', words = '', char_offsets = '', abs_char_offsets = ''", "VACUUM")
	before, err := os.ReadFile(path)
	must(f, err)
	place := regexp.MustCompile(`^L\.csv:[1-9]\d*: .`)
	f.Fuzz(func(t *testing.T, table []byte, replace, nine bool, cardinality int) {
		opts := labelImport{Replace: replace, KeyGroup: 0}
		if nine {
			opts.Abstain = -1
		}
		if cardinality >= 2 && cardinality < 100 {
			opts.Cardinality = cardinality
		}
		done, err := importInto(t, path, opts, bytes.NewReader(table))
		after, readErr := os.ReadFile(path)
		must(t, readErr)
		if err != nil {
			if !place.MatchString(err.Error()) {
				t.Errorf("the error names no line: %v", err)
			}
			if !slices.Equal(after, before) {
				t.Error("the file changed")
			}
			return
		}
		const stored = 553 + 228 // labels of groups 0 and 1
		want := fmt.Sprint(stored + done.Labels - done.Replaced - done.Deleted)
		if counts := lines(t, path, "SELECT count(*) FROM label WHERE value <> 0"); counts[0] != want {
			t.Errorf("%s labels, want %s: %+v", counts[0], want, done)
		}
		must(t, os.WriteFile(path, before, 0o644))
	})
}
