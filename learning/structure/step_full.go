package structure

// stepFull computes the gradient step of one candidate in a fit with
// higher-order dependencies.
//
// To the log-weights of stepPair come, with R and F the reinforcing and fixing
// weights of (own, k), R' and F' those of (k, own), and sums over the LFs k
// that vote as said:
//
//	l = y:   R and R' of those with y, F' of those with −y, −R' −F' of abstainers
//	l = −y:  F of those with y, −R' −F' of abstainers
//	l = 0:   −R −F of all that vote
//
// A change of all signs exchanges the states 0 and 5, 1 and 4, 2 and 3, and the
// gradients of those that voted 1 with those of the others.
func (b *batch) stepFull(at, yes, no int, size float64) {
	f, truth := &b.fits[at], b.truth[at]
	voted, side, silent, same1, same2 := 0.0, 0.0, 1.0, 0.0, 0.0
	switch truth {
	case 1:
		voted, side, silent, same1 = 1, 1, 0, 1
		yes--
	case -1:
		voted, side, silent, same2 = 1, -1, 0, 1
		no--
	}
	voters1, voters2 := float64(yes), float64(no)
	drift1, drift2, drift := voters1*f.drift, voters2*f.drift, float64(b.n-1)*f.drift
	lean := b.yes[accuracy][at] - b.no[accuracy][at]
	s1, s2 := b.yes[similar][at]+drift1, b.no[similar][at]+drift2
	s0 := f.similar + drift - s1 - s2
	r1, r2 := b.yes[reinforcing][at], b.no[reinforcing][at]
	f1, f2 := b.yes[fixing][at], b.no[fixing][at]
	rr1, rr2 := b.yes[reinforced][at]+drift1, b.no[reinforced][at]+drift2
	ff1, ff2 := b.yes[fixed][at]+drift1, b.no[fixed][at]+drift2
	alone := f.higher + 2*drift - rr1 - rr2 - ff1 - ff2

	a, quiet := f.accuracy, s0-r1-r2-f1-f2
	plus, minus := s1+f.propensity-alone, s2+f.propensity-alone
	q0, q5 := a-lean+minus+r2+rr2+ff1, a+lean+plus+r1+rr1+ff2
	q2, q3 := -a-lean+plus+f2, -a+lean+minus+f1
	q1, q4 := quiet-lean, quiet+lean
	p0, p1, p2, p3, p4, p5 := softmax(q0, q1, q2, q3, q4, q5)

	// Joint states given own's label too, less those without: like p, but that
	// 1 and 4 come together.
	is0, is2, is3, is5 := -p0, -p2, -p3, -p5
	is14 := silent - p1 - p4
	var knows float64
	switch truth {
	case 1:
		knows = contrast(p5, p2, q5-q2)
		is5 += 0.5 * (1 + knows)
		is2 += 0.5 * (1 - knows)
	case -1:
		knows = contrast(p3, p0, q3-q0)
		is3 += 0.5 * (1 + knows)
		is0 += 0.5 * (1 - knows)
	default:
		knows = contrast(p4, p1, q4-q1)
	}
	class := size * (knows - (p3 + p4 + p5 - p0 - p1 - p2))
	shift := size * (p0 + p2 + p3 + p5 - voted)
	f.accuracy += size * (side*knows - (p5 + p0 - p2 - p3))
	if f.propense {
		f.propensity -= shift
	}
	f.drift += shift

	same1 = size*(same1-p2-p5) - shift
	same2 = size*(same2-p0-p3) - shift
	agree1, agree2 := size*is5-shift, size*is0-shift
	f.similar += voters1*same1 + voters2*same2
	f.higher += (voters1 + voters2) * (agree1 + agree2)
	y, n := &b.moveYes, &b.moveNo
	y[accuracy][at], n[accuracy][at] = class, -class
	y[similar][at], n[similar][at] = same1, same2
	y[reinforcing][at], n[reinforcing][at] = size*(is5-is14), size*(is0-is14)
	y[reinforced][at], n[reinforced][at] = agree1, agree2
	y[fixing][at], n[fixing][at] = size*(is3-is14), size*(is2-is14)
	y[fixed][at], n[fixed][at] = agree2, agree1
}
