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
	"runtime/debug"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// To start a process for each command of the scripts would take longer than all the
// rest. Those of one script run in a process of its own, one after the other, in the
// directory and with the environment that the script has by then. A process for itself
// has what reads stdin, and what a script runs with exec or in a shell.

// request is a command line for a worker.
type request struct {
	Args []string
	Dir  string
	Env  []string
}

// outcome is how a command ended.
type outcome struct {
	Status         int
	Stdout, Stderr string
}

// work is the program that runs command lines as main would, as long as its stdin is
// open.
func work() {
	debug.SetGCPercent(400) // what a command leaves is little
	requests, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	null, err := os.Open(os.DevNull)
	exitOn(err)
	os.Stdin = null
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
		var o outcome
		var stdout, stderr bytes.Buffer
		o.Status = run(context.Background(), r.Args, &stdout, &stderr)
		o.Stdout, o.Stderr = stdout.String(), stderr.String()
		exitOn(answers.Encode(o))
	}
}

// worker is the process of a script that runs its commands.
type worker struct {
	cmd      *exec.Cmd // nil before the first one
	stdin    io.WriteCloser
	requests *json.Encoder
	answers  *json.Decoder
	names    []string // of the variables that commands are to see
}

// workerKey is the key of a script's worker.
type workerKey struct{}

// newWorker has the variables that a script starts with, and those that workbench
// knows.
func newWorker(env *testscript.Env) *worker {
	w := &worker{names: []string{"SNORKELDB", "WORKBENCH_DEBUG"}}
	for _, v := range env.Vars {
		if name, _, _ := strings.Cut(v, "="); name != "" {
			w.names = append(w.names, name)
		}
	}
	env.Defer(w.stop)
	return w
}

func (w *worker) start() error {
	w.cmd = exec.Command("worker")
	w.cmd.Stderr = os.Stderr // where it panics
	stdout, err := w.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if w.stdin, err = w.cmd.StdinPipe(); err != nil {
		return err
	}
	w.requests, w.answers = json.NewEncoder(w.stdin), json.NewDecoder(stdout)
	return w.cmd.Start()
}

func (w *worker) stop() {
	if w.cmd != nil {
		w.stdin.Close()
		w.cmd.Wait()
	}
}

// run runs a command line where the script is.
func (w *worker) run(ts *testscript.TestScript, args []string, env string) (o outcome) {
	if w.cmd == nil {
		ts.Check(w.start())
	}
	r := request{Args: args, Dir: ts.MkAbs(".")}
	for _, name := range w.names {
		if value := ts.Getenv(name); value != "" {
			r.Env = append(r.Env, name+"="+value)
		}
	}
	r.Env = append(r.Env, "PWD="+r.Dir)
	if env != "" {
		r.Env = append(r.Env, env) // the last one counts
	}
	if err := errors.Join(w.requests.Encode(r), w.answers.Decode(&o)); err != nil {
		ts.Fatalf("workbench %s: its process ended: %v", strings.Join(args, " "), err)
	}
	return o
}

// execute runs a program for a script.
func execute(ts *testscript.TestScript, args []string) outcome {
	s := onServer(ts)
	if args[0] == "workbench" && !slices.Contains(args, "-") {
		w := ts.Value(workerKey{}).(*worker)
		if s == nil {
			return w.run(ts, args[1:], "")
		}
		there, env, names := s.take(ts, args[1:])
		o := w.run(ts, there, env)
		o.Stdout, o.Stderr = names.Replace(o.Stdout), names.Replace(o.Stderr)
		return o
	}
	if s != nil {
		s.home(ts) // reads stdin, or is another program
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
