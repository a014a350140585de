package annotations

import (
	"fmt"
	"slices"
	"strings"

	"workbench/annotations/matrix"
)

// finish makes the table of what was read.
func (t *labelTableReader) finish() (*LabelTable, error) {
	if len(t.out.IDs) == 0 {
		return nil, t.wrong(fmt.Errorf("the table has no rows"))
	}
	meaning, at, err := t.texts.meaning()
	if err == nil {
		at, err = meaning.read(t.texts)
	}
	switch {
	case err != nil && at.Line == 0:
		return nil, fmt.Errorf("%s: %w", t.name, err)
	case err != nil:
		return nil, at.Wrap(err)
	}
	t.out.Warnings = append(meaning.notes, t.out.Warnings...)
	t.out.Cardinality = meaning.cardinality
	if meaning.names != nil {
		t.out.Classes = &Classes{Names: meaning.names}
	}
	t.votes.Map(func(code int16) int16 { return meaning.labels[code-1] })
	if t.gold != nil {
		t.out.Gold = t.gold
		for i, code := range t.gold {
			if code != 0 {
				t.out.Gold[i] = meaning.labels[code-1]
			}
		}
	}
	if t.out.Long {
		if err := t.countOnce(); err != nil {
			return nil, err
		}
	}
	ids := make([]int64, len(t.out.IDs))
	for i := range ids {
		ids[i] = int64(i) + 1
	}
	t.note()
	t.out.L, err = t.votes.Matrix(ids, t.keys)
	return &t.out, err
}

// countOnce leaves one vote of each worker for each task. The error is about the
// first line that contradicts an earlier one.
func (t *labelTableReader) countOnce() error {
	var conflict *changedVote
	equal, different := 0, 0
	t.votes.Unique(len(t.out.IDs), len(t.keys), func(first, second int) bool {
		x, y := t.votes.Entry(first), t.votes.Entry(second)
		if x.Value == y.Value {
			equal++
			return false
		}
		different++
		if conflict == nil || second < conflict.entry {
			conflict = &changedVote{second, t.lines.of(first), x.Value, y}
		}
		return t.options.Conflicts == KeepLast
	})
	switch {
	case conflict == nil:
	case t.options.Conflicts == RefuseConflicts:
		return t.conflictError(conflict)
	case t.options.Conflicts == KeepFirst:
		t.warn("%s changed by the worker; the first one counts", votes(different))
	default:
		t.warn("%s changed by the worker; the last one counts", votes(different))
	}
	if equal > 0 {
		t.warn("%s given more than once; each counts once", votes(equal))
	}
	return nil
}

// changedVote is an entry that contradicts an earlier one.
type changedVote struct {
	entry int
	line  int   // of the earlier one
	label int16 // and what it was
	vote  matrix.Entry[int16]
}

// conflictError names both votes.
func (t *labelTableReader) conflictError(c *changedVote) error {
	return t.at(t.lines.of(c.entry)).Wrap(fmt.Errorf("%w: %s labels %s with %s, and with %s in line %d", ErrConflict,
		t.keys[c.vote.Col].Name, t.out.IDs[c.vote.Row], t.out.ClassName(c.vote.Value), t.out.ClassName(c.label), c.line))
}

// ClassName is a label as the table writes it: the name of its class, or the
// number.
func (t *LabelTable) ClassName(label int16) string {
	if name := t.Classes.Name(label); name != "" {
		return name
	}
	return fmt.Sprint(label)
}

// HasGold reports whether a candidate has a gold label.
func (t *LabelTable) HasGold() bool {
	return slices.ContainsFunc(t.Gold, func(label int16) bool { return label != 0 })
}

// note says what has no name or no use.
func (t *labelTableReader) note() {
	if a, isArray := t.rows.(*arrayRows); isArray && a.numbered {
		t.warn("the columns of the array have no names, and are called %s to %s", t.keys[0].Name, t.keys[len(t.keys)-1].Name)
	}
	const few = 20
	ignored := t.columns.ignored
	if more := len(ignored) - few; more > 1 {
		ignored = append(ignored[:few:few], fmt.Sprintf("… and %d more", more))
	}
	if len(ignored) > 0 {
		t.warn("columns that were not used: %s", strings.Join(ignored, ", "))
	}
}

func (t *labelTableReader) warn(format string, args ...any) {
	t.out.Warnings = append(t.out.Warnings, fmt.Sprintf(format, args...))
}

// votes counts votes.
func votes(n int) string {
	if n == 1 {
		return "1 vote was"
	}
	return fmt.Sprintf("%d votes were", n)
}
