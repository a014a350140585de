package learning

import (
	"math"

	"workbench/annotations/matrix"
)

// DawidSkene returns the marginals of the classic model of annotators: each LF
// has a table P(l | y) of the classes that it names when it votes, and a missing
// vote says nothing. Expectation maximization starts at the majority vote and runs
// for 100 steps, or until the log likelihood per vote gains less than 1e-5 (Dawid
// and Skene 1979; crowd-kit's DawidSkene). A candidate without labels has the class
// prior. It is what others compare with; [Fit] is what to use. A label that is none
// of k classes is [matrix.ErrBadLabel].
func DawidSkene(L *matrix.LabelMatrix, k int) (*matrix.Marginals, error) {
	if err := matrix.CheckLabels(L, k); err != nil {
		return nil, err
	}
	const (
		steps     = 100
		tolerance = 1e-5
		least     = 1e-10 // of a probability
	)
	m, n := L.Rows(), L.Cols()
	post := make([]float64, m*k)
	for i := range m {
		p := post[i*k : i*k+k]
		cols, vals := L.Row(i)
		if len(cols) == 0 {
			for y := range p {
				p[y] = 1 / float64(k)
			}
		}
		for _, v := range vals {
			p[classIndex(v, k)] += 1 / float64(len(vals))
		}
	}
	table := make([]float64, n*k*k) // LF, y, vote: logarithms
	sum := make([]float64, n*k)
	prior := make([]float64, k)
	before := math.Inf(-1)
	for range steps {
		clear(table)
		clear(sum)
		clear(prior)
		covered := 0.0
		for i := range m {
			p := post[i*k : i*k+k]
			cols, vals := L.Row(i)
			if len(cols) == 0 {
				continue
			}
			covered++
			for y, x := range p {
				prior[y] += x
				for e, j := range cols {
					table[(int(j)*k+y)*k+classIndex(vals[e], k)] += x
					sum[int(j)*k+y] += x
				}
			}
		}
		for at, x := range table {
			table[at] = math.Log(max(x/max(sum[at/k], least), least))
		}
		for y := range prior {
			prior[y] = math.Log(max(prior[y]/max(covered, 1), least))
		}
		likelihood := 0.0
		for i := range m {
			p := post[i*k : i*k+k]
			copy(p, prior)
			cols, vals := L.Row(i)
			for e, j := range cols {
				v := classIndex(vals[e], k)
				for y := range p {
					p[y] += table[(int(j)*k+y)*k+v]
				}
			}
			if z := softmax(p); len(cols) > 0 {
				likelihood += z
			}
		}
		likelihood /= max(float64(L.NNZ()), 1)
		if likelihood-before < tolerance {
			break
		}
		before = likelihood
	}
	out := &matrix.Marginals{Candidates: L.Candidates(), Cardinality: k, P: post}
	if k == 2 {
		out.P = make([]float64, m)
		for i := range out.P {
			out.P[i] = post[2*i+1]
		}
	}
	return out, nil
}
