package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// interruption is the signal that a command was ended by.
type interruption struct{ signal syscall.Signal }

func (i *interruption) Error() string { return fmt.Sprintf("ended by the signal %s", i.signal) }

// status is what a shell says of a process that a signal ended.
func (i *interruption) status() int { return 128 + int(i.signal) }

// untilSignal makes a context that ends with the first signal that asks the
// process to end, so that what was begun can be taken back. A second one ends
// the process at once, whatever it waits for. A hangup that the process was
// started without, as nohup does, stays ignored.
func untilSignal() context.Context {
	ctx, end := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		for first := true; ; first = false {
			s, _ := (<-signals).(syscall.Signal)
			i := &interruption{s}
			if !first {
				os.Exit(i.status())
			}
			end(i)
		}
	}()
	return ctx
}

// interruptedStatus is the status of a command whose context ended.
func interruptedStatus(ctx context.Context) int {
	if i, ok := errors.AsType[*interruption](context.Cause(ctx)); ok {
		return i.status()
	}
	return statusFail
}
