// Package program labels candidates with external programs.
//
// A program reads candidates as JSON, one per line, on its standard input, and
// writes its answers as JSON lines on its standard output, in any order:
//
//	{"id": 17, "labels": {"LF_one": 1, "LF_two": null}}
//
// A label is an integer as Snorkel stores it, true or false for the two values
// of a binary class, a value of the class, or null for an abstention; a
// labeling function that is not mentioned abstains. Every candidate needs one
// answer. When there are no more candidates standard input ends, and the
// program should end too, with status 0. What it writes to standard error is
// not read, but its last line is part of the message when it fails. [Line]
// describes what is sent.
//
// [Program.Start] runs it, [Run.Send] gives it candidates without waiting for
// the answers, and [Run.Close] waits for them. Candidates are sent as fast as
// the program reads them, so it may answer each at once or all at the end.
package program

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"workbench/candidates"
)

// DefaultTimeout is how long a program may be without an answer while it owes
// some.
const DefaultTimeout = 60 * time.Second

// Program is an external program that labels candidates.
type Program struct {
	Argv      []string      // the program and its arguments; no shell is involved
	Dir       string        // where it runs, "" for the current directory
	Processes int           // how many of it run side by side; 0 means 1
	Timeout   time.Duration // without an answer; 0 means [DefaultTimeout]
}

// String is the command line, for messages.
func (p *Program) String() string { return strings.Join(p.Argv, " ") }

// ErrProgram says that a program could not be started, failed, hung, or gave
// an answer that is none.
var ErrProgram = errors.New("labeling program failed")

// Answer takes one label that a program gave to a candidate. lf is the index
// among the names given to [Program.Start]; value is what stood in the JSON: a
// json.Number, bool, string or nil. It is called from several goroutines at
// once. An error that it returns ends the run.
type Answer func(id int64, lf int, value any) error

// Run is a program at work. Its methods are for one goroutine.
type Run struct {
	names  map[string]int
	answer Answer
	cancel context.CancelCauseFunc
	ctx    context.Context
	queue  chan []candidates.Candidate // batches for whichever process is free
	ended  sync.WaitGroup
}

// Start starts the program's processes; names are the labeling functions that
// it answers for. The caller must call [Run.Close] or [Run.Kill].
func (p *Program) Start(ctx context.Context, names []string, answer Answer) (*Run, error) {
	if len(p.Argv) == 0 {
		return nil, fmt.Errorf("%w: it has no name", ErrProgram)
	}
	r := &Run{names: make(map[string]int, len(names)), answer: answer, queue: make(chan []candidates.Candidate)}
	for i, name := range names {
		r.names[name] = i
	}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	for range max(p.Processes, 1) {
		proc, err := p.start(r)
		if err != nil {
			r.cancel(err)
			r.ended.Wait()
			return nil, err
		}
		r.ended.Go(func() {
			if err := proc.work(); err != nil {
				r.cancel(err)
			}
		})
	}
	return r, nil
}

// Send gives a batch of candidates to the program. It waits until a process
// has taken all of the batch before, so a slow program slows its caller down
// instead of filling the memory. It fails with what ended the run.
func (r *Run) Send(batch []candidates.Candidate) error {
	select {
	case r.queue <- batch:
		return nil
	case <-r.ctx.Done():
		return context.Cause(r.ctx)
	}
}

// Close says that no more candidates come and waits for the answers to all
// that were sent, and for the program to end.
func (r *Run) Close() error {
	close(r.queue)
	r.ended.Wait()
	err := context.Cause(r.ctx)
	r.cancel(nil)
	return err
}

// Kill ends the program without waiting for its answers.
func (r *Run) Kill() {
	r.cancel(nil)
	r.ended.Wait()
}
