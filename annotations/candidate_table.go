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
	// label of the most probable class, nil where there is not one. Where classes
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

// ColumnKind is the type of a column's values. Each may be nil.
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
// one row after the other, in the order of the columns: int64, string, float64
// or nil. It ends early with the first error that visit returns. A split
// without candidates is [candidates.ErrNoSplit].
func (t *CandidateTable) Each(ctx context.Context, visit func(cells []any) error) error {
	query := candidates.Query{Split: t.options.Split, AllSplits: t.options.AllSplits, Type: t.options.Type}
	return candidates.Each(ctx, t.session, query, func(batch []candidates.Candidate) error {
		for i := range batch {
			if t.options.LabelledOnly && !t.labelled(batch[i].ID) {
				continue
			}
			if err := visit(t.row(&batch[i])); err != nil {
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

// row makes the cells of one candidate. What it does not have is nil.
func (t *CandidateTable) row(c *candidates.Candidate) []any {
	cells := make([]any, 0, len(t.Columns))
	cells = append(cells, c.ID)
	if t.options.AllSplits {
		cells = append(cells, int64(c.Split))
	}
	if slices.ContainsFunc(c.Args, candidates.Argument.Gone) {
		t.Gone++
	}
	for _, name := range t.args {
		i := slices.IndexFunc(c.Args, func(a candidates.Argument) bool { return a.Name == name })
		switch {
		case i < 0:
			cells = append(cells, nil, nil, nil)
		case c.Args[i].Span == nil:
			cells = append(cells, textCell(c.Args[i].TextOrID()), nil, nil)
		default:
			p := c.Args[i].Span
			cells = append(cells, p.Text(), int64(p.CharStart), int64(p.CharEnd))
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
		var label any
		if row, ok := gold.RowOf(c.ID); ok {
			if v := gold.At(row, 0); v != 0 {
				label = int64(v)
			}
		}
		cells = append(cells, label)
		if t.options.Classes != nil {
			v, _ := label.(int64)
			name := t.options.Classes.Name(int16(v))
			cells = append(cells, textCell(name, name != ""))
		}
	}
	if labels := t.options.Labels; labels != nil {
		row, ok := labels.RowOf(c.ID)
		first := len(cells)
		for range labels.Keys() {
			cells = append(cells, int64(0)) // abstains
		}
		if ok {
			cols, vals := labels.Row(row)
			for k, j := range cols {
				cells[first+int(j)] = int64(vals[k])
			}
		}
	}
	if p := t.options.Marginals; p != nil {
		row, ok := slices.BinarySearch(p.Candidates, c.ID)
		for k := range p.Width() {
			if !ok {
				cells = append(cells, nil)
				continue
			}
			cells = append(cells, p.Row(row)[k])
		}
		if t.options.HardLabels {
			var v int16
			if ok {
				v = p.Label(row)
			}
			var label any
			if v != 0 {
				label = int64(v)
			}
			cells = append(cells, label)
			if t.namesLabels() {
				cells = append(cells, textCell(t.options.Classes.Name(v), v != 0))
			}
		}
	}
	return cells
}

// textCell is a text, or nil where there is none.
func textCell(text string, has bool) any {
	if !has {
		return nil
	}
	return text
}
