package latent

import (
	"errors"
	"fmt"
	"math"
)

// A Member is one model of a label matrix: all that it takes to compute the
// posterior of a row.
type Member struct {
	// Kind is "vote", the smoothed vote; "components", LFs in groups that are
	// independent given the class, where an abstention is an answer like others;
	// or "annotators", where it says nothing.
	Kind string `json:"kind"`
	// Class is P(y), K probabilities.
	Class []float64 `json:"class,omitempty"`
	// Uncovered is P(y) of a row without labels, where it is not by the same
	// formula as others.
	Uncovered []float64 `json:"uncovered,omitempty"`

	Factors []Factor `json:"factors,omitempty"`

	// of annotators: the shares of the levels; per LF the logarithm of how often
	// it votes each class (n × K) and of P(vote | y) (n × K (y) × K)
	Share []float64 `json:"share,omitempty"`
	Usual []float64 `json:"usual,omitempty"`
	Table []float64 `json:"table,omitempty"`
}

// A Factor is P(answers of some LFs | y).
type Factor struct {
	LFs []int `json:"lfs"`
	// Answers has for each of the LFs what it can answer: 0 abstains, 1..K are
	// classes.
	Answers [][]int16 `json:"answers"`
	// LogP has the log probability of each state and class, states × K. The
	// answer of the first LF changes fastest.
	LogP []float64 `json:"log_p"`
}

func (m *model) member() *Member {
	o := &Member{Kind: "components", Class: append([]float64(nil), m.class...)}
	for _, c := range m.comps {
		if len(c.lfs) == 1 && len(m.lfs[c.lfs[0]].answers) < 2 {
			continue
		}
		f := Factor{LFs: append([]int(nil), c.lfs...), LogP: append([]float64(nil), c.logp...)}
		for _, j := range c.lfs {
			f.Answers = append(f.Answers, m.lfs[j].answers)
		}
		o.Factors = append(o.Factors, f)
	}
	return o
}

// balance is the share of the classes among the candidates with labels.
func (m *model) balance() []float64 {
	b := make([]float64, m.k)
	for d := range m.r.len() {
		if m.r.ptr[d] < m.r.ptr[d+1] {
			for y := range b {
				b[y] += m.r.weight[d] * m.post[d*m.k+y] / m.r.covered
			}
		}
	}
	return b
}

func (a *annotators) member() *Member {
	return &Member{Kind: "annotators", Class: append([]float64(nil), a.class...),
		Share: append([]float64(nil), a.share...), Usual: a.usual, Table: a.table}
}

// posterior returns P(y) of distinct rows, × K. An answer that an LF never gave
// where the model was fitted says nothing of it.
func (o *Member) posterior(r *rows) []float64 {
	var p []float64
	switch o.Kind {
	case "vote":
		p = r.vote()
	case "annotators":
		p = o.annotated(r)
	default:
		p = o.composed(r)
	}
	if o.Uncovered != nil {
		for d := range r.len() {
			if r.ptr[d] == r.ptr[d+1] && r.gold[d] == 0 {
				copy(p[d*r.classes:], o.Uncovered)
			}
		}
	}
	return p
}

func (o *Member) annotated(r *rows) []float64 {
	k, n := r.classes, r.lfs
	a := &annotators{r: r, k: k, class: o.Class, share: o.Share, usual: o.Usual, table: o.Table,
		norm: make([]float64, len(levels)*n*k)}
	a.normalize()
	p := make([]float64, r.len()*k)
	lp, q := make([]float64, len(levels)*k), make([]float64, len(levels)*k)
	start := a.start()
	for d := range r.len() {
		a.row(r.ptr[d], r.ptr[d+1], r.gold[d], start, lp, q)
		for at, x := range q {
			p[d*k+at%k] += x
		}
	}
	return p
}

func (o *Member) composed(r *rows) []float64 {
	k := r.classes
	type place struct{ factor, stride int }
	at := make([]place, r.lfs)
	for j := range at {
		at[j].factor = -1
	}
	state := make([][]int16, r.lfs) // place of each answer 0..K, −1 for none
	empty := make([]int, len(o.Factors))
	lost := make([]int, len(o.Factors)) // LFs of the factor that never abstained
	base := make([]float64, k)
	for y := range base {
		base[y] = math.Log(o.Class[y])
	}
	for i, f := range o.Factors {
		stride := 1
		for l, j := range f.LFs {
			at[j] = place{i, stride}
			state[j] = make([]int16, k+1)
			for a := range state[j] {
				state[j][a] = -1
			}
			for s, a := range f.Answers[l] {
				state[j][a] = int16(s)
			}
			if s := state[j][0]; s >= 0 {
				empty[i] += int(s) * stride
			} else {
				lost[i]++
			}
			stride *= len(f.Answers[l])
		}
		if lost[i] == 0 {
			for y := range base {
				base[y] += f.LogP[empty[i]*k+y]
			}
		}
	}
	p := make([]float64, r.len()*k)
	lp := make([]float64, k)
	shift := make([]int, len(o.Factors))
	voted := make([]int, len(o.Factors)) // LFs that never abstained and vote here
	strange := make([]bool, len(o.Factors))
	var touched []int
	for d := range r.len() {
		q := p[d*k : d*k+k]
		if g := r.gold[d]; g > 0 {
			q[g-1] = 1
			continue
		}
		copy(lp, base)
		touched = touched[:0]
		for e := r.ptr[d]; e < r.ptr[d+1]; e++ {
			j := r.col[e]
			x := at[j]
			if x.factor < 0 {
				continue
			}
			touched = append(touched, x.factor)
			s, s0 := state[j][r.class[e]], state[j][0]
			if s < 0 {
				strange[x.factor] = true
				continue
			}
			if s0 < 0 {
				s0 = 0
				voted[x.factor]++
			}
			shift[x.factor] += int(s-s0) * x.stride
		}
		for _, i := range touched {
			f := &o.Factors[i]
			if shift[i] == 0 && voted[i] == 0 && !strange[i] {
				continue // seen already
			}
			full := voted[i] == lost[i] && !strange[i]
			for y := range lp {
				if lost[i] == 0 {
					lp[y] -= f.LogP[empty[i]*k+y]
				}
				if full {
					lp[y] += f.LogP[(empty[i]+shift[i])*k+y]
				}
			}
			shift[i], voted[i], strange[i] = 0, 0, false
		}
		normalize(lp, q)
	}
	return p
}

// Check reports parts of a member that do not fit n LFs and k classes.
func (o *Member) Check(n, k int) error {
	lengths := func(what string, have, want int) error {
		if have != want {
			return fmt.Errorf("%d numbers of %s instead of %d", have, what, want)
		}
		return nil
	}
	numbers := func(what string, x []float64, probability bool) error {
		for _, v := range x {
			if math.IsNaN(v) || math.IsInf(v, 0) || probability && (v < 0 || v > 1) {
				return fmt.Errorf("%v is no number of %s", v, what)
			}
		}
		return nil
	}
	distribution := func(what string, x []float64) error {
		sum := 0.0
		for _, v := range x {
			sum += v
		}
		if math.Abs(sum-1) > 1e-6 {
			return fmt.Errorf("the probabilities of %s sum to %v", what, sum)
		}
		return nil
	}
	if o.Uncovered != nil {
		if err := errors.Join(lengths("uncovered", len(o.Uncovered), k), numbers("uncovered", o.Uncovered, true), distribution("uncovered", o.Uncovered)); err != nil {
			return err
		}
	}
	switch o.Kind {
	case "vote":
		return nil
	case "annotators":
		return errors.Join(lengths("class", len(o.Class), k), lengths("share", len(o.Share), len(levels)),
			lengths("usual", len(o.Usual), n*k), lengths("table", len(o.Table), n*k*k),
			numbers("class", o.Class, true), numbers("share", o.Share, true),
			distribution("class", o.Class), distribution("share", o.Share), numbers("usual", o.Usual, false), numbers("table", o.Table, false))
	case "components":
	default:
		return fmt.Errorf("a member of kind %q", o.Kind)
	}
	if err := errors.Join(lengths("class", len(o.Class), k), numbers("class", o.Class, true), distribution("class", o.Class)); err != nil {
		return err
	}
	seen := make(map[int]bool)
	for _, f := range o.Factors {
		if len(f.LFs) == 0 || len(f.LFs) != len(f.Answers) {
			return fmt.Errorf("a factor of %d LFs with %d alphabets", len(f.LFs), len(f.Answers))
		}
		states := 1
		for i, j := range f.LFs {
			if j < 0 || j >= n || seen[j] {
				return fmt.Errorf("a factor of LF %d, of %d", j, n)
			}
			seen[j] = true
			last := int16(-1)
			for _, a := range f.Answers[i] {
				if a <= last || int(a) > k {
					return fmt.Errorf("LF %d answers %d", j, a)
				}
				last = a
			}
			states *= max(len(f.Answers[i]), 1)
			if states > maxCells*16 {
				return fmt.Errorf("a factor of more than %d states", maxCells*16)
			}
		}
		if err := errors.Join(lengths("log_p", len(f.LogP), states*k), numbers("log_p", f.LogP, false)); err != nil {
			return err
		}
	}
	return nil
}
