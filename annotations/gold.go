package annotations

import (
	"context"
	"fmt"

	"workbench/annotations/matrix"
	"workbench/session"
)

// LoadGoldLabels reads the gold labels of one annotator for the rows that sel
// selects, as a matrix of m candidates × 1 (snorkel.annotations.load_gold_labels).
// Its key group and key names do not count. An annotator that the file does
// not know is [ErrNoAnnotator]; the message lists those it knows.
func LoadGoldLabels(ctx context.Context, s *session.Session, annotator string, sel Selection) (*matrix.LabelMatrix, error) {
	if s.HasTable("gold_label_key") {
		var keys []matrix.Key
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
func noAnnotator(path, annotator string, keys []matrix.Key) error {
	return fmt.Errorf("%s: %w: %q; annotators: %s", path, ErrNoAnnotator, annotator, nameList(keys))
}
