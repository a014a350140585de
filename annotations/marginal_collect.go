package annotations

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// MarginalTolerance is how far from 1 the probabilities of a candidate's classes may
// sum: what is written with few digits is rounded. They are divided by their sum
// then, but left as they are where it is 1 within 1e-6.
const MarginalTolerance = 1e-3

const exactSum = 1e-6

// ErrFirstClass says that the classes of a table count from 0 and none of its
// candidates leaves anything for the first, so that they may be labels.
var ErrFirstClass = errors.New("no candidate has a probability for the class 0, from which values count as in the table marginal")

// CollectedMarginals are the marginals that rows are about, by ascending candidate
// id.
type CollectedMarginals struct {
	matrix.Marginals
	Without int // candidates of the selection that have none
	Scaled  int // candidates whose probabilities were divided by their sum
}

// CollectMarginals finds the candidates that rows are about, and joins their
// probabilities. They must be candidates of the selection's split, or of any with
// AllSplits, and type, unless they have no probability; and have other rows only where these are about other classes. cardinality 0 means as many
// classes as the rows have. What the rows of a long table do not name is 0, and the
// first class has what the others leave of 1.
//
// A mistake is a [*candidates.RecordError] with the position of the row, and an error
// among the rows comes out as it is.
func CollectMarginals(ctx context.Context, s *session.Session, sel Selection, rows iter.Seq2[MarginalRow, error], cardinality int) (*CollectedMarginals, error) {
	ids, err := CandidateIDs(ctx, s, Selection{Split: sel.Split, AllSplits: sel.AllSplits, Type: sel.Type})
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("%s: the database %w", s.Path(), candidates.ErrNoSplit)
	}
	c := &marginalCollector{ids: ids, index: matrix.NewIndex(ids), sel: sel, seen: make([]candidates.Position, len(ids)),
		p: &CollectedMarginals{Marginals: matrix.Marginals{Cardinality: cardinality}}}
	err = s.View(ctx, func(tx *session.Tx) error {
		c.finder = &candidateFinder{tx: tx, typ: sel.Type}
		return c.run(rows)
	})
	if err != nil {
		return nil, err
	}
	return c.collected()
}

// marginalCollector places rows among the candidates.
type marginalCollector struct {
	ids    []int64
	index  *matrix.Index
	sel    Selection
	finder *candidateFinder
	batch  []MarginalRow
	first  candidates.Position
	seen   []candidates.Position // the first row of each candidate

	p       *CollectedMarginals
	places  []int32    // of the rows of P
	classes int        // of whole rows
	cells   []longCell // of the others
}

// longCell is a row of a long table.
type longCell struct {
	place int32
	value int32
	line  int
	p     float64
}

// run places all rows.
func (c *marginalCollector) run(rows iter.Seq2[MarginalRow, error]) error {
	for row, err := range rows {
		if err == nil {
			row.Values, row.P = slices.Clone(row.Values), slices.Clone(row.P)
			if row.Class != c.finder.class {
				err = c.flush()
				c.finder.class = row.Class
			}
		}
		if err == nil {
			c.finder.add(row.Candidate, row.StableIDs, len(c.batch))
			if c.batch = append(c.batch, row); len(c.batch) < importRows {
				continue
			}
		}
		// A mistake in what was read before is the earlier one.
		if err := c.flush(); err != nil {
			return err
		}
		if err != nil {
			return err
		}
	}
	return c.flush()
}

// flush places the batch.
func (c *marginalCollector) flush() error {
	rows := make([]importRow, len(c.batch))
	for i := range rows {
		rows[i].at = c.batch[i].Position
	}
	wrong, err := c.finder.find(rows)
	if err != nil {
		return err
	}
	for i := range c.batch {
		if wrong != nil && wrong.row == i {
			return wrong.err
		}
		if err := c.place(&c.batch[i], rows[i].candidate); err != nil {
			return c.batch[i].Wrap(err)
		}
	}
	c.batch = c.batch[:0]
	return nil
}

// place takes a row for a candidate.
func (c *marginalCollector) place(row *MarginalRow, id int64) error {
	place := c.index.Find(id)
	switch {
	case place < 0 && len(row.P) == 0:
		return nil // it says nothing, as of the other splits in what was exported of all
	case place < 0:
		return c.elsewhere(id)
	}
	if c.first.Line == 0 {
		c.first = row.Position
	}
	first := c.seen[place]
	if first.Line == 0 {
		c.seen[place] = row.Position
	}
	switch {
	case len(row.P) == 0:
		return nil
	case len(row.P) != len(row.Values):
		return fmt.Errorf("%d probabilities of %d classes", len(row.P), len(row.Values))
	case !row.Whole:
		for k, v := range row.Values {
			if most := c.p.Cardinality; most != 0 && v >= most {
				return fmt.Errorf("the class %d does not fit cardinality %d: values count from 0, as in the table marginal", v, most)
			}
			c.cells = append(c.cells, longCell{place, int32(v), row.Line, row.P[k]})
		}
		return nil
	case first.Line != 0:
		return fmt.Errorf("candidate %d came in line %d already", id, first.Line)
	}
	return c.placeWhole(row, place)
}

// elsewhere is the error for a candidate that is none of the selection.
func (c *marginalCollector) elsewhere(id int64) error {
	var split int
	_, err := c.finder.tx.Get(&split, "SELECT split FROM candidate WHERE id = ?", id)
	if err != nil {
		return err
	}
	return fmt.Errorf("candidate %d lies in split %d, not in %d", id, split, c.sel.Split)
}

// placeWhole takes a row that has all classes, or of two the second.
func (c *marginalCollector) placeWhole(row *MarginalRow, place int32) error {
	classes := row.Values[len(row.Values)-1] + 1
	if c.classes == 0 {
		if k := c.p.Cardinality; k != 0 && k != classes {
			return fmt.Errorf("there are probabilities of %d classes, and the candidates have %d", classes, k)
		}
		if err := c.room(classes); err != nil {
			return err
		}
		c.classes, c.p.Cardinality = classes, classes
	}
	if classes != c.classes {
		return fmt.Errorf("there are probabilities of %d classes, and of %d before", classes, c.classes)
	}
	p := row.P
	if len(p) > 1 {
		if err := c.settle(p); err != nil {
			return err
		}
		p = p[len(p)-c.p.Width():]
	}
	c.p.P, c.places = append(c.p.P, p...), append(c.places, place)
	return nil
}

// settle makes probabilities sum to 1 that nearly do.
func (c *marginalCollector) settle(p []float64) error {
	sum := 0.0
	for _, x := range p {
		sum += x
	}
	switch off := math.Abs(sum - 1); {
	case !(off <= MarginalTolerance):
		return fmt.Errorf("the probabilities sum to %.6g, and are %w", sum, matrix.ErrBadMarginal)
	case off > exactSum:
		for k := range p {
			p[k] /= sum
		}
		c.p.Scaled++
	}
	return nil
}

// room refuses more probabilities than memory should hold.
func (c *marginalCollector) room(classes int) error {
	const most = 1 << 28 // 2 GiB
	if classes > most/len(c.ids) {
		return fmt.Errorf("%d classes of %d candidates are more probabilities than %d", classes, len(c.ids), most)
	}
	return nil
}

// collected orders what was placed.
func (c *marginalCollector) collected() (*CollectedMarginals, error) {
	switch {
	case c.cells != nil && c.places != nil:
		return nil, errors.New("some rows have all classes of a candidate, and others one")
	case c.cells != nil:
		if err := c.join(); err != nil {
			return nil, err
		}
	case c.places == nil:
		return nil, errors.New("there are no probabilities")
	}
	c.p.Without = len(c.ids) - len(c.places)
	for _, place := range c.places {
		c.p.Candidates = append(c.p.Candidates, c.ids[place])
	}
	if slices.IsSorted(c.places) {
		return c.p, nil
	}
	order := make([]int, len(c.places))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return int(c.places[i] - c.places[j]) })
	p := make([]float64, 0, len(c.p.P))
	for _, i := range order {
		p = append(p, c.p.Row(i)...)
	}
	c.p.P = p
	slices.Sort(c.p.Candidates)
	return c.p, nil
}
