package annotations

import (
	"context"
	"iter"

	"workbench/candidates"
	"workbench/session"
)

// CandidateGold says whose labels the gold labels of imported candidates are,
// and how they are written.
type CandidateGold struct {
	Annotator string
	Notation
	// Classes are remembered with the labels; nil is none.
	Classes *Classes
}

// GoldError says that the gold label of a record cannot be taken.
type GoldError struct{ Err error }

// Error says why.
func (e *GoldError) Error() string { return e.Err.Error() }

// Unwrap returns why.
func (e *GoldError) Unwrap() error { return e.Err }

// ImportCandidates is [candidates.Import] of records with gold labels: it stores
// those too, in the same transaction and by the rules of [ImportGold]. A label
// that is none is a [*GoldError] within the record's. Without any label nothing
// is done for the annotator.
func ImportCandidates(ctx context.Context, s *session.Session, c *candidates.Subclass, split int,
	records iter.Seq2[candidates.Record, error], o CandidateGold) (candidates.Imported, *ImportedGold, error) {
	imp := &goldImporter{opts: GoldImportOptions{Annotator: o.Annotator, Subclass: c, Split: &split, Classes: o.Classes},
		at: make(map[string]int), report: &ImportedGold{}}
	convention, err := o.convention()
	if err != nil {
		return candidates.Imported{}, nil, err
	}
	added := func(rec *candidates.Record, stableIDs []string) error {
		row := GoldRow{Position: rec.Position, StableIDs: stableIDs}
		var err error
		if row.Label, row.Unlabelled, err = convention.gold(rec.Gold); err != nil {
			return &GoldError{err}
		}
		return imp.take(row)
	}
	finish := func(tx *session.Tx) error {
		if len(imp.rows) == 0 {
			return nil
		}
		if err := checkGoldTables(s); err != nil {
			return err
		}
		if err := imp.store(s, tx); err != nil {
			return err
		}
		return o.Classes.Remember(tx)
	}
	done, err := candidates.ImportWith(ctx, s, c, split, records, &candidates.Follower{Added: added, Finish: finish})
	if err != nil {
		return candidates.Imported{}, nil, err
	}
	return done, imp.report, nil
}
