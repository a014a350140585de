package annotations

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// HandLabel is the label that an annotator gives to one candidate.
type HandLabel struct {
	Annotator string
	Candidate int64
	Label     int16 // −1 or 1 of two classes, 1..K of more; 0 takes the label back
	// Was is the label that the annotator has seen, 0 for none: if another one is
	// stored, nothing is changed. nil changes whatever is stored.
	Was *int16
}

// ErrGoldChanged says that a stored gold label is not the one that was seen.
var ErrGoldChanged = errors.New("the gold label has changed")

// GoldChangedError is an [ErrGoldChanged] with what is stored.
type GoldChangedError struct {
	Candidate   int64
	Was, Stored int16 // 0 is none
}

// Error says which label is stored and which was seen.
func (e *GoldChangedError) Error() string {
	return fmt.Sprintf("candidate %d: %v: it is %d, not %d", e.Candidate, ErrGoldChanged, e.Stored, e.Was)
}

// Unwrap returns [ErrGoldChanged].
func (e *GoldChangedError) Unwrap() error { return ErrGoldChanged }

// SetGold stores, corrects or takes back one label that a person gives, and
// returns the one that was stored before, 0 if there was none. One transaction
// writes it as the annotator's gold label of the candidate and as the stable
// label of its contexts, so that Snorkel reads it and
// [ReloadAnnotatorLabels] finds nothing left to do. The key of a new annotator is
// created.
//
// A candidate that does not exist is [candidates.ErrNoCandidate], one that has
// lost an argument [candidates.ErrLost], and a label that no class can have
// [ErrBadValue].
func SetGold(ctx context.Context, s *session.Session, l HandLabel) (before int16, err error) {
	if l.Annotator == "" {
		return 0, errors.New("gold labels need an annotator")
	}
	if _, err := checkLabel(int64(l.Label)); err != nil {
		return 0, err
	}
	if err := checkGoldTables(s); err != nil {
		return 0, err
	}
	err = s.Update(ctx, func(tx *session.Tx) error {
		before, err = l.store(s, tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	return before, nil
}

func (l HandLabel) store(s *session.Session, tx *session.Tx) (before int16, err error) {
	who, err := candidates.Identify(s, tx, l.Candidate)
	if err != nil {
		return 0, err
	}
	var key int64
	known, err := tx.Get(&key, goldKeyQuery, l.Annotator)
	if err != nil {
		return 0, err
	}
	if known {
		var value any
		stored, err := tx.Get(&value, "SELECT value FROM gold_label WHERE key_id = ? AND candidate_id = ?", key, l.Candidate)
		if err == nil && stored {
			before, err = storedLabel(value)
		}
		if err != nil {
			return 0, fmt.Errorf("%s: table gold_label, candidate_id %d, key_id %d (%s): %w", s.Path(), l.Candidate, key, l.Annotator, err)
		}
	}
	if l.Was != nil && *l.Was != before {
		return 0, &GoldChangedError{l.Candidate, *l.Was, before}
	}
	contexts := strings.Join(who.StableIDs, stableSeparator)
	if l.Label == 0 {
		if _, err := tx.Exec("DELETE FROM stable_label WHERE context_stable_ids = ? AND annotator_name = ?", contexts, l.Annotator); err != nil || !known {
			return before, err
		}
		_, err := tx.Exec("DELETE FROM gold_label WHERE key_id = ? AND candidate_id = ?", key, l.Candidate)
		return before, err
	}
	if !known {
		if key, err = insertKey(tx, "gold_label", matrix.Key{Name: l.Annotator}); err != nil {
			return 0, err
		}
	}
	changed, err := tx.Exec("UPDATE gold_label SET value = ? WHERE key_id = ? AND candidate_id = ?", l.Label, key, l.Candidate)
	if err == nil && changed == 0 {
		_, err = tx.Exec("INSERT INTO gold_label (value, key_id, candidate_id) VALUES (?, ?, ?)", l.Label, key, l.Candidate)
	}
	if err != nil {
		return 0, err
	}
	changed, err = tx.Exec("UPDATE stable_label SET value = ?, split = ? WHERE context_stable_ids = ? AND annotator_name = ?",
		l.Label, who.Split, contexts, l.Annotator)
	if err == nil && changed == 0 {
		_, err = tx.Exec("INSERT INTO stable_label (context_stable_ids, annotator_name, split, value) VALUES (?, ?, ?, ?)",
			contexts, l.Annotator, who.Split, l.Label)
	}
	return before, err
}
