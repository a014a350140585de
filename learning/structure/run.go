package structure

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"workbench/annotations/matrix"
)

// fitAll runs the fits of all LFs and returns their weights.
func (s *DependencySelector) fitAll(ctx context.Context, L *matrix.LabelMatrix) ([][]float64, error) {
	m, n := L.Rows(), L.Cols()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := &run{
		votes: collect(L), step: 1 / float64(max(m, 1)), truncation: s.Truncation,
		progress: s.Progress, total: int64(epochs) * int64(m) * int64((n+lanes-1)/lanes),
	}
	pull := s.Threshold * r.step * float64(s.Truncation)
	weights := make([][]float64, n)
	lazy := s.lazy(L)
	r.all(ctx, n, func(first int) {
		b := s.newBatch(first, n, pull, lazy)
		if !r.batch(ctx, b) {
			return
		}
		if lazy {
			b.settle(everyLF(n))
		}
		for f := first; f < min(first+lanes, n); f++ {
			weights[f] = b.weights(f - first)
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.Progress != nil {
		s.Progress(1)
	}
	return weights, nil
}

func everyLF(n int) []int32 {
	list := make([]int32, n)
	for k := range list {
		list[k] = int32(k)
	}
	return list
}

// lazy says whether truncating still weights only where an LF votes is less
// work than truncating all of them each time. Between two truncations there
// are truncation · labels / m votes; each costs about as much as truncating
// two weights.
func (s *DependencySelector) lazy(L *matrix.LabelMatrix) bool {
	const cost = 2
	votes := float64(s.Truncation) * float64(L.NNZ())
	return cost*votes < float64(L.Cols())*float64(L.Rows())
}

// run is the work of all fits.
type run struct {
	votes      *votes
	step       float64
	truncation int

	total int64 // steps of batches to take
	taken atomic.Int64

	report   sync.Mutex
	progress func(done float64)
	reported float64
}

// all calls work for the first LF of every batch of n, on all processors.
// Batches do not share anything, so who runs which does not show in the result.
func (r *run) all(ctx context.Context, n int, work func(first int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (n+lanes-1)/lanes) {
		wg.Go(func() {
			for ctx.Err() == nil {
				first := int(next.Add(lanes)) - lanes
				if first >= n {
					return
				}
				work(first)
			}
		})
	}
	wg.Wait()
}

// batch runs a batch from start to end. It reports false when ctx ended.
func (r *run) batch(ctx context.Context, b *batch) bool {
	// A chunk of rows takes well below a millisecond.
	const chunk = 1024
	wait := 0 // rows to the next truncation, which comes after the very first
	for range epochs {
		for lo := 0; lo < r.votes.rows(); lo += chunk {
			hi := min(lo+chunk, r.votes.rows())
			for i := lo; i < hi; i++ {
				yes, no := r.votes.row(i)
				b.step(yes, no, r.step)
				if wait == 0 {
					wait = r.truncation
					b.truncate()
				}
				wait--
			}
			if ctx.Err() != nil {
				return false
			}
			r.advance(int64(hi - lo))
		}
	}
	return true
}

// advance counts steps and reports about every hundredth of the work.
func (r *run) advance(steps int64) {
	const grain = 0.01
	taken := r.taken.Add(steps)
	if r.progress == nil {
		return
	}
	r.report.Lock()
	defer r.report.Unlock()
	if done := float64(taken) / float64(r.total); done >= r.reported+grain && done < 1 {
		r.reported = done
		r.progress(done)
	}
}
