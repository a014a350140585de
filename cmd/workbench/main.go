// Command workbench opens Snorkel databases, shows and denoises the labels in
// them, and saves the training marginals back.
//
// Each command has a file of its own. Results go to stdout; everything else
// goes to stderr, in lines that start with "workbench: ". The exit status is 0
// for success, 1 for a failure and 2 for wrong usage.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
