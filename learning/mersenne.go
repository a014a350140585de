package learning

// mersenne is the generator MT19937 (Matsumoto and Nishimura, "Mersenne
// Twister", ACM TOMACS 8, 1998), started with init_genrand(seed) as numpy's
// RandomState(seed) starts it. It makes its 624 words at a time, several times
// faster than word by word, and a Gibbs sampler draws hundreds of millions.
type mersenne struct {
	state [mersenneWords]uint32
	next  int // word of state that comes next
}

const (
	mersenneWords = 624
	mersenneFar   = 397
)

func newMersenne(seed uint32) *mersenne {
	r := &mersenne{next: mersenneWords}
	r.state[0] = seed
	for i := 1; i < mersenneWords; i++ {
		last := r.state[i-1]
		r.state[i] = 1812433253*(last^last>>30) + uint32(i)
	}
	return r
}

// twist replaces all words of the state: word i by a mixture of itself, of word
// i+1 and of word i+397, counted in a circle and with words replaced so far.
func (r *mersenne) twist() {
	s := &r.state
	for i := range mersenneWords - mersenneFar {
		s[i] = twisted(s[i], s[i+1], s[i+mersenneFar])
	}
	for i := mersenneWords - mersenneFar; i < mersenneWords-1; i++ {
		s[i] = twisted(s[i], s[i+1], s[i+mersenneFar-mersenneWords])
	}
	s[mersenneWords-1] = twisted(s[mersenneWords-1], s[0], s[mersenneFar-1])
	r.next = 0
}

func twisted(word, next, far uint32) uint32 {
	const upper = 1 << 31
	mixed := word&upper | next&^upper
	return far ^ mixed>>1 ^ -(mixed&1)&0x9908b0df
}

// temper makes the output of a word.
func temper(x uint32) uint32 {
	x ^= x >> 11
	x ^= x << 7 & 0x9d2c5680
	x ^= x << 15 & 0xefc60000
	return x ^ x>>18
}

// word draws 32 random bits.
func (r *mersenne) word() uint32 {
	if r.next == mersenneWords {
		r.twist()
	}
	x := temper(r.state[r.next])
	r.next++
	return x
}

// below draws a number from 0 to n−1 as numpy's legacy randint(n) and
// random_interval(n−1) do: words cut to the bits that n − 1 needs, and drawn
// again when they are too large. For n < 2 it draws nothing.
func (r *mersenne) below(n int) int {
	top := uint32(max(n, 1) - 1)
	mask := top
	for _, shift := range []int{1, 2, 4, 8, 16} {
		mask |= mask >> shift
	}
	for top > 0 {
		if v := r.word() & mask; v <= top {
			return int(v)
		}
	}
	return 0
}

// choice draws size numbers from 0 to n−1 with replacement, as
// RandomState.choice and randint do. For n = 1 it draws nothing.
func (r *mersenne) choice(n, size int) []int {
	picks := make([]int, size)
	for i := range picks {
		picks[i] = r.below(n)
	}
	return picks
}

// permutation is RandomState.permutation(n): Fisher and Yates from the end.
func (r *mersenne) permutation(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := r.below(i + 1)
		p[i], p[j] = p[j], p[i]
	}
	return p
}
