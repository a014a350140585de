package annotations

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// labelling is one run of labeling functions over candidates. Labels are
// collected in any order, 10 bytes each, and put in order by [matrix.Builder].
type labelling struct {
	session  *session.Session
	all      []LF // that were given
	lfs      []LF // that are applied
	subclass *candidates.Subclass
	classes  *Classes
	workers  int
	options  ApplyOptions
	ids      []int64          // of the rows, ascending
	chosen   candidates.Query // for them

	mu      sync.Mutex // guards what follows
	rowOf   *matrix.Index
	labels  matrix.Builder[int16]
	done    int
	orphans int
	failure *failure
	failed  chan struct{} // closed at the first failure
	hurry   func()        // called then: programs need not go on

	limit atomic.Int64 // the row of the failure: no later row matters any more
}

// failure is what a labeling function did wrong, and where.
type failure struct {
	row, col int
	err      error
}

// part is some candidates of consecutive rows.
type part struct {
	row   int
	cands []candidates.Candidate
}

// partSize is how many candidates a worker gets at a time: few enough to keep
// all workers busy on a small split with slow labeling functions, and many
// enough to make handing them over cheap.
const partSize = 64

// errEnough ends the reading when there is a failure already.
var errEnough = errors.New("a labeling function failed")

// matrix makes the label matrix, whose keys have no id yet.
func (r *labelling) matrix() (*matrix.LabelMatrix, error) {
	keys := make([]matrix.Key, len(r.lfs))
	for j, lf := range r.lfs {
		keys[j] = matrix.Key{Name: lf.Name, Group: r.options.KeyGroup}
	}
	return r.labels.Matrix(r.ids, keys)
}

// run reads the candidates and shows them to the functions and programs. One
// goroutine reads, others label; few batches are in memory at a time.
func (r *labelling) run(ctx context.Context) error {
	r.limit.Store(int64(len(r.ids)))
	r.failed = make(chan struct{})
	needed, hurry := context.WithCancel(ctx)
	defer hurry()
	r.hurry = hurry
	programs, err := r.start(needed)
	if err != nil {
		return err
	}
	parts := make(chan part)
	var working sync.WaitGroup
	workers := r.workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	for range workers {
		working.Go(func() {
			for p := range parts {
				r.labelPart(ctx, p)
			}
		})
	}
	row := 0
	err = candidates.Each(ctx, r.session, r.chosen, func(batch []candidates.Candidate) error {
		for i := range batch {
			if row+i >= len(r.ids) || batch[i].ID != r.ids[row+i] {
				return r.changed()
			}
		}
		for cands := range slices.Chunk(batch, partSize) {
			select {
			case parts <- part{row, cands}:
			case <-r.failed:
				return errEnough
			case <-ctx.Done():
				return ctx.Err()
			}
			row += len(cands)
		}
		return programs.send(r.visible(batch))
	})
	if err == nil && row != len(r.ids) || errors.Is(err, candidates.ErrChanged) || errors.Is(err, candidates.ErrNoCandidate) {
		err = r.changed()
	}
	close(parts)
	working.Wait()
	if err != nil || r.hasFailed() || ctx.Err() != nil {
		programs.kill()
	} else {
		err = programs.close()
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case r.failure != nil:
		return r.failure.err
	}
	return err
}

func (r *labelling) hasFailed() bool {
	select {
	case <-r.failed:
		return true
	default:
		return false
	}
}

func (r *labelling) changed() error {
	return fmt.Errorf("%s: another program changed the candidates while they were labelled; start again", r.session.Path())
}

// unchanged fails if other candidates would be selected now: other programs may
// write while labeling functions work.
func (r *labelling) unchanged(ctx context.Context) error {
	var now []int64
	err := r.session.Scan(ctx, func(sc *session.Scanner) (err error) {
		sel := r.options.Selection
		if !sel.bySplit() && !sel.AllSplits {
			now, err = existing(sc, r.ids)
			return err
		}
		if now, err = selectCandidates(sc, r.session.Path(), sel); err == nil {
			now, _ = r.options.Shard.of(now, r.options)
		}
		return err
	})
	if err != nil || slices.Equal(now, r.ids) {
		return err
	}
	for _, id := range r.ids {
		if _, found := slices.BinarySearch(now, id); !found {
			return deletedCandidate(r.session, id)
		}
	}
	return r.changed()
}

// deletedCandidate says that a candidate has gone while labeling functions ran.
func deletedCandidate(s *session.Session, id int64) error {
	return fmt.Errorf("%s: another program deleted candidate %d while labeling functions ran; start again", s.Path(), id)
}

// visible returns the candidates that labeling functions get to see.
func (r *labelling) visible(batch []candidates.Candidate) []candidates.Candidate {
	if !r.options.SkipOrphans || !slices.ContainsFunc(batch, orphan) {
		return batch
	}
	return slices.DeleteFunc(slices.Clone(batch), orphan)
}

// orphan reports whether a candidate has lost its arguments, or one of them.
func orphan(c candidates.Candidate) bool {
	return len(c.Args) == 0 || slices.ContainsFunc(c.Args, candidates.Argument.Gone)
}

// labelPart calls the functions for the candidates of one part.
func (r *labelling) labelPart(ctx context.Context, p part) {
	var found matrix.Builder[int16]
	orphans, classes := 0, r.cardinality()
	for i := range p.cands {
		row := p.row + i
		if ctx.Err() != nil || int64(row) > r.limit.Load() {
			return
		}
		c := &p.cands[i]
		if r.options.SkipOrphans && orphan(*c) {
			orphans++
			continue
		}
		for j := range r.lfs {
			lf := &r.lfs[j]
			if lf.Func == nil {
				continue
			}
			v, err := lf.call(c)
			if err == nil {
				err = fits(classes, v)
			}
			if err != nil {
				r.fail(row, j, &LFError{LF: lf.Name, Candidate: c.ID, Type: c.Type, Orphan: orphan(*c), Err: err})
				return
			}
			found.Add(int32(row), int32(j), int16(v))
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.labels.Append(&found)
	r.orphans += orphans
	r.done += len(p.cands)
	if r.options.Progress != nil {
		r.options.Progress(r.done, len(r.ids))
	}
}

// fail keeps the failure that comes first by candidate, then labeling
// function. Earlier candidates are still labelled, for one of them may fail
// too.
func (r *labelling) fail(row, col int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f := r.failure; f == nil {
		close(r.failed)
		r.hurry()
	} else if f.row < row || f.row == row && f.col <= col {
		return
	}
	r.failure = &failure{row, col, err}
	r.limit.Store(int64(row))
}
