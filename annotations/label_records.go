package annotations

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// RecordOptions say how [LabelAnnotator.LabelRecords] labels.
type RecordOptions struct {
	// Gold says how the gold labels of the records are written. The annotator's classes
	// are its own if it names none and has no cardinality.
	Gold Notation
	// KeyNames are the labeling functions to run, nil for all.
	KeyNames []string
	// Progress is called with the number of candidates that are labelled and of all;
	// calls do not overlap. It may be nil.
	Progress func(done, total int)
}

// LabelRecords runs the labeling functions on the candidates of a class that
// records are made of, and leaves no database: what it needs meanwhile is a file in
// a directory of its own among the temporary ones, which is removed whatever
// happens, unless the process is killed. The annotator's Subclass is this class, if
// it has one.
//
// The table has the ids of raw texts, or of other candidates their numbers from 1;
// the texts, of sentences those of the sentence; and gold labels, if a record has
// one. Its keys are the labeling functions. Errors are those of [ImportCandidates]
// and of [LabelAnnotator.Labels]; where nothing says how many classes there are, and
// the labels do not either, it is [matrix.ErrCardinality].
func (a LabelAnnotator) LabelRecords(ctx context.Context, class *candidates.Subclass, records iter.Seq2[candidates.Record, error], o RecordOptions) (t *LabelTable, err error) {
	if a.Subclass != nil && a.Subclass.Table != class.Table {
		return nil, fmt.Errorf("the labeling functions label candidates of type %s, and not %s", a.Subclass.Table, class.Table)
	}
	dir, err := os.MkdirTemp("", "workbench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := session.Create(ctx, filepath.Join(dir, "records.db"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := class.Create(ctx, s); err != nil {
		return nil, err
	}
	t = &LabelTable{}
	if err := a.importRecords(ctx, s, class, records, o, t); err != nil {
		return nil, err
	}
	L, err := a.Labels(ctx, s, ApplyOptions{Selection: Selection{Type: class.Table, KeyNames: o.KeyNames}, Progress: o.Progress})
	if err != nil {
		return nil, err
	}
	if L.Rows() != len(t.IDs) {
		return nil, fmt.Errorf("%d candidates were made of %d", L.Rows(), len(t.IDs))
	}
	keys := slices.Clone(L.Keys())
	for j := range keys {
		keys[j].ID = int64(j) + 1
	}
	if t.L, err = L.WithKeys(keys); err != nil {
		return nil, err
	}
	t.Classes = a.Classes
	if t.Cardinality, err = a.cardinality(t.L); err != nil {
		return nil, err
	}
	return t, nil
}

// importRecords fills a new database and the table, but for the labels.
func (a LabelAnnotator) importRecords(ctx context.Context, s *session.Session, class *candidates.Subclass, records iter.Seq2[candidates.Record, error], o RecordOptions, t *LabelTable) error {
	const annotator, split = "gold", 0
	gold := CandidateGold{Annotator: annotator, Notation: o.Gold}
	if gold.Names == nil && gold.Cardinality == 0 {
		gold.Notation = gold.WithClasses(a.Classes)
	}
	_, labels, err := ImportCandidates(ctx, s, class, split, t.keep(records), gold)
	if err != nil || labels.Labelled() == 0 {
		return err
	}
	found, err := LoadGoldLabels(ctx, s, annotator, Selection{Split: split, Type: class.Table})
	if err != nil {
		return err
	}
	t.Gold = make([]int16, found.Rows())
	for i := range t.Gold {
		t.Gold[i] = found.At(i, 0)
	}
	return nil
}

// keep notes the ids and texts of records as they pass.
func (t *LabelTable) keep(records iter.Seq2[candidates.Record, error]) iter.Seq2[candidates.Record, error] {
	return func(yield func(candidates.Record, error) bool) {
		for rec, err := range records {
			if err == nil && rec.Document == "" {
				t.IDs, t.Text = append(t.IDs, rec.ID), append(t.Text, rec.Sentence.Text)
			} else if err == nil {
				for range rec.Candidates {
					t.IDs, t.Text = append(t.IDs, strconv.Itoa(len(t.IDs)+1)), append(t.Text, rec.Sentence.Text)
				}
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}

// cardinality is how many classes the annotator's labels are of.
func (a LabelAnnotator) cardinality(L *matrix.LabelMatrix) (int, error) {
	switch {
	case a.Classes != nil:
		return a.Classes.Len(), nil
	case a.Subclass != nil:
		return a.Subclass.Cardinality, nil
	}
	return matrix.InferCardinality(L)
}
