package annotations

import (
	"context"
	"fmt"
	"slices"

	"workbench/annotations/matrix"
	"workbench/session"
)

// LoadGoldLabels reads the gold labels of one annotator for the rows that sel
// selects, as a matrix of m candidates × 1 (snorkel.annotations.load_gold_labels).
// Its key group and key names do not count. An annotator that the file does
// not know is [ErrNoAnnotator]; the message lists those it knows.
func LoadGoldLabels(ctx context.Context, s *session.Session, annotator string, sel Selection) (*matrix.LabelMatrix, error) {
	return loadLabels(ctx, s, "gold_label", sel, func(sc *session.Scanner) ([]matrix.Key, error) {
		all, err := readKeys(sc, "gold_label", 0, true)
		if err != nil {
			return nil, err
		}
		keys := slices.DeleteFunc(slices.Clone(all), func(k matrix.Key) bool { return k.Name != annotator || k.Group != 0 })
		if len(keys) == 0 {
			return nil, noAnnotator(s.Path(), annotator, all)
		}
		return keys, nil
	})
}

// noAnnotator is the error for an annotator that is none of keys.
func noAnnotator(path, annotator string, keys []matrix.Key) error {
	return fmt.Errorf("%s: %w: %q; annotators: %s", path, ErrNoAnnotator, annotator, nameList(keys))
}
