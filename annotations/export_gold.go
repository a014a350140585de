package annotations

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"workbench/candidates"
	"workbench/session"
)

// GoldExportOptions says which gold labels [ExportGold] reads.
type GoldExportOptions struct {
	Annotator string
	Subclass  *candidates.Subclass
	Split     *int // nil means every split
	// Template asks for the candidates that the annotator has not labelled,
	// with their text. The annotator need not be known then.
	Template bool
	// Classes name the labels; nil or without names they do not.
	Classes *Classes
}

// ExportedGold is what [ExportGold] gave out.
type ExportedGold struct {
	Rows     int
	Orphans  int      // candidates whose contexts are gone, and with them their stable ids
	Warnings []string // about stored labels that real Snorkel could not read
}

// ExportGold calls row for every gold label of an annotator, or for every
// candidate that lacks one, by ascending candidate id, in the form that
// [ImportGold] takes. It ends early with the first error that row returns. An
// annotator that the file does not know is [ErrNoAnnotator], unless a template
// is wanted; the message lists those it knows. A split without candidates of
// the subclass is [candidates.ErrNoSplit].
func ExportGold(ctx context.Context, s *session.Session, opts GoldExportOptions, row func(GoldRow) error) (ExportedGold, error) {
	var done ExportedGold
	for _, table := range []string{"gold_label", "gold_label_key"} {
		if !s.HasTable(table) {
			return done, fmt.Errorf("%s: no table %s", s.Path(), table)
		}
	}
	labels, warnings, err := goldOf(ctx, s, opts)
	if err != nil {
		return done, err
	}
	done.Warnings = warnings
	// Candidates are loaded when the scan is over: a second reader beside the
	// first could wait for a writer that waits for the first.
	for part := range slices.Chunk(labels, findRows) {
		ids := make([]int64, len(part))
		for i, l := range part {
			ids[i] = l.candidate
		}
		cands, err := candidates.Load(ctx, s, candidates.Query{IDs: ids})
		if err != nil {
			return done, err
		}
		for i, c := range cands {
			out, whole := goldRowOf(c, opts.Subclass.Args)
			if !whole {
				done.Orphans++
				continue
			}
			out.Label, out.Unlabelled = part[i].label, opts.Template
			out.Class = opts.Classes.Name(out.Label)
			if first := c.Args[0]; opts.Template && first.Span != nil {
				out.Sentence = first.Sentence.Text
			}
			done.Rows++
			if err := row(out); err != nil {
				return done, err
			}
		}
	}
	return done, nil
}

// goldLabel is the gold label of a candidate, 0 in a template.
type goldLabel struct {
	candidate int64
	label     int16
}

// goldOf reads which candidates are exported, by ascending id.
func goldOf(ctx context.Context, s *session.Session, opts GoldExportOptions) (labels []goldLabel, warnings []string, err error) {
	split, inSplit := 0, ""
	if opts.Split != nil {
		split, inSplit = *opts.Split, " AND c.split = ?"
	}
	selected := func(key int64) []any {
		if opts.Split == nil {
			return []any{opts.Subclass.Table, key}
		}
		return []any{opts.Subclass.Table, split, key}
	}
	noRows := false
	err = s.Scan(ctx, func(sc *session.Scanner) error {
		if opts.Split != nil {
			noRows = true
			err := sc.Each(func(*session.Cursor) error { noRows = false; return nil },
				"SELECT 1 FROM candidate WHERE type = ? AND split = ? LIMIT 1", opts.Subclass.Table, split)
			if err != nil || noRows {
				return err
			}
		}
		key, err := exportKey(sc, s.Path(), opts)
		if err != nil {
			return err
		}
		if opts.Template {
			return sc.Each(func(cur *session.Cursor) error {
				labels = append(labels, goldLabel{candidate: cur.Int64(0)})
				return nil
			}, "SELECT c.id FROM candidate AS c WHERE c.type = ?"+inSplit+" AND NOT EXISTS"+
				" (SELECT 1 FROM gold_label AS g WHERE g.key_id = ? AND g.candidate_id = c.id) ORDER BY c.id", selected(key)...)
		}
		var values labelReader
		err = sc.Each(func(cur *session.Cursor) error {
			v, err := values.read(cur)
			if err != nil {
				return fmt.Errorf("%s: table gold_label, candidate_id %d, key_id %d (%s): %w", s.Path(), cur.Int64(0), key, opts.Annotator, err)
			}
			labels = append(labels, goldLabel{cur.Int64(0), v})
			return nil
		}, "SELECT c.id, g.key_id, g.value FROM gold_label AS g JOIN candidate AS c ON c.id = g.candidate_id"+
			" WHERE c.type = ?"+inSplit+" AND g.key_id = ? ORDER BY g.candidate_id", selected(key)...)
		warnings = values.warnings("gold_label")
		return err
	})
	if err == nil && noRows {
		err = candidates.NoSplit(ctx, s, split, opts.Subclass.Table)
	}
	return labels, warnings, err
}

// exportKey finds the annotator's key, −1 for a template of a new annotator.
func exportKey(sc *session.Scanner, path string, opts GoldExportOptions) (int64, error) {
	keys, err := annotatorKeys(sc, path, opts.Annotator)
	switch {
	case opts.Template && errors.Is(err, ErrNoAnnotator):
		return -1, nil
	case err != nil:
		return -1, err
	}
	return keys[0].ID, nil
}

// goldRowOf takes the stable ids and the text of a candidate; whole tells that
// it has all of the arguments.
func goldRowOf(c candidates.Candidate, args []string) (row GoldRow, whole bool) {
	for _, name := range args {
		i := slices.IndexFunc(c.Args, func(a candidates.Argument) bool { return a.Name == name })
		if i < 0 || c.Args[i].Context.StableID == "" {
			return GoldRow{}, false
		}
		row.StableIDs = append(row.StableIDs, c.Args[i].Context.StableID)
		row.Texts = append(row.Texts, c.Args[i].Context.Text)
	}
	return row, true
}
