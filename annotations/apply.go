package annotations

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// ApplyOptions say what to label and what to do with the labels that are
// stored. Of the Selection, KeyGroup is the group that the labels go to, KeyNames
// are the labeling functions to apply if it is not nil, and ZeroOne must not be
// set.
type ApplyOptions struct {
	Selection

	// Keep deletes nothing (Snorkel's clear=False): missing keys are added, and
	// labels are changed in place. A stored label whose labeling function
	// abstains now becomes a stored 0, as in Snorkel.
	Keep bool
	// DeleteOthers agrees that labels are deleted that are not written again:
	// those of other splits, key groups and labeling functions. Without it that is
	// a [*LossError]. It also agrees to go on if the split has no candidates: keys
	// are made all the same.
	DeleteOthers bool
	// SplitOnly replaces the labels that the labeling functions have given to the
	// selected candidates, adds keys that are missing, and touches nothing else.
	SplitOnly bool
	// Shard labels a part of the candidates, with SplitOnly. When all parts are
	// labelled the labels are those of one run.
	Shard Shard
	// GroupOnly leaves the labels of other key groups alone.
	GroupOnly bool
	// SkipOrphans does not show candidates to labeling functions (queries
	// excepted) that have lost an argument; all abstain on them.
	SkipOrphans bool

	// Progress is called with the number of candidates that are labelled and
	// of all; calls do not overlap. It may be nil.
	Progress func(done, total int)
}

// Applied says what was done. Matrix has the labels, m candidates × the
// labeling functions that were not skipped.
type Applied struct {
	Matrix        *matrix.LabelMatrix
	Created       []matrix.Key // keys that are new
	Skipped       []string     // labeling functions without a key, which [LabelAnnotator.ApplyExisting] passes over
	Deleted       int          // labels that were deleted before
	DeletedOthers int          // those of them in other key groups
	DeletedSplits []int        // the splits that they belonged to
	Changed       int          // labels that were stored and have another value now
	Orphans       int          // candidates that SkipOrphans left out
}

// Labels runs the labeling functions and returns the label matrix, m candidates
// × n labeling functions in their order, without storing anything: its keys
// have no id. The result is the same for any number of Workers, and so is the
// error: if labeling functions fail on several candidates it is the [LFError]
// of the first one, and there of the first of them. Only what an external
// program does wrong depends on when it does it.
func (a LabelAnnotator) Labels(ctx context.Context, s *session.Session, o ApplyOptions) (*matrix.LabelMatrix, error) {
	r, err := a.prepare(ctx, s, o, false)
	if err != nil {
		return nil, err
	}
	if err := r.label(ctx); err != nil {
		return nil, err
	}
	if err := r.unchanged(ctx); err != nil {
		return nil, err
	}
	return r.matrix()
}

// Apply runs the labeling functions and stores what they say in one
// transaction (snorkel.annotations.LabelAnnotator.apply). As in Snorkel it first
// deletes, if the options agree, all labels of every split and key group, and the keys of its own
// group; then each labeling function gets a key, also one that always
// abstains, and each label that is not 0 a row. A split without candidates is
// an error that lists the splits that have some. Whatever goes wrong, nothing
// is changed.
func (a LabelAnnotator) Apply(ctx context.Context, s *session.Session, o ApplyOptions) (Applied, error) {
	return a.apply(ctx, s, o, false)
}

// ApplyExisting does the same with the keys that the group has
// (snorkel.annotations.LabelAnnotator.apply_existing): it deletes only the
// labels of the selected candidates, of every key group, and skips labeling
// functions that have no key.
func (a LabelAnnotator) ApplyExisting(ctx context.Context, s *session.Session, o ApplyOptions) (Applied, error) {
	return a.apply(ctx, s, o, true)
}

// check reports what cannot be applied before anything runs.
func (a LabelAnnotator) check(s *session.Session, o ApplyOptions, existing bool) error {
	if o.ZeroOne {
		return errors.New("labels cannot be applied as zeros and ones only")
	}
	if err := o.Shard.check(o, existing); err != nil {
		return err
	}
	if a.Workers < 0 {
		return fmt.Errorf("%d workers are none", a.Workers)
	}
	for _, table := range []string{"label", "label_key"} {
		if !s.HasTable(table) {
			return fmt.Errorf("%s: no table %s", s.Path(), table)
		}
	}
	if err := checkLFs(a.LFs); err != nil {
		return err
	}
	for _, name := range o.KeyNames {
		if !slices.ContainsFunc(a.LFs, func(lf LF) bool { return lf.Name == name }) {
			keys := make([]matrix.Key, len(a.LFs))
			for i, lf := range a.LFs {
				keys[i].Name = lf.Name
			}
			return fmt.Errorf("%w: %q; there are: %s", ErrNoLF, name, nameList(keys))
		}
	}
	return nil
}

// ErrOtherClass says that labeling functions are for candidates of another
// class than those that are selected.
var ErrOtherClass = errors.New("the labeling functions are for another class")

// checkClass reports that a file has not got the class which the labeling
// functions are for, that its arguments are others, or that no candidate of
// the split is of it. A split may have candidates of other classes besides.
func (a LabelAnnotator) checkClass(ctx context.Context, s *session.Session, o ApplyOptions) error {
	c := a.Subclass
	if c == nil {
		return nil
	}
	other := fmt.Errorf("%s: %w, %s(%s)", s.Path(), ErrOtherClass, c.Name, strings.Join(c.Args, ", "))
	have, err := candidates.Lookup(s, c.Table)
	switch {
	case errors.Is(err, candidates.ErrNoSubclass): // all that are left of it are orphans, if any
	case err != nil:
		return err
	case !slices.Equal(have.Args, c.Args):
		return fmt.Errorf("%w: the arguments of table %s are %s", other, c.Table, strings.Join(have.Args, ", "))
	}
	if !o.bySplit() {
		return nil
	}
	counts, err := s.Splits(ctx)
	if err != nil {
		return err
	}
	var types []string
	for _, n := range counts {
		if n.Split == o.Split && (o.Type == "" || n.Type == o.Type) {
			types = append(types, n.Type)
		}
	}
	if types == nil || slices.Contains(types, c.Table) {
		return nil
	}
	return fmt.Errorf("%w: the candidates of split %d are of type %s and not %s", other, o.Split, strings.Join(types, ", "), c.Table)
}

// prepare checks the labeling functions and selects the candidates.
func (a LabelAnnotator) prepare(ctx context.Context, s *session.Session, o ApplyOptions, existing bool) (*labelling, error) {
	if err := a.check(s, o, existing); err != nil {
		return nil, err
	}
	if err := a.checkClass(ctx, s, o); err != nil {
		return nil, err
	}
	if err := a.checkNames(ctx, s); err != nil {
		return nil, err
	}
	r := &labelling{session: s, all: a.LFs, subclass: a.Subclass, classes: a.Classes, workers: a.Workers, options: o}
	for _, lf := range a.LFs {
		if o.KeyNames == nil || slices.Contains(o.KeyNames, lf.Name) {
			r.lfs = append(r.lfs, lf)
		}
	}
	err := s.Scan(ctx, func(sc *session.Scanner) (err error) {
		r.ids, err = selectCandidates(sc, s.Path(), o.Selection)
		return err
	})
	if err != nil {
		return nil, err
	}
	if o.bySplit() && len(r.ids) == 0 && !o.DeleteOthers {
		return nil, candidates.NoSplit(ctx, s, o.Split, o.Type)
	}
	r.ids, r.chosen = o.Shard.of(r.ids, o)
	r.rowOf = matrix.NewIndex(r.ids)
	return r, nil
}

// label runs all labeling functions.
func (r *labelling) label(ctx context.Context) error {
	if r.options.Progress != nil {
		r.options.Progress(0, len(r.ids))
	}
	if err := r.queries(ctx); err != nil {
		return err
	}
	if len(r.ids) == 0 || !slices.ContainsFunc(r.lfs, func(lf LF) bool { return lf.Query == "" }) {
		return ctx.Err()
	}
	return r.run(ctx)
}
