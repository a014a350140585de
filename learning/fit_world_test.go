package learning_test

import (
	"math/rand/v2"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

// A votingWorld draws label matrices whose posterior is known. LF j answers 0
// (it abstains) or a class 1..K with probability answer[j][y][·], or repeats
// what its parent answers with probability copies[j]. The last hidden LFs are
// drawn like others and not shown: LFs that copy one of them form a clique.
type votingWorld struct {
	k      int
	prior  []float64
	answer [][][]float64 // n × K × (K + 1)
	parent []int         // −1 for none; a shown LF's parent comes before it, or is hidden
	copies []float64
	hidden int // 0 or 1
}

// sampled is a matrix of a world.
type sampled struct {
	L     *matrix.LabelMatrix
	gold  []int16
	bayes *matrix.Marginals // P(y | l) under the world
}

// voters is a world of n LFs, each with a table of its own.
func voters(n int, prior []float64, table func(j int) [][]float64) *votingWorld {
	w := &votingWorld{k: len(prior), prior: prior, copies: make([]float64, n)}
	for j := range n {
		w.answer = append(w.answer, table(j))
		w.parent = append(w.parent, -1)
	}
	return w
}

// copy makes LF j repeat LF parent with probability rho.
func (w *votingWorld) copy(j, parent int, rho float64) { w.parent[j], w.copies[j] = parent, rho }

// coin is the table of an LF that votes with probability coverage[y], and then is
// right with probability accuracy[y], its errors spread evenly. One number stands
// for all classes.
func coin(k int, coverage, accuracy []float64) [][]float64 {
	of := func(x []float64, y int) float64 { return x[min(y, len(x)-1)] }
	table := make([][]float64, k)
	for y := range table {
		table[y] = make([]float64, k+1)
		table[y][0] = 1 - of(coverage, y)
		for v := range k {
			p := of(accuracy, y)
			if v != y {
				p = (1 - p) / float64(k-1)
			}
			table[y][v+1] = of(coverage, y) * p
		}
	}
	return table
}

// oneSided is the table of an LF that votes for one class (from 0) only, with
// one probability where it is right and another where it is wrong.
func oneSided(k, class int, right, wrong float64) [][]float64 {
	table := make([][]float64, k)
	for y := range table {
		p := wrong
		if y == class {
			p = right
		}
		table[y] = make([]float64, k+1)
		table[y][0], table[y][class+1] = 1-p, p
	}
	return table
}

func evenly(k int) []float64 {
	p := make([]float64, k)
	for y := range p {
		p[y] = 1 / float64(k)
	}
	return p
}

// between is uniform.
func between(r *rand.Rand, lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }

func pick(r *rand.Rand, p []float64) int {
	u := r.Float64()
	for i, x := range p {
		if u -= x; u < 0 {
			return i
		}
	}
	return len(p) - 1
}

// worldLabel is the label of a class, from 0: −1 and 1 for two.
func worldLabel(class, k int) int16 {
	if k == 2 {
		return int16(2*class - 1)
	}
	return int16(class + 1)
}

// draw makes m candidates.
func (w *votingWorld) draw(t testing.TB, m int, seed uint64) *sampled {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 11))
	n := len(w.answer)
	shown := n - w.hidden
	d := &sampled{gold: make([]int16, m), bayes: &matrix.Marginals{Candidates: ids(m), Cardinality: w.k}}
	var entries matrix.Builder[int16]
	answers := make([]int, n)
	posterior := make([]float64, w.k)
	for i := range m {
		y := pick(r, w.prior)
		d.gold[i] = worldLabel(y, w.k)
		for at := range n {
			j := (at + shown) % n // the hidden one first
			if p := w.parent[j]; p >= 0 && r.Float64() < w.copies[j] {
				answers[j] = answers[p]
			} else {
				answers[j] = pick(r, w.answer[j][y])
			}
			if j < shown && answers[j] > 0 {
				entries.Add(int32(i), int32(j), worldLabel(answers[j]-1, w.k))
			}
		}
		w.posterior(answers, posterior)
		if w.k == 2 {
			d.bayes.P = append(d.bayes.P, posterior[1])
		} else {
			d.bayes.P = append(d.bayes.P, posterior...)
		}
	}
	var err error
	if d.L, err = entries.Matrix(ids(m), lfKeys(shown)); err != nil {
		t.Fatal(err)
	}
	return d
}

// posterior writes P(y | answers of the LFs that are shown) to p, which sums over
// the answers of the hidden one.
func (w *votingWorld) posterior(answers []int, p []float64) {
	shown := len(w.answer) - w.hidden
	likelihood := func(j, y int) float64 {
		x := w.answer[j][y][answers[j]]
		if parent := w.parent[j]; parent >= 0 {
			x *= 1 - w.copies[j]
			if answers[parent] == answers[j] {
				x += w.copies[j]
			}
		}
		return x
	}
	for y := range w.k {
		p[y] = w.prior[y]
		for j := range shown {
			if w.parent[j] < shown {
				p[y] *= likelihood(j, y)
			}
		}
		if w.hidden > 0 {
			was, all := answers[shown], 0.0
			for answers[shown] = range w.k + 1 {
				x := w.answer[shown][y][answers[shown]]
				for j := range shown {
					if w.parent[j] == shown {
						x *= likelihood(j, y)
					}
				}
				all += x
			}
			answers[shown] = was
			p[y] *= all
		}
	}
	posteriorOf(p)
}

// pairs are the dependencies of a model, as [2]int{J, K}.
func pairs(m *learning.LabelModel) [][2]int {
	list := [][2]int{}
	for _, d := range m.Dependencies {
		list = append(list, [2]int{d.J, d.K})
	}
	return list
}

// fitModel fits what must not fail.
func fitModel(t testing.TB, L *matrix.LabelMatrix, o learning.FitOptions) *learning.LabelModel {
	t.Helper()
	m, err := learning.Fit(t.Context(), L, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// fitMarginals are the marginals of a model that has the LFs of L.
func fitMarginals(t testing.TB, m *learning.LabelModel, L *matrix.LabelMatrix) *matrix.Marginals {
	t.Helper()
	p, err := m.Marginals(L)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// crowd has m candidates, each of which was given to so many of n annotators,
// whose accuracies are from 0.5 to 0.9, of k > 2 classes that are as frequent.
func crowd(t testing.TB, m, n, each, k int) *sampled {
	t.Helper()
	r := rand.New(rand.NewPCG(12, 13))
	d := &sampled{gold: make([]int16, m), bayes: &matrix.Marginals{Candidates: ids(m), Cardinality: k}}
	accuracy := make([]float64, n)
	for j := range accuracy {
		accuracy[j] = between(r, .5, .9)
	}
	var entries []matrix.Entry[int16]
	for i := range m {
		y := r.IntN(k)
		d.gold[i] = worldLabel(y, k)
		posterior := evenly(k)
		asked := make(map[int]bool)
		for len(asked) < each {
			j := r.IntN(n)
			if asked[j] {
				continue
			}
			asked[j] = true
			v := y
			if r.Float64() >= accuracy[j] {
				v = (y + 1 + r.IntN(k-1)) % k
			}
			entries = append(entries, matrix.Entry[int16]{Row: i, Col: j, Value: worldLabel(v, k)})
			for c := range posterior {
				if c == v {
					posterior[c] *= accuracy[j]
				} else {
					posterior[c] *= (1 - accuracy[j]) / float64(k-1)
				}
			}
		}
		d.bayes.P = append(d.bayes.P, posteriorOf(posterior)...)
	}
	var err error
	if d.L, err = matrix.New(ids(m), lfKeys(n), entries); err != nil {
		t.Fatal(err)
	}
	return d
}

// posteriorOf scales weights to probabilities.
func posteriorOf(p []float64) []float64 {
	sum := 0.0
	for _, x := range p {
		sum += x
	}
	for y := range p {
		p[y] /= sum
	}
	return p
}

// k is the number of classes of the gold labels.
func (d *sampled) k() int {
	k := 2
	for _, y := range d.gold {
		k = max(k, int(y))
	}
	return k
}
