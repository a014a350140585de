package main

import (
	"bufio"
	"io"
	"os"

	"golang.org/x/term"
)

// output is stdout.
type output struct {
	*bufio.Writer
	columns int // of the terminal, 0 if it is none
}

func newOutput(w io.Writer) *output {
	return &output{bufio.NewWriter(w), columnsOf(w)}
}

// columnsOf is how many columns the terminal has that w writes to, 0 if it is
// none.
func columnsOf(w io.Writer) int {
	switch w := w.(type) {
	case *output:
		return w.columns
	case *os.File:
		if columns, _, err := term.GetSize(int(w.Fd())); err == nil {
			return columns
		}
	}
	return 0
}
