package annotations_test

import (
	"errors"
	"testing"

	"workbench/annotations"
)

// Snorkel's foreign keys take the spans of a deleted sentence along, and leave
// the spans' contexts and the candidates; a program that does not know the keys
// can leave less.
func TestCandidatesThatLostAnArgumentAreSkipped(t *testing.T) {
	for what, statements := range map[string][]string{
		"sentence": {"DELETE FROM context WHERE id = 104"},
		"span":     {"DELETE FROM span WHERE id = 698"},
		"context":  {"PRAGMA foreign_keys = OFF", "DELETE FROM context WHERE id = 699"},
		"id":       {"UPDATE spouse SET person2_id = NULL WHERE id = 239"},
	} {
		t.Run(what, func(t *testing.T) {
			s := open(t, copyOracle(t, statements...))
			_, err := annotator(three()...).Labels(t.Context(), s, split(1))
			var failed *annotations.LFError
			if !errors.As(err, &failed) || failed.Candidate != 239 || !failed.Orphan {
				t.Errorf("error %v, want one about the orphan 239", err)
			}
			o := split(1)
			o.SkipOrphans = true
			L, err := annotator(three()...).Labels(t.Context(), s, o)
			must(t, err)
			whole, err := annotator(three()...).Labels(t.Context(), oracleDB(t), split(1))
			must(t, err)
			for i, id := range L.Candidates() {
				for j := range L.Cols() {
					if want := whole.At(i, j); id == 239 && L.At(i, j) != 0 || id != 239 && L.At(i, j) != want {
						t.Errorf("candidate %d, column %d: %d", id, j, L.At(i, j))
					}
				}
			}
		})
	}
}
