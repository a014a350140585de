package latent

import "math"

// A Family says which probabilities of an LF's answers are one parameter.
type Family int

const (
	// Coin has one propensity and one accuracy: the LF answers with the same
	// probability whatever the class, and its errors are spread evenly.
	Coin Family = iota
	// Coverage has a propensity for each class and one accuracy.
	Coverage
	// Class has a propensity and an accuracy for each class.
	Class
	// Table has a probability for each answer and class.
	Table
	// Silent LFs answer in the same way whatever the class.
	Silent
)

var familyNames = [...]string{"coin", "coverage", "class", "table", "left out"}

func (f Family) String() string { return familyNames[f] }

// An lf is what one labeling function can answer: its alphabet, the answers
// that it gives in the matrix, and which cells (answer, class) share a weight.
type lf struct {
	answers []int16 // 0 abstains, 1..K a class; ascending
	state   []int16 // place of each answer 0..K in answers, −1 where it is not given
	count   []float64
	ref     int // the most frequent answer

	family Family
	group  []int32   // of the cells, answers × K
	weight []float64 // of the groups, as logarithms

	// pseudo has answers that are added to the counts, answers × K, and added how
	// many for each class.
	pseudo, added []float64
}

// newLFs finds the alphabets of all labeling functions.
func newLFs(r *rows) []lf {
	counts := make([][]float64, r.lfs)
	for j := range counts {
		counts[j] = make([]float64, r.classes+1)
		counts[j][0] = r.total
	}
	for d := range r.len() {
		for e := r.ptr[d]; e < r.ptr[d+1]; e++ {
			counts[r.col[e]][r.class[e]] += r.weight[d]
			counts[r.col[e]][0] -= r.weight[d]
		}
	}
	lfs := make([]lf, r.lfs)
	for j := range lfs {
		l := &lfs[j]
		l.state = make([]int16, r.classes+1)
		for a, c := range counts[j] {
			l.state[a] = -1
			if c > 0 {
				l.state[a] = int16(len(l.answers))
				l.answers = append(l.answers, int16(a))
				l.count = append(l.count, c)
			}
		}
		for s, c := range l.count {
			if c > l.count[l.ref] {
				l.ref = s
			}
		}
		l.setFamily(Coin, r.classes)
		l.pseudo = make([]float64, len(l.answers)*r.classes)
		l.added = make([]float64, r.classes)
		for y := range r.classes {
			const rows = 0.5
			l.added[y] = rows
			for s, c := range l.count {
				l.pseudo[s*r.classes+y] = rows * c / r.total
			}
		}
	}
	return lfs
}

// setFamily ties the cells of an LF. A class that the LF never names has
// weights of its own in every family: there it abstains more, or errs.
func (l *lf) setFamily(f Family, k int) {
	l.family = f
	l.group = make([]int32, len(l.answers)*k)
	type key struct{ kind, y int }
	ids := map[key]int32{}
	id := func(kind, y int) int32 {
		g, ok := ids[key{kind, y}]
		if !ok {
			g = int32(len(ids))
			ids[key{kind, y}] = g
		}
		return g
	}
	const abstains, right, wrong, outside, cell = 0, 1, 2, 3, 4
	for s, a := range l.answers {
		for y := range k {
			named := l.state[y+1] >= 0
			g := &l.group[s*k+y]
			switch {
			case f == Silent:
				*g = id(cell+s, -1)
			case f == Table:
				*g = id(cell+s, y)
			case !named && f < Class:
				// all classes that it never names share one distribution
				*g = id(outside+8+s, -1)
			case !named:
				*g = id(outside+8+s, y)
			case a == 0 && f == Coin:
				*g = id(abstains, -1)
			case a == 0:
				*g = id(abstains, y)
			case f == Class && int(a) == y+1:
				*g = id(right, y)
			case f == Class:
				*g = id(wrong, y)
			case int(a) == y+1:
				*g = id(right, -1)
			default:
				*g = id(wrong, -1)
			}
		}
	}
	l.weight = make([]float64, len(ids))
}

// parameters is how many probabilities of an LF are free in its family.
func (l *lf) parameters(k int) int {
	states := len(l.answers)
	abstains, errs := 0, 0
	named := states
	if l.state[0] >= 0 {
		abstains = 1
		named--
	}
	if named > 1 {
		errs = 1
	}
	unnamed := k - named
	switch l.family {
	case Coin:
		return abstains + errs + min(unnamed, 1)*(states-1)
	case Coverage:
		return named*abstains + errs + min(unnamed, 1)*(states-1)
	case Class:
		return named*(abstains+errs) + unnamed*(states-1)
	case Silent:
		return states - 1
	}
	return k * (states - 1)
}

// fit sets the weights of an LF that depends on no other to the logarithms of
// its most probable distribution for counts of its cells, and writes it to logp.
func (l *lf) fit(count, logp []float64, k int) {
	states := len(l.answers)
	n := make([]float64, k)
	c := make([]float64, len(count))
	for at, x := range count {
		c[at] = x + l.pseudo[at]
		n[at%k] += c[at]
	}
	votes := states
	abstain := l.state[0] >= 0 // then it is state 0
	if abstain {
		votes--
	}
	first := states - votes
	p := logp
	if l.family == Silent {
		sum := 0.0
		for _, x := range n {
			sum += x
		}
		for s := range states {
			x := 0.0
			for y := range k {
				x += c[s*k+y]
			}
			for y := range k {
				p[s*k+y] = math.Log(x / sum)
				l.weight[l.group[s*k+y]] = p[s*k+y]
			}
		}
		return
	}
	for y := range k {
		if l.family == Table || l.state[y+1] < 0 {
			for s := range states {
				p[s*k+y] = c[s*k+y] / n[y]
			}
		}
	}
	if l.family < Class {
		// classes that are never named share a distribution
		sum := 0.0
		all := make([]float64, states)
		for y := range k {
			if l.state[y+1] < 0 {
				sum += n[y]
				for s := range states {
					all[s] += c[s*k+y]
				}
			}
		}
		for y := range k {
			if l.state[y+1] < 0 {
				for s := range states {
					p[s*k+y] = all[s] / sum
				}
			}
		}
	}
	if l.family != Table {
		var n0, nn, right, cast float64
		for _, a := range l.answers[first:] {
			y := int(a) - 1
			if abstain {
				n0 += c[y]
			}
			nn += n[y]
			for s := first; s < states; s++ {
				cast += c[s*k+y]
			}
			right += c[int(l.state[a])*k+y]
		}
		for _, a := range l.answers[first:] {
			y := int(a) - 1
			p0, acc := n0/nn, right/cast
			if l.family >= Coverage && abstain {
				p0 = c[y] / n[y]
			}
			if l.family == Class {
				acc = c[int(l.state[a])*k+y] / max(n[y]-b2f(abstain)*c[y], 1e-300)
			}
			if votes == 1 {
				acc = 1
			}
			if abstain {
				p[y] = p0
			}
			for s := first; s < states; s++ {
				if l.answers[s] == a {
					p[s*k+y] = (1 - p0) * acc
				} else {
					p[s*k+y] = (1 - p0) * (1 - acc) / float64(votes-1)
				}
			}
		}
	}
	for at, x := range p {
		p[at] = math.Log(max(x, 1e-15))
		l.weight[l.group[at]] = p[at]
	}
	if l.family == Coverage && abstain && votes > 0 {
		// the weights of its votes are shared by classes of other coverage
		a := l.answers[first]
		scale := p[int(l.state[a])*k+int(a)-1]
		for _, a := range l.answers[first:] {
			y := int(a) - 1
			l.weight[l.group[y]] = p[y] - (p[int(l.state[a])*k+y] - scale)
		}
		for s := first; s < states; s++ {
			y := int(a) - 1
			l.weight[l.group[s*k+y]] = p[s*k+y]
		}
	}
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// expectPrecision makes the votes that are added to the counts those of an LF
// whose votes are right as often as precision says, so many for each answer,
// with as many abstentions as go with them.
func (l *lf) expectPrecision(votes float64, class []float64, total float64) {
	k := len(class)
	clear(l.pseudo)
	cast, used := 0.0, 0.0
	for s, a := range l.answers {
		if a == 0 {
			continue
		}
		cast += l.count[s]
		used++
		for y := range k {
			p := precision
			if int(a) != y+1 {
				p = (1 - precision) * class[y] / max(1-class[a-1], 1e-9)
			}
			l.pseudo[s*k+y] = votes * p
		}
	}
	if l.state[0] >= 0 && cast > 0 {
		n := votes * used * max(total-cast, 0) / cast
		for y := range k {
			l.pseudo[y] = n * class[y]
		}
	}
	clear(l.added)
	for at, x := range l.pseudo {
		l.added[at%k] += x
	}
}
