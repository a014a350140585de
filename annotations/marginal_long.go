package annotations

import (
	"cmp"
	"fmt"
	"slices"
)

// join makes rows of all classes out of those of a long table.
func (c *marginalCollector) join() error {
	slices.SortStableFunc(c.cells, func(a, b longCell) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.value, b.value))
	})
	classes := 2
	for _, cell := range c.cells {
		classes = max(classes, int(cell.value)+1)
	}
	given := c.p.Cardinality != 0
	c.p.Cardinality = max(classes, c.p.Cardinality)
	if err := c.room(c.p.Cardinality); err != nil {
		return err
	}
	first := false // something is left for the first class
	row := make([]float64, c.p.Cardinality)
	for cells := c.cells; len(cells) > 0; {
		n := slices.IndexFunc(cells, func(cell longCell) bool { return cell.place != cells[0].place })
		if n < 0 {
			n = len(cells)
		}
		if err := c.joinOne(cells[:n], row); err != nil {
			return c.seen[cells[0].place].Wrap(err)
		}
		first = first || row[0] > MarginalTolerance
		c.places = append(c.places, cells[0].place)
		c.p.P = append(c.p.P, row[len(row)-c.p.Width():]...)
		cells = cells[n:]
	}
	if !first && !given && c.p.Cardinality > 2 {
		return c.first.Wrap(ErrFirstClass)
	}
	return nil
}

// joinOne fills in the probabilities of one candidate.
func (c *marginalCollector) joinOne(cells []longCell, row []float64) error {
	clear(row)
	others := 0.0
	for i, cell := range cells {
		if i > 0 && cells[i-1].value == cell.value {
			return fmt.Errorf("candidate %d has the class %d twice, also in line %d", c.ids[cell.place], cell.value, cell.line)
		}
		row[cell.value] = cell.p
		if cell.value > 0 {
			others += cell.p
		}
	}
	if cells[0].value > 0 {
		row[0] = max(0, 1-others)
	}
	if err := c.settle(row); err != nil {
		return fmt.Errorf("candidate %d: %w", c.ids[cells[0].place], err)
	}
	return nil
}
