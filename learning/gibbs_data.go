package learning

import (
	"slices"

	"workbench/annotations/matrix"
)

// gibbsData is what the sampler sees of a label matrix.
type gibbsData struct {
	L      *matrix.LabelMatrix
	labels []int16   // m known labels, 0 for none; nil without the column
	ranges [][]int16 // classes of each candidate; nil for 1 to k
	k      int
}

// columns counts the LFs and the labels' column.
func (d *gibbsData) columns() int {
	if d.labels != nil {
		return d.L.Cols() + 1
	}
	return d.L.Cols()
}

// scope lists the classes of candidate i; nil is 1 to k.
func (d *gibbsData) scope(i int) []int16 {
	if d.ranges == nil || len(d.ranges[i]) == 0 {
		return nil
	}
	return d.ranges[i]
}

// classes is how many classes candidate i has.
func (d *gibbsData) classes(i int) int {
	if scope := d.scope(i); scope != nil {
		return len(scope)
	}
	return d.k
}

// widest is the largest number of classes that a candidate has: the model that
// Snorkel samples its statistics of LFs from has so many.
func (d *gibbsData) widest() int {
	most := 0
	for i := range d.L.Rows() {
		most = max(most, d.classes(i))
	}
	if most == 0 {
		return d.k
	}
	return most
}

// each calls f with the labels of the candidates, which are put into the given
// order: candidate, column, and the label by its number in the candidate's
// range. The known labels are the last column.
func (d *gibbsData) each(order []int, f func(i, j int, v int16)) {
	for i, row := range order {
		scope := d.scope(row)
		number := func(v int16) int16 {
			if scope == nil {
				return v
			}
			return int16(slices.Index(scope, v) + 1)
		}
		cols, vals := d.L.Row(row)
		for x, j := range cols {
			f(i, int(j), number(vals[x]))
		}
		if d.labels != nil && d.labels[row] != 0 {
			f(i, d.L.Cols(), number(d.labels[row]))
		}
	}
}

// newGibbsChains shuffles the candidates and draws the classes that the chains
// start from, as Snorkel's constructor of factor graphs does.
func newGibbsChains(g *gibbsModel, d *gibbsData, random *mersenne) gibbsChains {
	m := d.L.Rows()
	order := random.permutation(m)
	classes, start := make([]int16, m), make([]int16, m)
	for i, row := range order {
		classes[i] = int16(d.classes(row))
		start[i] = int16(random.below(d.classes(row)))
	}
	if d.k == 2 {
		c := newBinaryChains(g, start)
		d.each(order, func(i, j int, v int16) { c.data[i*g.n+j] = int8(v) })
		copy(c.free, c.data)
		return c
	}
	c := newCategoricalChains(g, start, classes)
	d.each(order, func(i, j int, v int16) { c.data[i*g.n+j] = v - 1 })
	copy(c.free, c.data)
	return c
}
