package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// To start a process for each command of the scripts would take longer than all the
// rest. They run in processes that a script has for itself as long as it runs, one
// command after the other, in the directory, with the environment and with the stdin that
// the script has by then, and that the next script takes over. A process for itself has
// what a script runs with exec or in a shell.

// request is a command line for a worker.
type request struct {
	Args  []string
	Dir   string
	Env   []string
	Stdin []byte
}

// outcome is how a command ended.
type outcome struct {
	Status         int
	Stdout, Stderr string
}

// work is the program that runs command lines as main would, as long as its stdin is
// open.
func work() {
	requests, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	home, err := os.Getwd()
	exitOn(err)
	next := make(chan request)
	go func() {
		for {
			var r request
			if err := requests.Decode(&r); err == io.EOF {
				os.Exit(0) // whatever is running
			} else {
				exitOn(err)
			}
			next <- r
		}
	}()
	for r := range next {
		exitOn(os.Chdir(r.Dir))
		os.Clearenv()
		for _, v := range r.Env {
			name, value, _ := strings.Cut(v, "=")
			exitOn(os.Setenv(name, value))
		}
		os.Stdin = pipe(r.Stdin)
		o := r.run()
		os.Stdin.Close()
		exitOn(os.Chdir(home)) // the script may remove its directory
		exitOn(answers.Encode(o))
	}
}

func (r *request) run() outcome {
	var stdout, stderr bytes.Buffer
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel() // or what still waits for stdin would stay
	status := run(ctx, r.Args, &stdout, &stderr)
	return outcome{status, stdout.String(), stderr.String()}
}

// pipe is what reads data, as from another program.
func pipe(data []byte) *os.File {
	r, w, err := os.Pipe()
	exitOn(err)
	go func() {
		w.Write(data) // as far as somebody reads it
		w.Close()
	}()
	return r
}

// worker is a process that does that work.
type worker struct {
	cmd      *exec.Cmd
	stdin    io.WriteCloser
	requests *json.Encoder
	answers  *json.Decoder
}

// idle are workers that nobody uses.
var idle = make(chan *worker, 16)

// takeWorker is an idle worker, or a new one.
func takeWorker() (*worker, error) {
	select {
	case w := <-idle:
		return w, nil
	default:
	}
	w := &worker{cmd: exec.Command("worker")}
	w.cmd.Stderr = os.Stderr // where it panics
	stdout, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if w.stdin, err = w.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	w.requests, w.answers = json.NewEncoder(w.stdin), json.NewDecoder(stdout)
	return w, w.cmd.Start()
}

// do has a command line run.
func (w *worker) do(r request) (o outcome, err error) {
	if err := errors.Join(w.requests.Encode(r), w.answers.Decode(&o)); err != nil {
		return o, fmt.Errorf("workbench %s: its process ended: %w", strings.Join(r.Args, " "), err)
	}
	return o, nil
}

// leave makes a worker idle that has nothing to do.
func (w *worker) leave() {
	select {
	case idle <- w:
	default:
		w.stop()
	}
}

func (w *worker) stop() {
	w.stdin.Close()
	w.cmd.Wait()
}

// stopIdle ends the idle workers.
func stopIdle() {
	close(idle)
	for w := range idle {
		w.stop()
	}
}

// scriptWorker is the worker of a script.
type scriptWorker struct {
	*worker          // nil before the first command, and behind one that ended it
	names   []string // of the variables that commands are to see
	input   string   // for the next command
}

// workerKey is the key of a script's worker.
type workerKey struct{}

// newScriptWorker has the variables that a script starts with, and those that workbench
// knows.
func newScriptWorker(env *testscript.Env) *scriptWorker {
	w := &scriptWorker{names: []string{"SNORKELDB", "WORKBENCH_DEBUG"}}
	for _, v := range env.Vars {
		if name, _, _ := strings.Cut(v, "="); name != "" {
			w.names = append(w.names, name)
		}
	}
	env.Defer(func() {
		if w.worker != nil {
			w.leave()
		}
	})
	return w
}

// run runs a command line where the script is.
func (w *scriptWorker) run(ts *testscript.TestScript, args []string, env string) outcome {
	if w.worker == nil {
		taken, err := takeWorker()
		ts.Check(err)
		w.worker = taken
	}
	r := request{Args: args, Dir: ts.MkAbs("."), Stdin: []byte(w.input)}
	w.input = ""
	for _, name := range w.names {
		if value := ts.Getenv(name); value != "" {
			r.Env = append(r.Env, name+"="+value)
		}
	}
	r.Env = append(r.Env, "PWD="+r.Dir)
	if env != "" {
		r.Env = append(r.Env, env) // the last one counts
	}
	o, err := w.do(r)
	if err != nil {
		w.stop()
		w.worker = nil
		ts.Fatalf("%v", err)
	}
	return o
}

// execute runs a program for a script.
func execute(ts *testscript.TestScript, args []string) outcome {
	s := onServer(ts)
	if args[0] == "workbench" {
		w := ts.Value(workerKey{}).(*scriptWorker)
		switch {
		case s == nil:
			return w.run(ts, args[1:], "")
		case slices.Contains(args, "-"): // reads stdin
			s.home(ts)
			return w.run(ts, args[1:], "")
		}
		there, env, names := s.take(ts, args[1:])
		o := w.run(ts, there, env)
		o.Stdout, o.Stderr = names.Replace(o.Stdout), names.Replace(o.Stderr)
		return o
	}
	if s != nil {
		s.home(ts)
	}
	err := ts.Exec(args[0], args[1:]...)
	o := outcome{0, ts.ReadFile("stdout"), ts.ReadFile("stderr")}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		o.Status = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	return o
}

// cmdInput: input FILE — the next workbench reads this file as stdin. (What stdin names is
// for programs that the script runs with exec.)
func cmdInput(ts *testscript.TestScript, neg bool, args []string) {
	ts.Value(workerKey{}).(*scriptWorker).input = ts.ReadFile(operands(ts, neg, args, 1)[0])
}

// show makes an outcome what stdout, stderr and cmp look at.
func (o outcome) show(ts *testscript.TestScript) {
	fmt.Fprint(ts.Stdout(), o.Stdout)
	fmt.Fprint(ts.Stderr(), o.Stderr)
}

// cmdWorkbench: workbench ARG… — runs a command.
func cmdWorkbench(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) > 0 && strings.HasPrefix(args[len(args)-1], "&") {
		ts.Fatalf("in the background: exec workbench …")
	}
	o := execute(ts, append([]string{"workbench"}, args...))
	o.show(ts)
	switch {
	case o.Status != statusOK && !neg:
		ts.Fatalf("exit status %d", o.Status)
	case o.Status == statusOK && neg:
		ts.Fatalf("unexpected success")
	}
}
