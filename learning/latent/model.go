package latent

import (
	"math"
	"runtime"
	"slices"
	"sync"
)

// A setting says what a model takes for granted.
type setting struct {
	// prior is the class prior; nil lets it be learned.
	prior []float64
	// anchor and anchorRows add so many candidates of known classes to the
	// counts of a learned prior; a nil anchor is uniform.
	anchor     []float64
	anchorRows float64
	// strength is how many votes of an expected precision are added to those of
	// each LF, for each answer that it gives; 0 leaves it at the weak prior of
	// every LF.
	strength float64
	// tables gives every LF a full table.
	tables bool
	// truncated models the candidates that have a label, given that they have
	// one: what is known of the others is the share of classes of these.
	truncated bool
}

// precision is how often a vote is right where nothing else is known of it.
const precision = 0.75

// A model is a class prior and components, over the distinct rows of a matrix.
type model struct {
	setting
	r     *rows
	k     int
	lfs   []lf
	comps []*component
	of    []int // component of each LF
	class []float64

	base   []float64 // log P(y) + Σ log P(ref | y)
	delta  []float64 // of all states of all components, × K
	top    float64   // largest of base
	start0 []float64 // base as probabilities, 1 for the largest
	factor []float64 // delta as probabilities, 1 for the largest of a state; of two classes
	// the odds, at the place of the first
	scale   []float64 // the largest delta of a state, at the place of its first
	held    []float64 // candidates in each state, those at the reference left out
	entries []int32   // offsets of the deltas of each distinct row
	start   []int32
	post    []float64 // of the distinct rows × K
	ny      []float64
	cnt     []float64 // like delta
	ll      float64
	parts   []part
}

// A part is what one run of rows adds to the expected counts. The rows are cut
// at the same places for any number of goroutines, and the parts are added in
// their order.
type part struct {
	lo, hi  int
	ny, cnt []float64
	ll      float64
}

func newModel(r *rows, s setting) *model {
	m := &model{setting: s, r: r, k: r.classes, lfs: newLFs(r)}
	if m.anchorRows == 0 {
		m.anchorRows = 2
	}
	m.class = make([]float64, m.k)
	for y := range m.class {
		m.class[y] = 1 / float64(m.k)
	}
	if s.prior != nil {
		copy(m.class, s.prior)
	}
	if m.tables {
		for j := range m.lfs {
			m.lfs[j].setFamily(Table, m.k)
		}
	}
	m.of = make([]int, r.lfs)
	m.clear()
	m.post = r.vote()
	m.ny = make([]float64, m.k)
	m.base = make([]float64, m.k)
	m.start0 = make([]float64, m.k)
	m.encode()
	m.prepare()
	m.gatherAll()
	m.maximize(5)
	return m
}

// over puts the model over other distinct rows of the same labels.
func (m *model) over(r *rows) {
	m.r = r
	m.post = make([]float64, r.len()*m.k)
	m.encode()
	m.prepare()
	m.expect()
}

// encode writes each distinct row as the components that differ from their
// most frequent state.
func (m *model) encode() {
	size := 0
	for _, c := range m.comps {
		c.offset = size
		size += c.states * m.k
	}
	m.delta = make([]float64, size)
	m.factor = make([]float64, size)
	m.scale = make([]float64, size)
	m.cnt = make([]float64, size)
	m.parts = nil
	const rowsOfPart = 4096
	for lo := 0; lo < m.r.len(); lo += rowsOfPart {
		m.parts = append(m.parts, part{lo: lo, hi: min(lo+rowsOfPart, m.r.len())})
	}
	if limit := max(1, 8_000_000/max(size, 1)); len(m.parts) > limit {
		// large tables: fewer parts, or their copies would fill the memory
		step := (m.r.len() + limit - 1) / limit
		m.parts = nil
		for lo := 0; lo < m.r.len(); lo += step {
			m.parts = append(m.parts, part{lo: lo, hi: min(lo+step, m.r.len())})
		}
	}
	for i := range m.parts {
		m.parts[i].ny = make([]float64, m.k)
		m.parts[i].cnt = make([]float64, size)
	}

	stride := make([]int, len(m.lfs))
	for _, c := range m.comps {
		for i, j := range c.lfs {
			stride[j] = c.stride[i]
		}
	}
	var dense []int // LFs that mostly vote
	for j := range m.lfs {
		if l := &m.lfs[j]; l.answers[l.ref] != 0 {
			dense = append(dense, j)
		}
	}
	r := m.r
	m.start = append(slices.Grow(m.start[:0], r.len()+1), 0)
	m.entries = slices.Grow(m.entries[:0], len(r.col)) // about
	shift := make([]int, len(m.comps))
	var touched []int
	at := make([]int, r.lfs)
	for j := range at {
		at[j] = -1
	}
	add := func(j, state int) {
		if d := (state - m.lfs[j].ref) * stride[j]; d != 0 {
			c := m.of[j]
			touched = append(touched, c)
			shift[c] += d
		}
	}
	for d := range r.len() {
		touched = touched[:0]
		for e := r.ptr[d]; e < r.ptr[d+1]; e++ {
			j := int(r.col[e])
			at[j] = d
			add(j, int(m.lfs[j].state[r.class[e]]))
		}
		for _, j := range dense {
			if at[j] != d {
				add(j, int(m.lfs[j].state[0]))
			}
		}
		for _, c := range touched {
			if shift[c] != 0 {
				m.entries = append(m.entries, int32(m.comps[c].offset+(m.comps[c].ref+shift[c])*m.k))
				shift[c] = 0
			}
		}
		m.start = append(m.start, int32(len(m.entries)))
	}
	m.held = make([]float64, size/m.k)
	for d := range r.len() {
		if !m.passed(d) {
			for _, off := range m.entries[m.start[d]:m.start[d+1]] {
				m.held[int(off)/m.k] += r.weight[d]
			}
		}
	}
}

// each runs f over all parts, on as many goroutines as pay.
func (m *model) each(f func(*part)) {
	n := min(runtime.GOMAXPROCS(0), len(m.parts))
	if n <= 1 {
		for i := range m.parts {
			f(&m.parts[i])
		}
		return
	}
	var wg sync.WaitGroup
	next := make(chan int, len(m.parts))
	for i := range m.parts {
		next <- i
	}
	close(next)
	for range n {
		wg.Go(func() {
			for i := range next {
				f(&m.parts[i])
			}
		})
	}
	wg.Wait()
}

// maximize moves the parameters towards the expected counts.
func (m *model) maximize(cycles int) {
	k := m.k
	ny, total := m.whole()
	var unseen []float64 // candidates that no LF labels, of each class
	if m.truncated {
		unseen = make([]float64, k)
		for y := range unseen {
			unseen[y] = ny[y] - m.ny[y]
		}
	}
	if m.prior == nil {
		for y := range m.class {
			a := 1 / float64(k)
			if m.anchor != nil {
				a = m.anchor[y]
			}
			m.class[y] = (ny[y] + m.anchorRows*a) / (total + m.anchorRows)
		}
	}
	for _, c := range m.comps {
		copy(c.count, m.cnt[c.offset:c.offset+c.states*k])
		ref := c.count[c.ref*k : c.ref*k+k]
		copy(ref, m.ny)
		for s := range c.states {
			if s != c.ref {
				for y := range k {
					ref[y] -= c.count[s*k+y]
				}
			}
		}
		for y := range ref {
			ref[y] = max(ref[y], 0)
		}
		if s := c.silent(m.lfs); unseen != nil && s >= 0 {
			for y, x := range unseen {
				c.count[s*k+y] += x
			}
		}
		if m.strength > 0 {
			for _, j := range c.lfs {
				m.lfs[j].expectPrecision(m.strength, m.class, total)
			}
		}
		c.fit(m.lfs, k, cycles)
	}
}

// covered is how many candidates the counts are of.
func (m *model) covered() float64 {
	if m.truncated {
		return m.r.covered
	}
	return m.r.total
}

// prepare makes the tables of the components after their weights changed.
func (m *model) prepare() {
	for _, c := range m.comps {
		c.table(m.lfs, m.k)
	}
}

// vector and setVector read and write all parameters.
func (m *model) vector(x []float64) []float64 {
	x = x[:0]
	if m.prior == nil {
		for _, p := range m.class {
			x = append(x, math.Log(p))
		}
	}
	for j := range m.lfs {
		x = append(x, m.lfs[j].weight...)
	}
	for _, c := range m.comps {
		for _, p := range c.pairs {
			x = append(x, p.weight[:]...)
		}
	}
	return x
}

func (m *model) setVector(x []float64) {
	if m.prior == nil {
		normalize(x[:m.k], m.class)
		x = x[m.k:]
	}
	for j := range m.lfs {
		x = x[copy(m.lfs[j].weight, x):]
	}
	for _, c := range m.comps {
		for i := range c.pairs {
			x = x[copy(c.pairs[i].weight[:], x):]
		}
	}
	m.prepare()
}

// run is expectation maximization with squared extrapolation (SQUAREM, Varadhan
// and Roland 2008) until so little log likelihood is left to gain, as the last two
// steps foretell it, or so many steps are done. It reports whether it came to the
// end.
func (m *model) run(tol float64, limit int) bool {
	var x0, x1, x2, x []float64
	m.expect()
	for its := 1; its < limit; its += 2 {
		before := m.ll
		x0 = m.vector(x0)
		m.maximize(2)
		m.expect()
		first := m.ll - before
		x1 = m.vector(x1)
		m.maximize(2)
		m.expect()
		second := m.ll - before - first
		// Steps that shrink by a factor r gain second · r/(1 − r) more in all.
		if r := second / first; first <= 0 || second <= 0 || r < 1 && second < tol && second*r/(1-r) < tol {
			return true
		}
		x2 = m.vector(x2)
		l2 := m.ll
		rr, vv := 0.0, 0.0
		for i := range x0 {
			r := x1[i] - x0[i]
			v := x2[i] - x1[i] - r
			rr += r * r
			vv += v * v
		}
		if vv == 0 {
			continue
		}
		// the longest step is a guess that the check below takes back
		a := min(max(-math.Sqrt(rr/vv), -64), -1)
		if a == -1 {
			continue
		}
		x = x[:0]
		for i := range x0 {
			r := x1[i] - x0[i]
			v := x2[i] - x1[i] - r
			x = append(x, x0[i]-2*a*r+a*a*v)
		}
		m.setVector(x)
		m.expect()
		its++
		if !(m.ll >= l2) {
			m.setVector(x2)
			m.expect()
			its++
		}
	}
	return false
}

func (m *model) parameters() int {
	n := 0
	if m.prior == nil {
		n = m.k - 1
	}
	for j := range m.lfs {
		n += m.lfs[j].parameters(m.k)
	}
	for _, c := range m.comps {
		for _, p := range c.pairs {
			n += m.degrees(p)
		}
	}
	return n
}

// cost is what models of the same matrix are compared by: smaller is better.
func (m *model) cost() float64 { return -m.ll + m.price()*float64(m.parameters()) }

// bic is half the Bayesian information criterion.
func (m *model) bic() float64 {
	return -m.ll + float64(m.parameters())/2*math.Log(m.r.total)
}
