package program

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"workbench/candidates"
)

// longestAnswer bounds what is kept of a line that does not end.
const longestAnswer = 16 << 20

// process is one running process of a program.
type process struct {
	run     *Run
	program *Program
	timeout time.Duration
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	stdout  io.ReadCloser
	stderr  tail

	answers  int   // that were read
	labelled []int // by labeling function, the last answer that has a label of it

	mu       sync.Mutex
	waiting  map[int64]bool // ids without an answer yet; false once answered
	owed     int
	answered int
	last     time.Time // when an answer came, or when it began to owe one
	allSent  bool
	killed   error // why we ended it, if it had not done its work
	done     bool  // we ended it, for it had
}

func (p *Program) start(r *Run) (*process, error) {
	proc := &process{run: r, program: p, timeout: p.Timeout, waiting: make(map[int64]bool), labelled: make([]int, len(r.names))}
	if proc.timeout == 0 {
		proc.timeout = DefaultTimeout
	}
	// Not CommandContext: it would kill the process alone and not what it started.
	proc.cmd = exec.Command(p.Argv[0], p.Argv[1:]...)
	proc.cmd.Dir = p.Dir
	proc.cmd.Stderr = &proc.stderr
	const grace = 2 * time.Second // for stderr to be drained after the end
	proc.cmd.WaitDelay = grace
	separate(proc.cmd)
	var err error
	if proc.stdin, err = proc.cmd.StdinPipe(); err != nil {
		return nil, proc.error("%w", err)
	}
	if proc.stdout, err = proc.cmd.StdoutPipe(); err != nil {
		return nil, proc.error("%w", err)
	}
	if err = proc.cmd.Start(); err != nil {
		return nil, proc.error("it cannot be started: %w", err)
	}
	return proc, nil
}

// error is an [ErrProgram] that names the program.
func (p *process) error(format string, args ...any) error {
	return fmt.Errorf("%w: %s: %w", ErrProgram, p.program, fmt.Errorf(format, args...))
}

// work feeds the process and reads its answers until it ends.
func (p *process) work() error {
	over := make(chan struct{})
	var helpers sync.WaitGroup
	helpers.Go(p.feed)
	helpers.Go(func() { p.watch(over) })
	err := p.read()
	if err != nil {
		p.kill(err)
	}
	ended := p.cmd.Wait()
	close(over)
	p.mu.Lock()
	owed, all, killed, done := p.owed, p.allSent, p.killed, p.done
	p.mu.Unlock()
	switch {
	case killed != nil:
		err = killed
	case p.run.ctx.Err() != nil || done && owed == 0:
	case ended != nil && !errors.Is(ended, exec.ErrWaitDelay):
		err = p.error("%w after %s%s", ended, count(p.answered, "answer"), p.lastWords())
	case owed > 0 || !all:
		err = p.error("it ended after %s, but there are more candidates%s", count(p.answered, "answer"), p.lastWords())
	}
	if err != nil {
		p.run.cancel(err) // feed and the other processes end too
	}
	helpers.Wait()
	return err
}

// feed sends batches to the process until there are no more.
func (p *process) feed() {
	defer p.stdin.Close()
	for {
		select {
		case <-p.run.ctx.Done():
			return
		case batch, more := <-p.run.queue:
			if !more {
				p.mu.Lock()
				p.allSent = true
				p.last = time.Now()
				p.mu.Unlock()
				return
			}
			text, err := encode(batch)
			if err != nil {
				p.kill(err)
				return
			}
			p.owe(batch)
			if _, err := p.stdin.Write(text); err != nil {
				return // it ended; read tells why
			}
		}
	}
}

func (p *process) owe(batch []candidates.Candidate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.owed == 0 {
		p.last = time.Now()
	}
	for i := range batch {
		p.waiting[batch[i].ID] = true
	}
	p.owed += len(batch)
}

// watch kills the process when it hangs or the run is over.
func (p *process) watch(over <-chan struct{}) {
	timer := time.NewTimer(p.timeout)
	defer timer.Stop()
	for {
		select {
		case <-over:
			return
		case <-p.run.ctx.Done():
			p.kill(context.Cause(p.run.ctx))
			return
		case <-timer.C:
			p.mu.Lock()
			silent, owed, all := time.Since(p.last), p.owed, p.allSent
			p.mu.Unlock()
			switch {
			case silent < p.timeout && (owed > 0 || all):
				timer.Reset(p.timeout - silent)
			case owed > 0:
				p.kill(p.error("no answer for %s, %s without one%s", p.timeout, count(owed, "candidate"), p.lastWords()))
				return
			case all: // it has answered everything and does not end
				p.mu.Lock()
				p.done = true
				p.mu.Unlock()
				p.end()
				return
			default:
				timer.Reset(p.timeout)
			}
		}
	}
}

// kill ends the process and what it started; the first reason stays.
func (p *process) kill(why error) {
	p.mu.Lock()
	if p.killed == nil {
		p.killed = why
	}
	p.mu.Unlock()
	p.end()
}

// end ends the process and the reading of its answers: something that it
// started, and that left its process group, may hold the output open.
func (p *process) end() {
	end(p.cmd.Process)
	p.stdout.Close() // fails only if that is done
}

// read handles the answers until the process closes its output.
func (p *process) read() error {
	in := bufio.NewReader(p.stdout)
	for number := 1; ; number++ {
		line, err := readLine(in)
		if len(bytes.TrimSpace(line)) > 0 {
			if err := p.take(line); err != nil {
				return p.error("line %d of its answers: %w", number, err)
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, bufio.ErrTooLong):
			return p.error("line %d of its answers is longer than %d MiB", number, longestAnswer>>20)
		case err != nil:
			return nil // killed; the reason is known
		}
	}
}

// readLine returns the next line of any length up to longestAnswer.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > longestAnswer:
			return nil, bufio.ErrTooLong
		case !errors.Is(err, bufio.ErrBufferFull):
			return line, err
		}
	}
}

// take handles one answer.
func (p *process) take(line []byte) error {
	a, err := parseAnswer(line)
	if err != nil {
		return err
	}
	p.mu.Lock()
	open, sent := p.waiting[*a.id]
	if open {
		p.waiting[*a.id] = false
		p.owed--
		p.answered++
		p.last = time.Now()
	}
	p.mu.Unlock()
	switch {
	case !sent:
		return fmt.Errorf("candidate %d was not asked for", *a.id)
	case !open:
		return fmt.Errorf("candidate %d was answered before", *a.id)
	}
	p.answers++
	for _, l := range a.labels {
		lf, ok := p.run.names[l.name]
		switch {
		case !ok:
			return fmt.Errorf("candidate %d: %q is none of its labeling functions", *a.id, l.name)
		case p.labelled[lf] == p.answers:
			return fmt.Errorf("candidate %d: %q stands there twice", *a.id, l.name)
		}
		p.labelled[lf] = p.answers
		if err := p.run.answer(*a.id, lf, l.value); err != nil {
			return err
		}
	}
	return nil
}

// lastWords is what the process said at last, and, if that was a traceback of
// Python, where it failed: in which labeling function, and on which candidate if
// it answers them one by one.
func (p *process) lastWords() string {
	said, frames := p.stderr.last()
	if frames == nil {
		return said
	}
	where := frames[len(frames)-1]
	for _, f := range slices.Backward(frames) {
		if _, isLF := p.run.names[f.function]; isLF && f != where {
			said += fmt.Sprintf(" (%s:%s in %s, in %s)", where.file, where.line, where.function, f.function)
			return said + p.unanswered()
		}
	}
	return said + fmt.Sprintf(" (%s:%s in %s)", where.file, where.line, where.function) + p.unanswered()
}

// unanswered names the first candidate that has no answer.
func (p *process) unanswered() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	first, found := int64(0), false
	for id, open := range p.waiting {
		if open && (!found || id < first) {
			first, found = id, true
		}
	}
	if !found {
		return ""
	}
	return fmt.Sprintf("; the first candidate without an answer is %d", first)
}

// count writes a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// quoted is the beginning of an answer, for messages.
func quoted(line []byte) string {
	const most = 60
	text := []rune(strings.TrimSpace(string(line)))
	if len(text) > most {
		return fmt.Sprintf("%q…", string(text[:most]))
	}
	return fmt.Sprintf("%q", string(text))
}
