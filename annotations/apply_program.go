package annotations

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"workbench/annotations/program"
	"workbench/candidates"
)

// programs are the external programs at work in one labelling.
type programs []running

// running is one of them, and how it writes its answers.
type running struct {
	*program.Run
	program *program.Program
	answers *labelConvention
}

// start starts each program once, for all labeling functions that it answers.
// It may answer for those that are not applied too.
func (r *labelling) start(ctx context.Context) (programs, error) {
	var all programs
	var started []*program.Program
	for _, lf := range r.lfs {
		if lf.Program == nil || slices.Contains(started, lf.Program) {
			continue
		}
		started = append(started, lf.Program)
		var names []string
		var cols []int
		answers, err := r.notation(lf).convention()
		if err != nil {
			all.kill()
			return nil, err
		}
		for _, other := range r.all {
			if other.Program == lf.Program {
				names = append(names, other.Name)
				cols = append(cols, slices.IndexFunc(r.lfs, func(lf LF) bool { return lf.Name == other.Name }))
			}
		}
		run, err := lf.Program.Start(ctx, names, func(id int64, lf int, value any) error {
			return r.answer(id, cols[lf], value, &answers)
		})
		if err != nil {
			all.kill()
			return nil, err
		}
		all = append(all, running{run, lf.Program, &answers})
	}
	return all, nil
}

// answer takes one label that a program gave, and keeps in mind which it gives.
func (r *labelling) answer(id int64, col int, value any, answers *labelConvention) error {
	if col < 0 {
		return nil
	}
	r.mu.Lock()
	v, err := answers.answer(r.subclass, value)
	if errors.Is(err, ErrBothReadings) { // which is about no candidate
		r.mu.Unlock()
		return err
	}
	if err != nil {
		err = &LFError{LF: r.lfs[col].Name, Candidate: id, Err: err}
	}
	row := r.rowOf.Find(id)
	if err == nil {
		r.labels.Add(row, int32(col), int16(v))
	}
	r.mu.Unlock()
	if err != nil {
		r.fail(int(row), col, err)
	}
	return err
}

// send gives every program a batch.
func (p programs) send(batch []candidates.Candidate) error {
	if len(batch) == 0 {
		return nil
	}
	for _, run := range p {
		if err := run.Send(batch); err != nil {
			return err
		}
	}
	return nil
}

// close waits for the answers of all.
func (p programs) close() error {
	var err error
	for i, run := range p {
		if err = run.Close(); err == nil {
			err = run.checkZero()
		}
		if err != nil {
			p[i+1:].kill()
			break
		}
	}
	return err
}

// checkZero reports, when all answers are there, that what 0 means is not clear.
func (r running) checkZero() error {
	if err := r.answers.checkZero(false); err != nil {
		return fmt.Errorf("%w: %s: %w", program.ErrProgram, r.program, err)
	}
	return nil
}

// kill ends all without waiting for answers.
func (p programs) kill() {
	for _, run := range p {
		run.Kill()
	}
}
