package annotations

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"workbench/annotations/matrix"
	"workbench/session"
)

// LoadGoldLabels reads the gold labels of one annotator for the rows that sel
// selects, as a matrix of m candidates × 1 (snorkel.annotations.load_gold_labels).
// Its key group and key names do not count: the annotator is the one of key
// group 0, as Snorkel takes it, or else of the only other group that has the
// name. An annotator that the file does not know is [ErrNoAnnotator]; the
// message lists those it knows.
func LoadGoldLabels(ctx context.Context, s *session.Session, annotator string, sel Selection) (*matrix.LabelMatrix, error) {
	return loadLabels(ctx, s, "gold_label", sel, func(sc *session.Scanner) ([]matrix.Key, error) {
		return annotatorKeys(sc, s.Path(), annotator)
	})
}

// annotatorKeys finds the key of an annotator, in group 0 or else in the only
// other group that has it.
func annotatorKeys(sc *session.Scanner, path, annotator string) ([]matrix.Key, error) {
	all, err := readKeys(sc, "gold_label", 0, true)
	if err != nil {
		return nil, err
	}
	keys := slices.DeleteFunc(slices.Clone(all), func(k matrix.Key) bool { return k.Name != annotator })
	if len(keys) == 0 {
		return nil, noAnnotator(path, annotator, all)
	}
	group := keys[0].Group
	if slices.ContainsFunc(keys, func(k matrix.Key) bool { return k.Group == 0 }) {
		group = 0
	}
	own := slices.DeleteFunc(slices.Clone(keys), func(k matrix.Key) bool { return k.Group != group })
	if group != 0 && len(own) < len(keys) {
		return nil, fmt.Errorf("%s: annotator %q is in several key groups, but not in group 0: %s", path, annotator, groupList(keys))
	}
	return own, nil
}

// noAnnotator is the error for an annotator that is none of keys.
func noAnnotator(path, annotator string, keys []matrix.Key) error {
	return fmt.Errorf("%s: %w: %q; annotators: %s", path, ErrNoAnnotator, annotator, nameList(keys))
}

// ErrNoGold says that an annotator has no labels where some are needed.
var ErrNoGold = errors.New("there is no gold label to score with")

// NoGold is the error for an annotator without labels in a selection; it says
// in which splits there are some.
func NoGold(ctx context.Context, s *session.Session, annotator string, sel Selection) error {
	o, err := s.Overview(ctx)
	if err != nil {
		return err
	}
	var splits []string
	for _, n := range o.Annotators {
		if n.Annotator == annotator && n.Labels > 0 {
			splits = append(splits, fmt.Sprintf("%d (%d)", n.Split, n.Labels))
		}
	}
	where := fmt.Sprintf("split %d", sel.Split)
	if sel.Type != "" {
		where += fmt.Sprintf(" of type %q", sel.Type)
	}
	if splits == nil {
		return fmt.Errorf("%s: %w: annotator %s has none in %s, nor in any other", s.Path(), ErrNoGold, annotator, where)
	}
	return fmt.Errorf("%s: %w: annotator %s has none in %s; it has some in split %s", s.Path(), ErrNoGold, annotator, where, strings.Join(splits, ", "))
}
