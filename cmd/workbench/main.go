// Command workbench opens Snorkel databases, shows and denoises the labels in
// them, and saves the training marginals back.
//
// Each command has a file of its own. Results go to stdout; everything else
// goes to stderr, in lines that start with "workbench: ". The exit status is 0
// for success, 1 for a failure, 2 for wrong usage, and 128 and its number for a
// signal that ended the command: 130 for an interrupt.
package main

import "os"

func main() { os.Exit(run(untilSignal(), os.Args[1:], os.Stdout, os.Stderr)) }
