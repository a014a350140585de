package learning

import "math"

// voteSums is the way of [expectation] for two classes without dependencies,
// where the factors of a pattern depend on each of its votes alone. It sums over
// the patterns by vote, and makes the sums by weight of these, so that a vote
// takes no room beside the matrix and one step, whatever weights there are.
//
// A vote of LF j for −1 is number 2j, and one for 1 is 2j+1.
type voteSums struct {
	start float64   // half the log-odds of y = 1 without votes
	pull  []float64 // what each vote adds to it
	lanes []voteLane
}

// voteLane is what a lane sums.
type voteLane struct {
	mean, variance float64   // of y
	votes          []float64 // of y where there is the vote: the mean
	pairs          []float64 // where there are two: the variance, upper triangle
}

func (e *expectation) newVoteSums() *voteSums {
	s := &voteSums{pull: make([]float64, 2*e.n), lanes: make([]voteLane, len(e.lanes))}
	for i := range s.lanes {
		s.lanes[i].votes = make([]float64, 2*e.n)
	}
	return s
}

// voteNumber is that of a label of LF j.
func voteNumber(j int32, label int16) int { return 2*int(j) + int(label+1)>>1 }

// ofY is what a kind's factor of a vote is times y.
func (e *expectation) ofY(kind weightKind, vote int) float64 { return e.splits[kind][vote&1<<1][1] }

// moveTo takes the current weights.
func (s *voteSums) moveTo(e *expectation) {
	s.start = 0
	for kind := range e.kinds {
		if f := &e.kinds[kind]; f.each == nil && e.at[kind] >= 0 {
			_, z := f.split(0)
			s.start += e.theta[e.at[kind]] * z
		}
	}
	for vote := range s.pull {
		sum := 0.0
		for _, kind := range e.ofLFs {
			sum += e.theta[e.at[kind]+vote/2] * e.ofY(kind, vote)
		}
		s.pull[vote] = sum
	}
}

// half is half the log-odds of y for a pattern, without what is known of it.
func (s *voteSums) half(cols []int32, vals []int16) float64 {
	sum, pull := s.start, s.pull
	vals = vals[:len(cols)]
	for x, j := range cols {
		sum += pull[voteNumber(j, vals[x])]
	}
	return sum
}

// sumVotes adds up some patterns in a lane.
func (s *voteSums) sumVotes(e *expectation, lane, from, to int) {
	l, p := &s.lanes[lane], e.patterns
	votes, mean := l.votes, 0.0
	for d := from; d < to; d++ {
		cols, vals := p.row(d)
		vals = vals[:len(cols)]
		mu := p.share[d] * math.Tanh(e.labelWeight*float64(p.label[d])+s.half(cols, vals)) // tanh is E[y | l]
		mean += mu
		for x, j := range cols {
			votes[voteNumber(j, vals[x])] += mu
		}
	}
	l.mean += mean
}

// sumPairs does so for pairs of votes.
func (s *voteSums) sumPairs(e *expectation, lane, from, to int) {
	l, p := &s.lanes[lane], e.patterns
	for d := from; d < to; d++ {
		cols, vals := p.row(d)
		vals = vals[:len(cols)]
		mu := math.Tanh(e.labelWeight*float64(p.label[d]) + s.half(cols, vals))
		v := p.share[d] * (1 - mu*mu)
		if v == 0 {
			continue
		}
		l.variance += v
		for x, j := range cols {
			row := l.pairs[voteNumber(j, vals[x])*len(l.votes):]
			for x2 := x; x2 < len(cols); x2++ {
				row[voteNumber(cols[x2], vals[x2])] += v
			}
		}
	}
}

// clear empties a lane.
func (s *voteSums) clear(lane int, cov bool) {
	l := &s.lanes[lane]
	if !cov {
		l.mean = 0
		clear(l.votes)
		return
	}
	l.variance = 0
	if l.pairs == nil {
		l.pairs = make([]float64, len(l.votes)*len(l.votes))
	}
	clear(l.pairs)
}

// addMean adds the data's mean of the factors to grad.
func (s *voteSums) addMean(e *expectation, grad []float64) {
	for _, l := range s.lanes {
		for kind := range e.kinds {
			if f := &e.kinds[kind]; f.each == nil && e.at[kind] >= 0 {
				_, z := f.split(0)
				grad[e.at[kind]] += z * l.mean
			}
		}
		for _, kind := range e.ofLFs {
			for vote, x := range l.votes {
				grad[e.at[kind]+vote/2] += x * e.ofY(kind, vote)
			}
		}
	}
}

// addCov adds the data's covariance of the factors to jac, size × size, upper
// triangle.
func (s *voteSums) addCov(e *expectation, jac []float64) {
	pairs, variance := s.lanes[0].pairs, s.lanes[0].variance
	for _, l := range s.lanes[1:] {
		variance += l.variance
		for at, x := range l.pairs {
			pairs[at] += x
		}
	}
	add := func(a, b int, x float64) { jac[min(a, b)*e.size+max(a, b)] += x }
	votes := len(s.pull)
	for kind := range e.kinds {
		f, at := &e.kinds[kind], e.at[kind]
		if f.each != nil || at < 0 {
			continue
		}
		_, z := f.split(0)
		add(at, at, z*z*variance)
		for _, other := range e.ofLFs {
			for vote := range votes {
				add(at, e.at[other]+vote/2, z*e.ofY(other, vote)*pairs[vote*votes+vote])
			}
		}
	}
	for _, kind := range e.ofLFs {
		for _, other := range e.ofLFs {
			for vote := range votes {
				x := e.ofY(kind, vote)
				if x == 0 {
					continue
				}
				for vote2 := vote; vote2 < votes; vote2++ {
					a, b := e.at[kind]+vote/2, e.at[other]+vote2/2
					if vote == vote2 && a > b {
						continue // the same pair of weights comes the other way round
					}
					add(a, b, x*e.ofY(other, vote2)*pairs[vote*votes+vote2])
				}
			}
		}
	}
}
