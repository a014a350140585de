package structure

// The kinds of weights between an LF (own) and another (k) in the fit of own,
// in the order of Snorkel's weight vectors. A fit without higher-order
// dependencies has the first two.
//
// They differ in what an abstention of k does to them. The even ones, still
// weights, have a gradient of 0 there. The odd ones, moving weights, all have
// the same gradient: the probability that own votes, less whether it did. Their
// factors are then 1 where own abstains, or −1 where it votes, which is the
// same but for a constant. So a step adds one number to the fit's drift, which
// counts for all moving weights, and corrects those of the LFs that vote: a
// moving weight is its element of the plane plus drift.
const (
	accuracy    = iota // of k
	similar            // (own, k)
	reinforcing        // (own, k)
	reinforced         // reinforcing (k, own)
	fixing             // (own, k)
	fixed              // fixing (k, own)

	pairKinds = reinforcing
	fullKinds = fixed + 1
)

func moving(kind int) bool { return kind%2 == 1 }

// batch has the state of the fits of some successive LFs. Where there are fewer
// than lanes left, the last fits are those of LFs that don't exist and never
// vote.
type batch struct {
	first  int     // LF of the first fit
	n      int     // number of LFs; planes may have more
	planes []plane // by kind
	fits   [lanes]fit
	truth  [lanes]int8 // label of the fit's own LF

	// Sums over the LFs that voted 1 and −1, and what their weights move by.
	yes, no         [fullKinds]lane
	moveYes, moveNo [fullKinds]lane

	pull float64 // what a truncation takes off
	// Lazily, the still weights of k are truncated only when k votes: pulls
	// counts the truncations, and pulled[k] says how many of them k has seen.
	lazy   bool
	pulls  int
	pulled []int
}

// fit has the state of a fit apart from the weights in the planes.
type fit struct {
	accuracy   float64 // of own
	propensity float64 // of own
	propense   bool    // whether it is learned
	drift      float64
	// Sums over all LFs but own, drift left out: of similar, and of the other
	// moving weights.
	similar, higher float64
}

// newBatch starts the fits of LFs first and up, of n, where Snorkel starts
// them: accuracies at 1, all else at 0.
func (s *DependencySelector) newBatch(first, n int, pull float64, lazy bool) *batch {
	kinds := pairKinds
	if s.HigherOrder {
		kinds = fullKinds
	}
	b := &batch{first: first, n: n, planes: make([]plane, kinds), pull: pull, lazy: lazy}
	for kind := range b.planes {
		b.planes[kind] = make(plane, max(n, first+lanes))
	}
	for k := range n {
		b.planes[accuracy][k] = lane{1, 1, 1, 1}
	}
	b.clearOwn()
	for f := range b.fits {
		b.fits[f] = fit{accuracy: 1, propense: s.Propensity}
	}
	if lazy {
		b.pulled = make([]int, n)
	}
	return b
}

// clearOwn zeroes the elements of the fits' own LFs, which are no weights and
// have no part in sums.
func (b *batch) clearOwn() {
	for _, p := range b.planes {
		own := p[b.first : b.first+lanes]
		own[0][0], own[1][1], own[2][2], own[3][3] = 0, 0, 0, 0
	}
}

// step takes the gradient step of one candidate, given the LFs that voted 1
// and −1 on it.
func (b *batch) step(yes, no []int32, size float64) {
	if b.lazy {
		b.settle(yes)
		b.settle(no)
	}
	for kind, p := range b.planes {
		p.sum(yes, &b.yes[kind])
		p.sum(no, &b.no[kind])
	}
	b.truth = [lanes]int8{}
	b.findOwn(yes, 1)
	b.findOwn(no, -1)
	if len(b.planes) == pairKinds {
		for f := range b.fits {
			b.stepPair(f, len(yes), len(no), size)
		}
	} else {
		for f := range b.fits {
			b.stepFull(f, len(yes), len(no), size)
		}
	}
	for kind, p := range b.planes {
		p.add(yes, &b.moveYes[kind])
		p.add(no, &b.moveNo[kind])
	}
	b.clearOwn()
}

// findOwn looks for the fits' own LFs among those that voted alike.
func (b *batch) findOwn(lfs []int32, vote int8) {
	first := uint32(b.first)
	for _, k := range lfs {
		if f := uint32(k) - first; f < lanes {
			b.truth[f] = vote
		}
	}
}

// truncate pulls every weight towards 0, but not beyond: the truncated gradient
// of Langford et al. 2009. It turns drift into elements, so that rounding
// errors do not add up.
func (b *batch) truncate() {
	b.pulls++
	var drift lane
	for f := range b.fits {
		drift[f] = b.fits[f].drift
	}
	var sums [fullKinds]lane
	for kind, p := range b.planes {
		switch {
		case moving(kind):
			for f := range b.fits {
				p[b.first+f][f] = -drift[f] // 0 afterwards, and in the sum
			}
			sums[kind] = p[:b.n].shrink(&drift, b.pull)
		case !b.lazy:
			p[:b.n].shrink(&lane{}, b.pull)
		}
	}
	for f := range b.fits {
		fit := &b.fits[f]
		fit.drift = 0
		fit.similar = sums[similar][f]
		fit.higher = sums[reinforced][f] + sums[fixed][f]
		fit.accuracy = shrunk(fit.accuracy, b.pull)
		fit.propensity = shrunk(fit.propensity, b.pull)
	}
}

// settle makes the truncations that the still weights of some LFs have missed.
// Nothing else happened to them in the meantime, and pulls in a row take off
// what one pull of their sum does.
func (b *batch) settle(lfs []int32) {
	for _, k := range lfs {
		missed := b.pulls - b.pulled[k]
		if missed == 0 {
			continue
		}
		b.pulled[k] = b.pulls
		for kind, p := range b.planes {
			if !moving(kind) {
				p[k:k+1].shrink(&lane{}, float64(missed)*b.pull)
			}
		}
	}
}

// weights returns the weights of one of the fits in Snorkel's layout, see
// [Selection].
func (b *batch) weights(f int) []float64 {
	fit := &b.fits[f]
	w := make([]float64, 0, len(b.planes)*b.n+1)
	for kind, p := range b.planes {
		for k := range b.n {
			x := p[k][f]
			switch {
			case k == b.first+f && kind == accuracy:
				x = fit.accuracy
			case k != b.first+f && moving(kind):
				x += fit.drift
			}
			w = append(w, x)
		}
	}
	if fit.propense {
		w = append(w, fit.propensity)
	}
	return w
}
