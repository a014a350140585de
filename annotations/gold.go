package annotations

import (
	"context"
	"fmt"

	"workbench/session"
)

// LoadGoldLabels reads the gold labels of one annotator for the rows that sel
// selects, as a matrix of m candidates × 1 (snorkel.annotations.load_gold_labels).
// Its key group and key names do not count. An annotator that the file does
// not know is [ErrNoAnnotator]; the message lists those it knows.
func LoadGoldLabels(ctx context.Context, s *session.Session, annotator string, sel Selection) (*LabelMatrix, error) {
	if s.HasTable("gold_label_key") {
		var keys []Key
		err := s.Scan(ctx, func(sc *session.Scanner) (err error) {
			keys, err = readKeys(sc, "gold_label", 0, true)
			return err
		})
		if err != nil {
			return nil, err
		}
		found := false
		for _, k := range keys {
			found = found || k.Name == annotator && k.Group == 0
		}
		if !found {
			return nil, noAnnotator(s.Path(), annotator, keys)
		}
	}
	sel.KeyGroup, sel.KeyNames = 0, []string{annotator}
	return loadLabels(ctx, s, "gold_label", sel)
}

// noAnnotator is the error for an annotator that is none of keys.
func noAnnotator(path, annotator string, keys []Key) error {
	return fmt.Errorf("%s: %w: %q; annotators: %s", path, ErrNoAnnotator, annotator, nameList(keys))
}

// Align returns for each row of L the label in the first column of gold for
// the same candidate, 0 where there is none: m labels. Rows are matched by
// candidate id, so gold may cover other candidates, in another order.
func Align(L, gold *LabelMatrix) []int16 {
	labels := make([]int16, L.Rows())
	for i, id := range L.Candidates() {
		// Mostly both have the same rows; then no search is needed.
		row, ok := i, i < gold.Rows() && gold.candidates[i] == id
		if !ok {
			row, ok = gold.RowOf(id)
		}
		if ok && gold.Cols() > 0 {
			labels[i] = gold.At(row, 0)
		}
	}
	return labels
}
