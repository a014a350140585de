package annotations

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"workbench/candidates"
	"workbench/session"
)

// GoldRow is a label of the candidate that has contexts with certain stable
// ids: one row of a file of gold labels.
type GoldRow struct {
	candidates.Position          // where it comes from, for reports
	StableIDs           []string // one per argument, in the subclass's order
	Label               int16    // −1 or 1 of two classes, 1..K of more, 0 for neither
	Unlabelled          bool     // there is no label yet

	// What files show to people; nothing reads it.
	Class    string   // the name of the label's class, "" if it has none
	Texts    []string // the arguments' text
	Sentence string   // the sentence of the first argument, if it is a span
}

// GoldImportOptions says whose labels [ImportGold] imports, and of what.
type GoldImportOptions struct {
	Annotator string
	Subclass  *candidates.Subclass
	// Split is the split whose candidates get gold labels, and what the stable
	// labels get as theirs. With nil the candidates of every split get them,
	// and a stable label has the split of its candidate, or 0, Snorkel's
	// default, if there is none.
	Split *int
	// Symmetric stores each label in both orders of the two arguments.
	Symmetric bool
	// Replace corrects stable labels and gold labels that are there with another
	// value.
	Replace bool
	// Classes are remembered with the labels; nil is none.
	Classes *Classes
}

// ImportGold stores labels from outside in one transaction, as Snorkel's
// workshop does (load_external_labels): each becomes a stable label of the
// annotator, unless its contexts have one, and then all stable labels of the
// annotator, whatever their own split column, are reloaded as
// [ReloadAnnotatorLabels] does. Labels that exist are changed with Replace only;
// without it the report names the rows that differ from them, and always those
// without a candidate.
//
// Two rows that label one candidate differently, a label below −1, and a stable
// id that could not be stored are each a [*candidates.RecordError] with the
// row's position; an error among the rows comes out as it is. Nothing is changed
// then, and the database is not locked before all rows have been read.
func ImportGold(ctx context.Context, s *session.Session, rows iter.Seq2[GoldRow, error], opts GoldImportOptions) (*ImportedGold, error) {
	switch {
	case opts.Annotator == "":
		return nil, errors.New("gold labels need an annotator")
	case opts.Symmetric && len(opts.Subclass.Args) != 2:
		return nil, fmt.Errorf("%s has %d arguments; only labels of two can be symmetric", opts.Subclass.Table, len(opts.Subclass.Args))
	}
	if err := checkGoldTables(s); err != nil {
		return nil, err
	}
	imp := &goldImporter{opts: opts, at: make(map[string]int), report: &ImportedGold{}}
	for row, err := range rows {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = imp.take(row)
		}
		if err != nil {
			return nil, err
		}
	}
	read := *imp.report
	if err := s.Update(ctx, func(tx *session.Tx) error {
		*imp.report = read
		if err := imp.store(s, tx); err != nil {
			return err
		}
		return opts.Classes.Remember(tx)
	}); err != nil {
		return nil, err
	}
	return imp.report, nil
}

// goldImporter collects rows and stores them.
type goldImporter struct {
	opts   GoldImportOptions
	rows   []goldRow
	at     map[string]int // place in rows by key
	report *ImportedGold
}

// goldRow is a row with its stable ids joined.
type goldRow struct {
	key   string
	line  int
	label int16
}

// take checks a row and keeps it, unless it says nothing new.
func (imp *goldImporter) take(row GoldRow) error {
	imp.report.Rows++
	if row.Unlabelled {
		imp.report.Unlabelled++
		return nil
	}
	if err := imp.check(row); err != nil {
		return row.Position.Wrap(err)
	}
	key := strings.Join(row.StableIDs, stableSeparator)
	place, known := imp.at[key]
	if !known && imp.opts.Symmetric {
		place, known = imp.at[reversed(key)]
	}
	if !known {
		imp.at[key] = len(imp.rows)
		imp.rows = append(imp.rows, goldRow{key, row.Line, row.Label})
		return nil
	}
	if first := imp.rows[place]; first.label != row.Label {
		return row.Position.Wrap(fmt.Errorf("label %d contradicts line %d, which labels the same with %d", row.Label, first.line, first.label))
	}
	imp.report.Repeated++
	return nil
}

func (imp *goldImporter) check(row GoldRow) error {
	args := imp.opts.Subclass.Args
	if len(row.StableIDs) != len(args) {
		return fmt.Errorf("%d stable ids for the %d arguments of %s", len(row.StableIDs), len(args), imp.opts.Subclass.Table)
	}
	for i, id := range row.StableIDs {
		switch {
		case id == "":
			return fmt.Errorf("%s is empty; a label needs the stable id of every argument", args[i])
		case !utf8.ValidString(id) || strings.ContainsRune(id, 0):
			return fmt.Errorf("%s %q is no stable id: it is not UTF-8 text", args[i], id)
		case strings.Contains(id, stableSeparator):
			return fmt.Errorf("%s %q is no usable stable id: %s joins the ids of a stable label", args[i], id, stableSeparator)
		}
	}
	_, err := checkLabel(int64(row.Label))
	return err
}

// reversed turns the ids in a key round.
func reversed(key string) string {
	ids := strings.Split(key, stableSeparator)
	slices.Reverse(ids)
	return strings.Join(ids, stableSeparator)
}

// store writes the rows, after what older stable labels give.
func (imp *goldImporter) store(s *session.Session, tx *session.Tx) error {
	r, err := newReloader(s, tx, imp.opts.Subclass, imp.opts.Annotator, imp.opts.Split)
	if err != nil {
		return err
	}
	earlier, err := r.reloadStored(false, func(key string) bool {
		_, known := imp.at[key]
		if !known && imp.opts.Symmetric {
			_, known = imp.at[reversed(key)]
		}
		return !known
	})
	if err != nil {
		return err
	}
	imp.report.Earlier = earlier.Added
	stable := tx.Rows("stable_label", "context_stable_ids", "annotator_name", "split", "value")
	for rows := range slices.Chunk(imp.rows, findRows) {
		if err := imp.storeRows(r, stable, rows); err != nil {
			return err
		}
	}
	if err := stable.Flush(); err != nil {
		return err
	}
	return r.rows.Flush()
}

// storeRows writes some rows.
func (imp *goldImporter) storeRows(r *reloader, stable *session.Rows, rows []goldRow) error {
	var labels []stableLabel
	var ends []int // where the labels of each row end
	for _, row := range rows {
		labels = append(labels, stableLabel{row.key, row.label})
		if imp.opts.Symmetric {
			if other := reversed(row.key); other != row.key {
				labels = append(labels, stableLabel{other, row.label})
			}
		}
		ends = append(ends, len(labels))
	}
	stored, err := r.stored(labels)
	if err != nil {
		return err
	}
	found, gold, err := r.find(labels)
	if err != nil {
		return err
	}
	from := 0
	for i, row := range rows {
		orders := found[from:ends[i]]
		for k, l := range labels[from:ends[i]] {
			if err := imp.storeLabel(r, stable, row, l, orders[k], stored, gold, splitOf(orders, k, imp.opts.Split)); err != nil {
				return err
			}
		}
		imp.missing(r, row, orders)
		from = ends[i]
	}
	return nil
}

// splitOf is the split of the stable label for order k: the given one, or its
// candidate's, or that of the candidate in the other order, or 0.
func splitOf(orders []candidates.Found, k int, given *int) int {
	if given != nil {
		return *given
	}
	if orders[k].ID == 0 {
		k = len(orders) - 1 - k
	}
	return orders[k].Split
}

// storeLabel writes one order of a row's label: a stable label if there is
// none, and what is then the stable label as the gold label of the candidate,
// if it has none.
func (imp *goldImporter) storeLabel(r *reloader, stable *session.Rows, row goldRow, l stableLabel, f candidates.Found,
	stored map[string]int16, gold map[int64]int16, split int) error {
	p := GoldProblem{Line: row.line, Kind: OtherLabel, Type: imp.opts.Subclass.Table, Label: row.label}
	value, known := stored[l.key]
	switch {
	case !known:
		value = row.label
		imp.report.Stable.Added++
		if err := stable.Add(l.key, imp.opts.Annotator, split, int64(value)); err != nil {
			return err
		}
	case value == row.label:
		imp.report.Stable.Present++
	case imp.opts.Replace:
		value = row.label
		imp.report.Stable.Replaced++
		if _, err := r.tx.Exec("UPDATE stable_label SET value = ? WHERE context_stable_ids = ? AND annotator_name = ?",
			int64(value), l.key, imp.opts.Annotator); err != nil {
			return err
		}
	default:
		imp.report.Stable.Different++
		p.Stable = &value
	}
	if r.takes(f) {
		had, labelled := gold[f.ID]
		switch {
		case !labelled:
			imp.report.Gold.Added++
			if err := r.rows.Add(int64(value), r.key, f.ID); err != nil {
				return err
			}
		case had == row.label:
			imp.report.Gold.Present++
		case imp.opts.Replace:
			imp.report.Gold.Replaced++
			if _, err := r.tx.Exec("UPDATE gold_label SET value = ? WHERE key_id = ? AND candidate_id = ?", int64(value), r.key, f.ID); err != nil {
				return err
			}
		default:
			imp.report.Gold.Different++
			p.Gold = &had
		}
	}
	if p.Stable != nil || p.Gold != nil {
		p.StableIDs = strings.Split(l.key, stableSeparator)
		imp.report.Problems = append(imp.report.Problems, p)
	}
	return nil
}

// missing reports a row for which no order has a candidate.
func (imp *goldImporter) missing(r *reloader, row goldRow, orders []candidates.Found) {
	if slices.ContainsFunc(orders, r.takes) {
		return
	}
	p := GoldProblem{Line: row.line, Kind: NoCandidate, Type: imp.opts.Subclass.Table, Label: row.label,
		StableIDs: strings.Split(row.key, stableSeparator)}
	for _, id := range orders[0].Missing {
		p.Kind, p.Context = NoContext, id
		imp.report.Problems = append(imp.report.Problems, p)
	}
	if p.Kind == NoContext {
		imp.report.MissingContexts++
		return
	}
	imp.report.MissingCandidates++
	p.Split, p.Both = imp.opts.Split, len(orders) > 1
	for _, f := range orders {
		if f.ID != 0 && p.Other == nil {
			p.Other = &f.Split
		}
	}
	imp.report.Problems = append(imp.report.Problems, p)
}
