package matrix

import "fmt"

// Patterns are the distinct rows of a label matrix with how many candidates have
// each: all that models, votes and statistics need of it. They stand in an order
// that depends on what they say only, and like one at random, so that nothing
// computed from them depends on the order of the candidates.
type Patterns struct {
	// Distinct has a row for each pattern, with the id of a candidate that has it.
	Distinct *LabelMatrix
	Counts   []int    // candidates with each pattern, at least one
	Marks    []uint32 // by which patterns differ besides their labels; nil for none
}

// NewPatterns makes patterns of rows that stand for several candidates each, as
// a database counts them: row i of L for counts[i], at least one. marks, if not
// nil, has a number for each row by which rows differ besides their labels. Rows
// need not be distinct. Other numbers of counts or marks than rows are an error.
func NewPatterns(L *LabelMatrix, counts []int, marks []uint32) (*Patterns, error) {
	if len(counts) != L.Rows() || marks != nil && len(marks) != L.Rows() {
		return nil, fmt.Errorf("%d counts and %d marks for %d rows", len(counts), len(marks), L.Rows())
	}
	for i, n := range counts {
		if n < 1 {
			return nil, fmt.Errorf("row %d stands for %d candidates", i, n)
		}
	}
	return group(L, counts, marks).Patterns, nil
}

// Len returns the number of patterns.
func (p *Patterns) Len() int { return len(p.Counts) }

// Total returns the number of candidates.
func (p *Patterns) Total() int {
	total := 0
	for _, n := range p.Counts {
		total += n
	}
	return total
}

// Mark returns the mark of pattern d, 0 if there are none.
func (p *Patterns) Mark(d int) uint32 {
	if p.Marks == nil {
		return 0
	}
	return p.Marks[d]
}

// SelectCols returns the patterns of the given columns, in the given order;
// patterns that differed in others only are one.
func (p *Patterns) SelectCols(cols []int) *Patterns {
	return group(p.Distinct.SelectCols(cols), p.Counts, p.Marks).Patterns
}

// Without returns the patterns without the labels of the columns that are told.
// The columns stay.
func (p *Patterns) Without(skip []bool) *Patterns {
	from := p.Distinct
	L := &LabelMatrix{candidates: from.candidates, keys: from.keys, indptr: make([]int, 1, len(from.indptr)),
		cols: make([]int32, 0, from.NNZ()), vals: make([]int16, 0, from.NNZ())}
	for d := range p.Len() {
		cols, vals := from.Row(d)
		for e, j := range cols {
			if !skip[j] {
				L.cols, L.vals = append(L.cols, j), append(L.vals, vals[e])
			}
		}
		L.indptr = append(L.indptr, len(L.cols))
	}
	return group(L, p.Counts, p.Marks).Patterns
}

// Thin returns about so many candidates, in the proportion of the patterns.
// Patterns stand as at random, so that what is left over from one goes to any
// other.
func (p *Patterns) Thin(candidates float64) *Patterns {
	share := candidates / float64(p.Total())
	var rows, counts []int
	var marks []uint32
	rest := 0.0
	for d, n := range p.Counts {
		rest += float64(n) * share
		whole := int(rest)
		if whole == 0 {
			continue
		}
		rest -= float64(whole)
		rows, counts = append(rows, d), append(counts, whole)
		if p.Marks != nil {
			marks = append(marks, p.Marks[d])
		}
	}
	return &Patterns{Distinct: p.Distinct.SelectRows(rows), Counts: counts, Marks: marks}
}
