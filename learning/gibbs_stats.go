package learning

import "context"

// How often Snorkel draws its model for the statistics, for each class that it
// starts from: to forget the start, and to count.
const (
	statsBurnIn = 500
	statsTrials = 5000
)

// lfStats samples what the model believes of each of the n LFs, as Snorkel's
// learned_lf_stats does: the model of one candidate starts with every variable
// at each class in turn. The draws go on where training stopped, and those of
// another call from there, so that it gives other statistics, as in Snorkel. It
// is not safe for concurrent use.
func (r *gibbsResult) lfStats(ctx context.Context) ([]LearnedLFStat, error) {
	stats, err := r.columnStats(ctx)
	if err != nil {
		return nil, err
	}
	return r.named(stats), nil
}

// named are the statistics of the n LFs, with their names.
func (r *gibbsResult) named(columns []LearnedLFStat) []LearnedLFStat {
	for j, name := range r.names {
		columns[j].Name = name
	}
	return columns[:len(r.names)]
}

// columnStats has the statistics of all columns, also of the labels'.
func (r *gibbsResult) columnStats(ctx context.Context) ([]LearnedLFStat, error) {
	tallies := r.newTallies()
	for start := range r.classes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r.tally(start, tallies)
	}
	return r.shares(tallies), nil
}

// newTallies makes tallies of zero: of LF j and class y at j·k + y.
func (r *gibbsResult) newTallies() []voteTally { return make([]voteTally, r.model.n*r.classes) }

// tally counts the draws of a chain that starts with every variable at a class.
func (r *gibbsResult) tally(start int, tallies []voteTally) {
	k, n := r.classes, r.model.n
	var one gibbsChains
	if r.Cardinality == 2 {
		one = newBinaryChains(r.model, make([]int16, 1))
	} else {
		one = newCategoricalChains(r.model, make([]int16, 1), []int16{int16(k)})
	}
	one.reset(start)
	votes := make([]int, n)
	for trial := range statsBurnIn + statsTrials {
		one.drawClass(0)
		one.drawVotes(0)
		if trial < statsBurnIn {
			continue
		}
		y := one.values(0, votes)
		for j, vote := range votes {
			switch t := &tallies[j*k+y]; vote {
			case y:
				t.right++
			case k:
				t.silent++
			default:
				t.wrong++
			}
		}
	}
}

// shares turns the tallies of all starts into statistics.
func (r *gibbsResult) shares(tallies []voteTally) []LearnedLFStat {
	k := r.classes
	stats := make([]LearnedLFStat, r.model.n)
	for j := range stats {
		own := tallies[j*k : (j+1)*k]
		for y := range own {
			own[y].divide(float64(k * statsTrials))
		}
		stats[j].sampled(own)
	}
	return stats
}

// voteTally counts what an LF did in the trials that gave one class.
type voteTally struct{ right, wrong, silent float64 }

func (t *voteTally) divide(trials float64) {
	t.right /= trials
	t.wrong /= trials
	t.silent /= trials
}

// sampled sets the statistics from the shares of trials for each class, by
// Snorkel's formulas and in its order of operations. What no trial tells of is
// NaN.
func (s *LearnedLFStat) sampled(shares []voteTally) {
	right, silent := 0.0, 0.0
	for _, t := range shares {
		right += t.right
		silent += t.silent
	}
	s.Coverage = 1 - silent
	s.Accuracy = right / s.Coverage
	if len(shares) == 2 {
		no, yes := shares[0], shares[1]
		s.Precision = yes.right / (yes.right + no.wrong)
		s.Recall = yes.right / (yes.wrong + yes.right + yes.silent)
	}
}
