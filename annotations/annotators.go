package annotations

import (
	"context"

	"workbench/annotations/matrix"
	"workbench/session"
)

// LoadAnnotators reads the gold labels of all annotators: a row for each candidate that
// has one and a column for each annotator, of every key group. A database without gold
// labels has neither.
func LoadAnnotators(ctx context.Context, s *session.Session) (*matrix.LabelMatrix, error) {
	if !s.HasTable("gold_label") || !s.HasTable("gold_label_key") {
		return matrix.New[int16](nil, nil, nil)
	}
	labelled := Selection{CandidateQuery: "SELECT DISTINCT candidate_id FROM gold_label"}
	return loadLabels(ctx, s, "gold_label", labelled, func(sc *session.Scanner) ([]matrix.Key, error) {
		return readKeys(sc, "gold_label", 0, true)
	})
}

// AnnotatorColumn is the column of an annotator in such a matrix: of several key groups
// that of group 0, as [LoadGoldLabels] takes it, or else the first; false if there is
// none.
func AnnotatorColumn(L *matrix.LabelMatrix, annotator string) (j int, ok bool) {
	for c, k := range L.Keys() {
		if k.Name == annotator && (!ok || k.Group == 0) {
			j, ok = c, true
			if k.Group == 0 {
				break
			}
		}
	}
	return j, ok
}
