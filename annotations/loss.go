package annotations

import (
	"fmt"
	"slices"
	"strings"

	"workbench/session"
)

// LossError says that a command would delete labels or marginals that it does
// not write again, such as those of another split, and that nobody agreed to it.
type LossError struct {
	Path string
	What string // labels, training marginals or predicted marginals
	Lost []Loss
}

// Loss is how many rows of one kind would go.
type Loss struct {
	Count int
	Of    string // split 1, split 1 by other labeling functions, or group 2
}

// Error lists them.
func (e *LossError) Error() string {
	total, list := 0, make([]string, len(e.Lost))
	for i, l := range e.Lost {
		total += l.Count
		list[i] = fmt.Sprintf("%d of %s", l.Count, l.Of)
	}
	return fmt.Sprintf("%s: %d %s would be deleted that are not written again: %s", e.Path, total, e.What, strings.Join(list, ", "))
}

// add counts rows, in the order in which they are added first.
func (e *LossError) add(count int, of string) {
	if count == 0 {
		return
	}
	i := slices.IndexFunc(e.Lost, func(l Loss) bool { return l.Of == of })
	if i < 0 {
		i, e.Lost = len(e.Lost), append(e.Lost, Loss{Of: of})
	}
	e.Lost[i].Count += count
}

// orNil is the error if there is a loss.
func (e *LossError) orNil() error {
	if e.Lost == nil {
		return nil
	}
	return e
}

// doomed are the labels that clearing deletes, counted by key group and split.
// Those that are written again come from the selected candidates and the keys of
// the labeling functions that run.
type doomed []struct {
	Group    int  `db:"grp"`
	Split    int  `db:"split"`
	Selected bool `db:"selected"`
	Again    bool `db:"again"`
	Labels   int  `db:"labels"`
}

// doomed counts them, and refuses if some are not written again.
func (w *labelWriter) doomed(tx *session.Tx) (doomed, error) {
	if w.options.Keep {
		return nil, nil
	}
	selected, args := "c.id IN (SELECT value FROM ids(?))", []any{w.ids}
	if o := w.options; o.bySplit() {
		selected, args = "c.split = ?", []any{o.Split}
		if o.Type != "" {
			selected, args = "(c.split = ? AND c.type = ?)", append(args, o.Type)
		}
	}
	where, more := w.cleared("l.")
	var d doomed
	err := tx.Select(&d, `
		SELECT k."group" AS grp, c.split AS split, `+selected+` AS selected,
			k."group" = ? AND k.name IN (SELECT value FROM texts(?)) AS again, count(*) AS labels
		FROM label AS l JOIN label_key AS k ON k.id = l.key_id JOIN candidate AS c ON c.id = l.candidate_id`+where+`
		GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`, slices.Concat(args, []any{w.options.KeyGroup, w.names}, more)...)
	if err != nil || w.options.DeleteOthers {
		return d, err
	}
	lost := &LossError{Path: w.session.Path(), What: "labels"}
	for _, some := range d {
		switch {
		case some.Selected && some.Again:
		case some.Group != w.options.KeyGroup:
			lost.add(some.Labels, fmt.Sprintf("group %d", some.Group))
		case some.Selected:
			lost.add(some.Labels, fmt.Sprintf("split %d by other labeling functions", some.Split))
		default:
			lost.add(some.Labels, fmt.Sprintf("split %d", some.Split))
		}
	}
	return d, lost.orNil()
}
