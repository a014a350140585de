package annotations

import (
	"context"
	"fmt"
	"slices"

	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// TableOptions says which candidates a [CandidateTable] has, and what beside
// their text. What is nil has no columns.
type TableOptions struct {
	Split     int
	AllSplits bool                // of every split; Split means nothing then
	Type      string              // "" for all types
	Labels    *matrix.LabelMatrix // m × n, one column for each of the n labeling functions
	Gold      *matrix.LabelMatrix // m × 1
	Marginals *matrix.Marginals
	Classes   *Classes // names of the classes
	// HardLabels adds the column label behind the marginals, which are needed: the
	// label of the most probable class, none where there is not one. Where classes
	// have names, class follows with that name.
	HardLabels bool
	// LabelledOnly leaves out candidates on which all labeling functions of Labels,
	// which are needed, abstain.
	LabelledOnly bool
}

// CandidateTable joins candidates with their labels, gold labels and marginals.
// Candidates that a matrix does not have abstain, or have nothing.
//
// The columns are candidate_id; split, if the table has those of all splits; for each argument ARG its text ARG, ARG_start
// and ARG_end (code points in the sentence from 0, the end inclusive), and
// ARG_stable_id where there are contexts that are no spans; document, sentence,
// gold; one for each labeling function; and marginal, the probability of the
// positive class, or of K > 2 classes marginal_1 to marginal_K. Where classes have
// names, gold_class follows gold, and marginals end with the label and its name;
// label follows, and class.
type CandidateTable struct {
	Columns []TableColumn
	Gone    int // candidates read so far of which an argument is gone, and so its text

	session *session.Session
	options TableOptions
	args    []string // names of the arguments
	ids     bool     // arguments have a column with their stable id
}

// TableColumn is a column of a [CandidateTable].
type TableColumn struct {
	Name   string
	Kind   ColumnKind
	Detail bool // of no interest to a person
}

// ColumnKind is the type of a column's values. Each may be none.
type ColumnKind int

// The kinds of columns: int64, string and float64.
const (
	IntegerColumn ColumnKind = iota
	TextColumn
	FloatColumn
)

// NewCandidateTable names the columns of a table; its rows are read by
// [CandidateTable.Each]. The overview is that of the session's file. Two
// columns of one name are an error; a labeling function whose name another
// column has gets LF_ in front instead.
func NewCandidateTable(s *session.Session, o *session.Overview, opts TableOptions) (*CandidateTable, error) {
	t := &CandidateTable{session: s, options: opts}
	// A span is known by its document and offsets, other contexts only by that.
	t.ids = slices.ContainsFunc(o.Contexts, func(k session.ContextCount) bool {
		return k.Type != "document" && k.Type != "sentence" && k.Type != "span"
	})
	if err := t.nameArguments(o); err != nil {
		return nil, err
	}
	t.nameColumns()
	for i, column := range t.Columns {
		for _, other := range t.Columns[:i] {
			if column.Name == other.Name {
				return nil, fmt.Errorf("%s: two columns would be called %q; rename the argument", s.Path(), column.Name)
			}
		}
	}
	return t, nil
}

// nameArguments collects the arguments of all types in the split.
func (t *CandidateTable) nameArguments(o *session.Overview) error {
	for _, split := range o.Splits {
		if !t.options.AllSplits && split.Split != t.options.Split || t.options.Type != "" && split.Type != t.options.Type {
			continue
		}
		if !t.session.HasTable(split.Type) {
			continue // all of them orphans
		}
		subclass, err := candidates.Lookup(t.session, split.Type)
		if err != nil {
			return err
		}
		for _, arg := range subclass.Args {
			if !slices.Contains(t.args, arg) {
				t.args = append(t.args, arg)
			}
		}
	}
	return nil
}

// nameColumns names the columns: what identifies a candidate, its arguments,
// its text, then one per labeling function, and last what is believed.
func (t *CandidateTable) nameColumns() {
	add := func(name string, kind ColumnKind) { t.Columns = append(t.Columns, TableColumn{Name: name, Kind: kind}) }
	detail := func(name string, kind ColumnKind) { t.Columns = append(t.Columns, TableColumn{name, kind, true}) }
	taken := func(name string) bool {
		return slices.ContainsFunc(t.Columns, func(c TableColumn) bool { return c.Name == name })
	}
	add("candidate_id", IntegerColumn)
	if t.options.AllSplits {
		add("split", IntegerColumn)
	}
	for _, arg := range t.args {
		add(arg, TextColumn)
		detail(arg+"_start", IntegerColumn)
		detail(arg+"_end", IntegerColumn)
		if t.ids {
			detail(arg+"_stable_id", TextColumn)
		}
	}
	detail("document", TextColumn)
	add("sentence", TextColumn)
	if t.options.Gold != nil {
		add("gold", IntegerColumn)
		if t.options.Classes != nil {
			add("gold_class", TextColumn)
		}
	}
	var believed []string
	switch p := t.options.Marginals; {
	case p == nil:
	case p.Cardinality == 2:
		believed = []string{"marginal"}
	default:
		for k := range p.Cardinality {
			believed = append(believed, fmt.Sprintf("marginal_%d", k+1))
		}
	}
	if p := t.options.Marginals; p != nil && t.options.Classes.Fits(p.Cardinality) {
		for i, name := range t.options.Classes.Names[len(t.options.Classes.Names)-len(believed):] {
			believed[i] = fmt.Sprintf("marginal_%d_%s", i+1, name)
		}
	}
	if t.options.HardLabels {
		believed = append(believed, "label")
		if t.namesLabels() {
			believed = append(believed, classColumn)
		}
	}
	if t.options.Labels != nil {
		for _, key := range t.options.Labels.Keys() {
			name := key.Name
			for taken(name) || slices.Contains(believed, name) {
				name = "LF_" + name
			}
			add(name, IntegerColumn)
		}
	}
	for _, name := range believed {
		kind := FloatColumn
		switch {
		case t.options.HardLabels && name == "label":
			kind = IntegerColumn
		case t.options.HardLabels && name == classColumn:
			kind = TextColumn
		}
		add(name, kind)
	}
}

// namesLabels reports whether the most probable class has a name.
func (t *CandidateTable) namesLabels() bool {
	return t.options.HardLabels && t.options.Classes.Fits(t.options.Marginals.Cardinality)
}

// Each reads the candidates by ascending id and calls visit with the cells of
// one row after the other, in the order of the columns, which are good until the
// next. It ends early with the first error that visit returns. A split
// without candidates is [candidates.ErrNoSplit].
func (t *CandidateTable) Each(ctx context.Context, visit func(cells []Cell) error) error {
	var cells []Cell
	query := candidates.Query{Split: t.options.Split, AllSplits: t.options.AllSplits, Type: t.options.Type}
	return candidates.Each(ctx, t.session, query, func(batch []candidates.Candidate) error {
		for i := range batch {
			if t.options.LabelledOnly && !t.labelled(batch[i].ID) {
				continue
			}
			cells = t.row(cells[:0], &batch[i])
			if err := visit(cells); err != nil {
				return err
			}
		}
		return nil
	})
}

// labelled reports whether a labeling function labels a candidate.
func (t *CandidateTable) labelled(id int64) bool {
	row, ok := t.options.Labels.RowOf(id)
	if !ok {
		return false
	}
	_, labels := t.options.Labels.Row(row)
	return slices.ContainsFunc(labels, func(v int16) bool { return v != 0 })
}

// row appends the cells of one candidate. What it does not have is none.
func (t *CandidateTable) row(cells []Cell, c *candidates.Candidate) []Cell {
	cells = append(cells, IntegerCell(c.ID))
	if t.options.AllSplits {
		cells = append(cells, IntegerCell(int64(c.Split)))
	}
	if slices.ContainsFunc(c.Args, candidates.Argument.Gone) {
		t.Gone++
	}
	for _, name := range t.args {
		i := slices.IndexFunc(c.Args, func(a candidates.Argument) bool { return a.Name == name })
		switch {
		case i < 0:
			cells = append(cells, Cell{}, Cell{}, Cell{})
		case c.Args[i].Span == nil:
			cells = append(cells, textCell(c.Args[i].TextOrID()), Cell{}, Cell{})
		default:
			p := c.Args[i].Span
			cells = append(cells, TextCell(p.Text()), IntegerCell(int64(p.CharStart)), IntegerCell(int64(p.CharEnd)))
		}
		if t.ids {
			id := ""
			if i >= 0 {
				id = c.Args[i].Context.StableID
			}
			cells = append(cells, textCell(id, id != ""))
		}
	}
	cells = append(cells, textCell(c.InDocument()), textCell(c.InText()))
	if gold := t.options.Gold; gold != nil {
		var v int16
		if row, ok := gold.RowOf(c.ID); ok {
			v = gold.At(row, 0)
		}
		cells = append(cells, labelCell(v))
		if t.options.Classes != nil {
			name := t.options.Classes.Name(v)
			cells = append(cells, textCell(name, name != ""))
		}
	}
	if labels := t.options.Labels; labels != nil {
		row, ok := labels.RowOf(c.ID)
		first := len(cells)
		for range labels.Keys() {
			cells = append(cells, IntegerCell(0)) // abstains
		}
		if ok {
			cols, vals := labels.Row(row)
			for k, j := range cols {
				cells[first+int(j)] = IntegerCell(int64(vals[k]))
			}
		}
	}
	if p := t.options.Marginals; p != nil {
		row, ok := slices.BinarySearch(p.Candidates, c.ID)
		for k := range p.Width() {
			if !ok {
				cells = append(cells, Cell{})
				continue
			}
			cells = append(cells, FloatCell(p.Row(row)[k]))
		}
		if t.options.HardLabels {
			var v int16
			if ok {
				v = p.Label(row)
			}
			cells = append(cells, labelCell(v))
			if t.namesLabels() {
				cells = append(cells, textCell(t.options.Classes.Name(v), v != 0))
			}
		}
	}
	return cells
}

// textCell is a text, or none.
func textCell(text string, has bool) Cell {
	if !has {
		return Cell{}
	}
	return TextCell(text)
}

// labelCell is a label, or none for 0.
func labelCell(v int16) Cell {
	if v == 0 {
		return Cell{}
	}
	return IntegerCell(int64(v))
}
