package annotations

import (
	"errors"
	"fmt"
	"io"

	"workbench/annotations/matrix"
)

// TrainingLabels joins the candidates of a [LabelTable] with their marginals: what
// the next tool trains on.
//
// The columns are id; text, if the table has texts; label, the label of the most
// probable class, and class, its name as the table writes it, both none where there
// is not one; for each class its probability, called probability_CLASS; and votes,
// how many labeling functions or workers voted.
type TrainingLabels struct {
	Columns []TableColumn

	table     *LabelTable
	marginals *matrix.Marginals
	options   TrainingOptions
}

// TrainingOptions say which rows [TrainingLabels] have.
type TrainingOptions struct {
	// LabelledOnly leaves out candidates without a vote.
	LabelledOnly bool
}

// NewTrainingLabels joins a table with marginals for its candidates, in its
// order and of its cardinality.
func NewTrainingLabels(t *LabelTable, p *matrix.Marginals, o TrainingOptions) (*TrainingLabels, error) {
	if m := t.L.Rows(); len(p.Candidates) != m || len(p.P) != m*p.Width() {
		return nil, fmt.Errorf("marginals of %d candidates do not fit a table of %d", len(p.Candidates), m)
	}
	if p.Cardinality != t.Cardinality {
		return nil, fmt.Errorf("marginals of %d classes do not fit a table of %d", p.Cardinality, t.Cardinality)
	}
	for i, id := range t.L.Candidates() {
		if p.Candidates[i] != id {
			return nil, errors.New("the marginals are not in the order of the table")
		}
	}
	r := &TrainingLabels{table: t, marginals: p, options: o, Columns: []TableColumn{{Name: "id", Kind: TextColumn}}}
	if t.Text != nil {
		r.Columns = append(r.Columns, TableColumn{Name: "text", Kind: TextColumn})
	}
	r.Columns = append(r.Columns, TableColumn{Name: "label", Kind: IntegerColumn}, TableColumn{Name: "class", Kind: TextColumn})
	for k := range p.Cardinality {
		name := "probability_" + t.ClassName(ClassValue(p.Cardinality, k))
		r.Columns = append(r.Columns, TableColumn{Name: name, Kind: FloatColumn})
	}
	r.Columns = append(r.Columns, TableColumn{Name: "votes", Kind: IntegerColumn})
	return r, nil
}

// Each calls visit with the cells of one row after the other, in the order of the
// columns, which are good until the next. It ends with the first error of visit.
func (r *TrainingLabels) Each(visit func(cells []Cell) error) error {
	cells := make([]Cell, 0, len(r.Columns))
	for i, id := range r.table.IDs {
		cols, _ := r.table.L.Row(i)
		if r.options.LabelledOnly && len(cols) == 0 {
			continue
		}
		cells = append(cells[:0], TextCell(id))
		if r.table.Text != nil {
			cells = append(cells, TextCell(r.table.Text[i]))
		}
		if label := r.marginals.Label(i); label != 0 {
			cells = append(cells, labelCell(label), TextCell(r.table.ClassName(label)))
		} else {
			cells = append(cells, Cell{}, Cell{})
		}
		for k := range r.marginals.Cardinality {
			cells = append(cells, FloatCell(r.marginals.Prob(i, k)))
		}
		if err := visit(append(cells, IntegerCell(int64(len(cols))))); err != nil {
			return err
		}
	}
	return nil
}

// WriteTrainingLabels writes them in one of the [RowFormats].
func WriteTrainingLabels(w io.Writer, format string, r *TrainingLabels) error {
	rows, err := NewRowWriter(w, format, r.Columns)
	if err != nil {
		return err
	}
	if err := r.Each(rows.Write); err != nil {
		return err
	}
	return rows.Close()
}
