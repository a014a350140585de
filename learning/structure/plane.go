package structure

// lanes is the number of fits that are run side by side. They read the same
// labels, so a loop over these serves all of them, and the processor works on
// one fit while another waits for its sums.
const lanes = 4

// lane has a number for each fit of a batch.
type lane [lanes]float64

// plane has the weights of one kind: that between LF k and the LF of fit f of
// the batch is at [k][f]. The loops over lanes are written out because the
// compiler keeps variables in registers, but not arrays.
type plane []lane

// sum adds up the weights of some LFs.
func (p plane) sum(lfs []int32, to *lane) {
	var a, b, c, d float64
	for _, k := range lfs {
		w := &p[k]
		a += w[0]
		b += w[1]
		c += w[2]
		d += w[3]
	}
	to[0], to[1], to[2], to[3] = a, b, c, d
}

// add moves the weights of some LFs.
func (p plane) add(lfs []int32, by *lane) {
	a, b, c, d := by[0], by[1], by[2], by[3]
	for _, k := range lfs {
		w := &p[k]
		w[0] += a
		w[1] += b
		w[2] += c
		w[3] += d
	}
}

// shrink moves all weights and then pulls them towards 0, but not beyond. It
// returns their sums.
func (p plane) shrink(move *lane, by float64) lane {
	var a, b, c, d float64
	m0, m1, m2, m3 := move[0], move[1], move[2], move[3]
	for k := range p {
		w := &p[k]
		w0, w1 := shrunk(w[0]+m0, by), shrunk(w[1]+m1, by)
		w2, w3 := shrunk(w[2]+m2, by), shrunk(w[3]+m3, by)
		w[0], w[1], w[2], w[3] = w0, w1, w2, w3
		a += w0
		b += w1
		c += w2
		d += w3
	}
	return lane{a, b, c, d}
}

// shrunk is x pulled towards 0 by at most a given amount.
func shrunk(x, by float64) float64 {
	switch {
	case x > by:
		return x - by
	case x < -by:
		return x + by
	default:
		return 0
	}
}
