package learning

import "gonum.org/v1/gonum/mathext/prng"

// randomState draws what numpy's legacy RandomState(seed) draws: its generator
// is the Mersenne Twister MT19937, started with init_genrand(seed).
type randomState struct{ mt *prng.MT19937 }

func newRandomState(seed uint32) *randomState {
	mt := prng.NewMT19937()
	mt.Seed(uint64(seed))
	return &randomState{mt}
}

// choice draws size numbers from 0..n−1 with replacement, as
// RandomState.choice and randint do: 32-bit words cut to the bits that n − 1
// needs, and drawn again when they are too large. For n = 1 it draws nothing.
func (r *randomState) choice(n, size int) []int {
	picks := make([]int, size)
	if n < 2 {
		return picks
	}
	top := uint32(n - 1)
	mask := top
	for _, shift := range []int{1, 2, 4, 8, 16} {
		mask |= mask >> shift
	}
	for i := range picks {
		v := r.mt.Uint32() & mask
		for v > top {
			v = r.mt.Uint32() & mask
		}
		picks[i] = int(v)
	}
	return picks
}
