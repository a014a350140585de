package structure

import "math"

// stepPair computes the gradient step of one candidate in a fit without
// higher-order dependencies.
//
// The six joint states of the class y and of own's label l have the log-weights
//
//	l = 1: y (A + a) + S₁ + p    l = −1: y (A − a) + S₋₁ + p    l = 0: y A + S₀
//
// with a and p the accuracy and the propensity of own, A the sum of the others'
// votes times their accuracies, and S₁, S₋₁, S₀ the sums of the similarities of
// those that voted 1, voted −1 or abstained. So four exponentials are enough.
// States are numbered as in Snorkel: y = −1 with l = −1, 0, 1 are 0, 1, 2, and
// y = 1 with these are 3, 4, 5.
func (b *batch) stepPair(at, yes, no int, size float64) {
	f, truth := &b.fits[at], b.truth[at]
	voted, side, same1, same2 := 0.0, 0.0, 0.0, 0.0
	switch truth {
	case 1:
		voted, side, same1 = 1, 1, 1
		yes--
	case -1:
		voted, side, same2 = 1, -1, 1
		no--
	}
	voters1, voters2 := float64(yes), float64(no)
	lean := b.yes[accuracy][at] - b.no[accuracy][at]
	s1 := b.yes[similar][at] + voters1*f.drift
	s2 := b.no[similar][at] + voters2*f.drift
	s0 := f.similar + float64(b.n-1)*f.drift - s1 - s2
	plus, minus := s1+f.propensity-s0, s2+f.propensity-s0

	// With log-weights of at most this nothing overflows in the products below:
	// own's accuracy moves by at most 2 per step of 1/m, 20 in all.
	const tame = 150
	var p0, p2, p3, p5, class, knows float64
	if math.Abs(lean) < tame && plus < tame && minus < tame && plus > -2*tame && minus > -2*tame {
		up, right := exp(lean), exp(f.accuracy)
		plus, minus = exp(plus), exp(minus)
		inverse := 1 / (up * right)
		down, wrong := inverse*right, inverse*up
		p5, p3 = up*right*plus, up*wrong*minus
		p2, p0 = down*wrong*plus, down*right*minus
		pos, neg := p5+p3+up, p2+p0+down
		scale := 1 / (pos + neg)
		p0, p2, p3, p5 = p0*scale, p2*scale, p3*scale, p5*scale
		class = (pos - neg) * scale
		switch truth {
		case 1:
			up *= right
		case -1:
			up *= wrong
		}
		odds := up * up
		knows = (odds - 1) / (odds + 1)
	} else {
		a := f.accuracy
		q0, q1, q2 := a-lean+minus, -lean, -a-lean+plus
		q3, q4, q5 := lean-a+minus, lean, a+lean+plus
		var p1, p4 float64
		p0, p1, p2, p3, p4, p5 = softmax(q0, q1, q2, q3, q4, q5)
		class = p3 + p4 + p5 - p0 - p1 - p2
		switch truth {
		case 1:
			knows = contrast(p5, p2, q5-q2)
		case -1:
			knows = contrast(p3, p0, q3-q0)
		default:
			knows = contrast(p4, p1, q4-q1)
		}
	}

	// What the label says of the class beyond the others' labels moves their
	// accuracies; a similarity gains what the data have and loses what the
	// model expects.
	class = size * (knows - class)
	shift := size * (p0 + p2 + p3 + p5 - voted)
	same1 = size*(same1-p2-p5) - shift
	same2 = size*(same2-p0-p3) - shift
	f.accuracy += size * (side*knows - (p5 + p0 - p2 - p3))
	if f.propense {
		f.propensity -= shift
	}
	f.drift += shift
	f.similar += voters1*same1 + voters2*same2
	b.moveYes[accuracy][at], b.moveYes[similar][at] = class, same1
	b.moveNo[accuracy][at], b.moveNo[similar][at] = -class, same2
}
