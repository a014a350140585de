package annotations

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"workbench"
	"workbench/candidates"
	"workbench/session"
)

// Note is a text that people leave with one candidate. It has no spaces around it,
// and \n between lines: other line ends become that.
type Note struct {
	Candidate int64
	Text      string // "" takes the note back
	// Was is the note that somebody has seen, "" for none: if another one is stored,
	// which is not Text either, nothing is changed. nil changes whatever is stored.
	Was *string
}

// LongestNote is how many code points a note may have.
const LongestNote = 3000

// ErrNoteChanged says that a stored note is not the one that was seen, and
// ErrLongNote that one is longer than [LongestNote].
var (
	ErrNoteChanged = errors.New("the note has changed")
	ErrLongNote    = errors.New("the note is too long")
)

const noteTable = "workbench_note"

// SetNote stores, changes or takes back the note of a candidate in one transaction,
// and returns the one that was stored before, "" if there was none. The table for
// notes is made for the first one.
//
// A candidate that does not exist is [candidates.ErrNoCandidate], another note than
// the one that was seen [ErrNoteChanged], and one that is too long [ErrLongNote].
func SetNote(ctx context.Context, s *session.Session, n Note) (before string, err error) {
	n.Text = cleanNote(n.Text)
	if length := utf8.RuneCountInString(n.Text); length > LongestNote {
		return "", fmt.Errorf("candidate %d: %w: it has %d characters, of %d at most", n.Candidate, ErrLongNote, length, LongestNote)
	}
	err = s.Update(ctx, func(tx *session.Tx) error {
		before, err = n.store(s, tx)
		return err
	})
	if err != nil {
		return "", err
	}
	return before, nil
}

func (n Note) store(s *session.Session, tx *session.Tx) (before string, err error) {
	var id int64
	found, err := tx.Get(&id, "SELECT id FROM candidate WHERE id = ?", n.Candidate)
	if err != nil {
		return "", err
	}
	if !found {
		return "", fmt.Errorf("%s: candidate %d: %w", s.Path(), n.Candidate, candidates.ErrNoCandidate)
	}
	columns, err := tx.Columns(noteTable)
	if err != nil {
		return "", err
	}
	stored := false
	if columns != nil {
		if stored, err = tx.Get(&before, "SELECT text FROM workbench_note WHERE candidate_id = ?", n.Candidate); err != nil {
			return "", err
		}
		before = cleanNote(before)
	}
	switch {
	case n.Text == before: // also for who sends the same again
	case n.Was != nil && cleanNote(*n.Was) != before:
		return "", fmt.Errorf("candidate %d: %w", n.Candidate, ErrNoteChanged)
	case n.Text == "":
		_, err = tx.Exec("DELETE FROM workbench_note WHERE candidate_id = ?", n.Candidate)
	case stored:
		_, err = tx.Exec("UPDATE workbench_note SET text = ? WHERE candidate_id = ?", n.Text, n.Candidate)
	default:
		if columns == nil {
			err = tx.Script(workbench.NoteSchema())
		}
		if err == nil {
			_, err = tx.Exec("INSERT INTO workbench_note (candidate_id, text) VALUES (?, ?)", n.Candidate, n.Text)
		}
	}
	return before, err
}

// candidateNote reads the note of a candidate. The table may have been made since the
// session was opened.
func candidateNote(sc *session.Scanner, id int64) (text string, err error) {
	columns, err := sc.Columns(noteTable)
	if err != nil || columns == nil {
		return "", err
	}
	err = sc.Each(func(cur *session.Cursor) error {
		text = cleanNote(cur.Text(0))
		return nil
	}, "SELECT text FROM workbench_note WHERE candidate_id = ?", id)
	return text, err
}

// Noted returns the ids of the candidates that have a note, ascending.
func Noted(ctx context.Context, s *session.Session) (ids []int64, err error) {
	err = s.Scan(ctx, func(sc *session.Scanner) error {
		columns, err := sc.Columns(noteTable)
		if err != nil || columns == nil {
			return err
		}
		return sc.Each(func(cur *session.Cursor) error {
			ids = append(ids, cur.Int64(0))
			return nil
		}, "SELECT candidate_id FROM workbench_note ORDER BY candidate_id")
	})
	return ids, err
}

// cleanNote makes texts equal that a form, which writes line ends of its own and cannot
// hold every character, does not tell apart.
func cleanNote(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\ufffd").Replace(strings.ToValidUTF8(text, "\ufffd"))
	return strings.TrimSpace(text)
}
