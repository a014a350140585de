package learning

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// linear solves the systems of a step of [rosenbrock]: (c − J) x = b with the
// Jacobian J at one point.
type linear interface {
	at(w []float64)  // takes the Jacobian at w
	shift(c float64) // sets c
	solve(x, b []float64) error
}

// errStep says that the systems of a step cannot be solved: a shorter one may do.
var errStep = errors.New("the step is too long")

// denseLinear factorizes the whole matrix.
type denseLinear struct {
	size        int
	jacobian    func(w, out []float64) // size × size, row-major
	jac, system []float64
	lu          mat.LU
}

func newDenseLinear(size int, jacobian func(w, out []float64)) *denseLinear {
	return &denseLinear{size: size, jacobian: jacobian, jac: make([]float64, size*size), system: make([]float64, size*size)}
}

func (d *denseLinear) at(w []float64) { d.jacobian(w, d.jac) }

func (d *denseLinear) shift(c float64) {
	for i, x := range d.jac {
		d.system[i] = -x
	}
	for i := range d.size {
		d.system[i*d.size+i] += c
	}
	d.lu.Factorize(mat.NewDense(d.size, d.size, d.system))
}

func (d *denseLinear) solve(x, b []float64) error {
	err := d.lu.SolveVecTo(mat.NewVecDense(d.size, x), false, mat.NewVecDense(d.size, b))
	var condition mat.Condition
	if errors.As(err, &condition) {
		return nil
	}
	return err
}

// sparseLinear multiplies only, with the method of conjugate gradients. The
// Jacobian of the flow is D (S − reg), with the symmetric curvature S and the
// diagonal D of the arities, 0 for weights that are held. With x = √D y the
// system is symmetric; if it is not positive, the step is too long.
type sparseLinear struct {
	f       *flow
	s       *curvature
	c       float64
	along   []float64 // the curvature along each weight
	root    []float64 // √D
	scratch [6][]float64
}

func newSparseLinear(f *flow) *sparseLinear {
	l := &sparseLinear{f: f, s: newCurvature(f.e), along: make([]float64, f.e.size), root: make([]float64, f.e.size)}
	for i := range l.scratch {
		l.scratch[i] = make([]float64, f.e.size)
	}
	return l
}

func (l *sparseLinear) at(w []float64) {
	l.s.at(w)
	l.s.diagonal(l.along)
	for a := range l.root {
		l.root[a] = math.Sqrt(l.f.arity[a])
		if l.f.kind == RegL1 && l.f.sign[a] == 0 {
			l.root[a] = 0
		}
	}
}

func (l *sparseLinear) shift(c float64) { l.c = c }

// penalty is what L2 takes off the curvature along each weight.
func (l *sparseLinear) penalty() float64 {
	if l.f.kind == RegL2 {
		return l.f.strength
	}
	return 0
}

// times writes the product of the symmetric system with y.
func (l *sparseLinear) times(y, out []float64) {
	x := l.scratch[0]
	for a := range x {
		x[a] = l.root[a] * y[a]
	}
	l.s.times(x, out)
	for a := range out {
		out[a] = l.c*y[a] - l.root[a]*(out[a]-l.penalty()*x[a])
	}
}

// solve comes as near as rounding lets it, for the error estimate of a step is
// a difference of solutions.
func (l *sparseLinear) solve(x, b []float64) error {
	const (
		near = 1e-13 // of the right-hand side
		most = 2000  // steps
	)
	y, r, p, product := l.scratch[1], l.scratch[2], l.scratch[3], l.scratch[4]
	held := l.scratch[5]
	for a := range held { // a weight that is held moves by its own rate only
		held[a] = 0
		if l.root[a] == 0 {
			held[a] = b[a] / l.c
		}
	}
	l.s.times(held, product)
	for a := range r {
		r[a] = 0
		if l.root[a] != 0 {
			r[a] = b[a]/l.root[a] + l.root[a]*product[a]
		}
	}
	clear(y)
	goal := near * math.Sqrt(dot(r, r))
	past := 0.0
	for range most {
		if math.Sqrt(dot(r, r)) <= goal {
			for a := range x {
				x[a] = held[a] + l.root[a]*y[a]
			}
			return nil
		}
		// Each residual is weighed by the curvature along its weight.
		now := 0.0
		for a := range r {
			now += r[a] * r[a] / l.scale(a)
		}
		for a := range p {
			if past == 0 {
				p[a] = 0
			} else {
				p[a] *= now / past
			}
			p[a] += r[a] / l.scale(a)
		}
		past = now
		l.times(p, product)
		positive := dot(p, product)
		if !(positive > 0) {
			return errStep
		}
		step := now / positive
		for a := range y {
			y[a] += step * p[a]
			r[a] -= step * product[a]
		}
	}
	return errStep
}

// scale is the system along one weight.
func (l *sparseLinear) scale(a int) float64 {
	if d := l.c - l.root[a]*l.root[a]*(l.along[a]-l.penalty()); d > 0 {
		return d
	}
	return l.c
}
