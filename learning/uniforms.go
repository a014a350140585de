package learning

import "slices"

// uniforms is the stream of RandomState(seed).random_sample(): numbers from
// [0, 1) with 53 random bits, each of two words. Nothing else may be drawn from
// its generator, so a pair of words becomes a number.
type uniforms struct {
	source *mersenne
	buffer []float64
	left   []float64 // the part of buffer that is not drawn yet
}

func newUniforms(seed uint32) *uniforms { return &uniforms{source: newMersenne(seed)} }

// draw returns the next number.
func (u *uniforms) draw() float64 { return u.take(1)[0] }

// take returns the next n numbers, which stay valid until the next call.
func (u *uniforms) take(n int) []float64 {
	if len(u.left) < n {
		u.refill(n)
	}
	next := u.left[:n]
	u.left = u.left[n:]
	return next
}

// refill makes numbers until at least n are left.
func (u *uniforms) refill(n int) {
	const batch = mersenneWords / 2
	u.buffer = append(u.buffer[:0], u.left...)
	for s := &u.source.state; len(u.buffer) < n; {
		u.source.twist()
		have := len(u.buffer)
		u.buffer = slices.Grow(u.buffer, batch)[:have+batch]
		next := u.buffer[have:]
		for i := range batch {
			// 27 bits of the first word in front of 26 of the second are below
			// 2^53, so that all of this is exact.
			bits := uint64(temper(s[2*i])>>5)<<26 | uint64(temper(s[2*i+1])>>6)
			next[i] = float64(int64(bits)) * (1.0 / (1 << 53))
		}
	}
	u.left = u.buffer
}
