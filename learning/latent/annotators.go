package latent

import (
	"context"
	"math"
	"runtime"
	"sync"
)

// levels are how much of what an annotator tells apart is told by its vote on a
// candidate: 1 on an ordinary one, 0 on one whose votes say nothing of the
// class. Their shares are learned. Without them votes on a hard candidate, which
// all go wrong together, count as independent evidence.
var levels = [...]float64{0, 1. / 3, 2. / 3, 1}

// Annotators is a model of people who see some of the candidates only: that
// somebody did not vote says nothing. P(votes | y) = Σ_g share_g Π_j
// P(v_j | y)^(t_g) / z, where what t_g takes away is made up by how often j
// votes v at all. Tables of annotators are shrunk towards that of all of them, by
// a prior whose strength maximizes the Dirichlet-multinomial likelihood of the
// expected counts.
type annotators struct {
	r     *rows
	k     int
	coin  bool      // one accuracy for each annotator, else a table
	even  float64   // share of the class prior that is uniform
	given []float64 // the class prior, nil learns it
	class []float64
	share []float64 // of the levels

	usual []float64 // log share of each vote of an annotator, n × K
	table []float64 // log P(v | y), n × K (y) × K (v)
	norm  []float64 // log normalising constants, levels × n × K (y)
	pool  []float64 // K × K
	count []float64 // expected votes, like table
	s     float64

	post []float64
	lev  []float64 // expected information of a vote, rows × K: Σ_g t_g P(y, g)
	ll   float64
}

func newAnnotators(r *rows, coin bool, even float64) *annotators {
	k, n := r.classes, r.lfs
	a := &annotators{r: r, k: k, coin: coin, even: even, s: 8,
		class: make([]float64, k), share: make([]float64, len(levels)),
		usual: make([]float64, n*k), table: make([]float64, n*k*k), norm: make([]float64, len(levels)*n*k),
		pool: make([]float64, k*k), count: make([]float64, n*k*k)}
	all := make([]float64, k)
	sum := 0.0
	for d := range r.len() {
		for e := r.ptr[d]; e < r.ptr[d+1]; e++ {
			v := int(r.class[e]) - 1
			a.usual[int(r.col[e])*k+v] += r.weight[d]
			all[v] += r.weight[d]
			sum += r.weight[d]
		}
	}
	for v := range all {
		all[v] = (all[v] + 1) / (sum + float64(k))
	}
	for j := range n {
		u := a.usual[j*k : j*k+k]
		sum := 0.0
		for _, x := range u {
			sum += x
		}
		for v := range u {
			// K votes of all annotators beside its own
			u[v] = math.Log((u[v] + float64(k)*all[v]) / (sum + float64(k)))
		}
	}
	a.post = r.vote()
	a.lev = append([]float64(nil), a.post...)
	mean := 0.0
	for g, t := range levels {
		a.share[g] = 1 / float64(len(levels))
		mean += t / float64(len(levels))
	}
	for i := range a.lev {
		a.lev[i] *= mean
	}
	return a
}

// maximize sets the parameters from the posterior. learn lets the strength of
// the prior be estimated anew.
func (a *annotators) maximize(learn bool) {
	k, n, r := a.k, a.r.lfs, a.r
	clear(a.count)
	ny := make([]float64, k)
	for d := range r.len() {
		lo, hi := r.ptr[d], r.ptr[d+1]
		if lo == hi {
			continue
		}
		w := r.weight[d]
		for y, p := range a.post[d*k : d*k+k] {
			ny[y] += w * p
		}
		ev := a.lev[d*k : d*k+k]
		for e := lo; e < hi; e++ {
			c := a.count[int(r.col[e])*k*k+int(r.class[e])-1:]
			for y, x := range ev {
				c[y*k] += w * x
			}
		}
	}
	const rowsOfPrior = 10
	for y := range a.class {
		p := (ny[y] + rowsOfPrior/float64(k)) / (r.covered + rowsOfPrior)
		a.class[y] = (1-a.even)*p + a.even/float64(k)
	}
	if a.given != nil {
		copy(a.class, a.given)
	}
	// the pooled table, itself with 2K votes of an annotator of ordinary accuracy
	clear(a.pool)
	for at, x := range a.count {
		a.pool[at%(k*k)] += x
	}
	const accuracy = 0.7
	right, sum := 0.0, 0.0
	for y := range k {
		for v := range k {
			x := &a.pool[y*k+v]
			if v == y {
				*x += 2 * accuracy * float64(k)
				right += *x
			} else {
				*x += 2 * (1 - accuracy) / float64(k-1) * float64(k)
			}
			sum += *x
		}
	}
	for y := range k {
		for v := range k {
			if v == y {
				a.pool[y*k+v] = right / sum
			} else {
				a.pool[y*k+v] = (1 - right/sum) / float64(k-1)
			}
		}
	}
	if learn {
		a.s = a.strength()
	}
	for j := range n {
		c := a.count[j*k*k : (j+1)*k*k]
		t := a.table[j*k*k : (j+1)*k*k]
		if a.coin {
			right, sum := 0.0, 0.0
			for at, x := range c {
				if at/k == at%k {
					right += x
				}
				sum += x
			}
			p := (right + a.s*a.pool[0]) / (sum + a.s)
			for at := range t {
				t[at] = math.Log((1 - p) / float64(k-1))
				if at/k == at%k {
					t[at] = math.Log(p)
				}
			}
			continue
		}
		for y := range k {
			sum := 0.0
			for _, x := range c[y*k : y*k+k] {
				sum += x
			}
			for v, x := range c[y*k : y*k+k] {
				t[y*k+v] = math.Log((x + a.s*a.pool[y*k+v]) / (sum + a.s))
			}
		}
	}
	a.normalize()
}

// normalize computes the constants that make the levels' tables distributions.
func (a *annotators) normalize() {
	k, n := a.k, a.r.lfs
	for g, t := range levels {
		for j := range n {
			for y := range k {
				z := 0.0
				for v := range k {
					u := a.usual[j*k+v]
					z += math.Exp(u + t*(a.table[(j*k+y)*k+v]-u))
				}
				a.norm[(g*n+j)*k+y] = math.Log(z)
			}
		}
	}
}

// strength returns how many votes of the pooled table go with those of an
// annotator: the most likely number on a grid of powers of two.
func (a *annotators) strength() float64 {
	k, n := a.k, a.r.lfs
	best, at := math.Inf(-1), a.s
	for s := 0.5; s <= 1024; s *= 2 {
		v := 0.0
		ls := lgamma(s)
		lp := make([]float64, k*k)
		for i, p := range a.pool {
			lp[i] = lgamma(s * p)
		}
		for j := range n {
			c := a.count[j*k*k : (j+1)*k*k]
			if a.coin {
				right, sum := 0.0, 0.0
				for i, x := range c {
					if i/k == i%k {
						right += x
					}
					sum += x
				}
				if sum > 0 {
					p := a.pool[0]
					v += ls - lgamma(s+sum) + lgamma(s*p+right) - lp[0] + lgamma(s*(1-p)+sum-right) - lgamma(s*(1-p))
				}
				continue
			}
			for y := range k {
				sum := 0.0
				for i, x := range c[y*k : y*k+k] {
					if x > 0 {
						v += lgamma(s*a.pool[y*k+i]+x) - lp[y*k+i]
						sum += x
					}
				}
				if sum > 0 {
					v += ls - lgamma(s+sum)
				}
			}
		}
		if v > best {
			best, at = v, s
		}
	}
	return at
}

func lgamma(x float64) float64 {
	y, _ := math.Lgamma(x)
	return y
}

// expect computes the posterior of each distinct row, and returns how far the
// farthest moved.
func (a *annotators) expect() float64 {
	k, r := a.k, a.r
	const rowsOfPart = 2048
	parts := (r.len() + rowsOfPart - 1) / rowsOfPart
	type sums struct {
		ll, moved float64
		share     []float64
	}
	out := make([]sums, parts)
	start := a.start()
	work := func(i int) {
		s := sums{share: make([]float64, len(levels))}
		lp := make([]float64, len(levels)*k)
		p := make([]float64, len(levels)*k)
		for d := i * rowsOfPart; d < min((i+1)*rowsOfPart, r.len()); d++ {
			z := a.row(r.ptr[d], r.ptr[d+1], r.gold[d], start, lp, p)
			w := r.weight[d]
			s.ll += w * z
			post := a.post[d*k : d*k+k]
			lev := a.lev[d*k : d*k+k]
			for y := range k {
				sum, ev := 0.0, 0.0
				for g, t := range levels {
					x := p[g*k+y]
					sum += x
					ev += t * x
					if r.ptr[d] < r.ptr[d+1] {
						s.share[g] += w * x
					}
				}
				s.moved = max(s.moved, math.Abs(sum-post[y]))
				post[y], lev[y] = sum, ev
			}
		}
		out[i] = s
	}
	if n := min(runtime.GOMAXPROCS(0), parts); n > 1 {
		var wg sync.WaitGroup
		for first := range n {
			wg.Go(func() {
				for i := first; i < parts; i += n {
					work(i)
				}
			})
		}
		wg.Wait()
	} else {
		for i := range parts {
			work(i)
		}
	}
	a.ll = 0
	moved := 0.0
	share := make([]float64, len(levels))
	for _, s := range out {
		a.ll += s.ll
		moved = max(moved, s.moved)
		for g, x := range s.share {
			share[g] += x
		}
	}
	for g, x := range share {
		a.share[g] = (x + 1/float64(len(levels))) / (r.covered + 1)
	}
	return moved
}

// start returns log P(y, g).
func (a *annotators) start() []float64 {
	s := make([]float64, 0, len(levels)*a.k)
	for g := range levels {
		for y := range a.k {
			s = append(s, math.Log(a.class[y])+math.Log(a.share[g]))
		}
	}
	return s
}

// row writes P(y, g | votes lo to hi) to p and returns the log likelihood; start
// has log P(y, g).
func (a *annotators) row(lo, hi int32, gold int16, start, lp, p []float64) float64 {
	k, n, r := a.k, a.r.lfs, a.r
	copy(lp, start)
	for e := lo; e < hi; e++ {
		j, v := int(r.col[e]), int(r.class[e])-1
		u := a.usual[j*k+v]
		t := a.table[j*k*k+v:]
		for g, level := range levels {
			z := a.norm[(g*n+j)*k:]
			for y := range k {
				lp[g*k+y] += u + level*(t[y*k]-u) - z[y]
			}
		}
	}
	if gold > 0 {
		for at := range lp {
			if at%k != int(gold)-1 {
				lp[at] = math.Inf(-1)
			}
		}
	}
	return normalize(lp, p)
}

// run maximizes until the posterior rests, for at most so many steps.
func (a *annotators) run(ctx context.Context, limit int) (bool, error) {
	a.maximize(false)
	for it := range limit {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if a.expect() < 1e-3 && it > 12 {
			return true, nil
		}
		a.maximize(it == 3 || it == 6 || it == 12)
	}
	a.expect()
	return false, nil
}
