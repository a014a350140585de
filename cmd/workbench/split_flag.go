package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"
)

// splitNames are the names of the splits 0, 1 and 2.
func splitNames() []string { return []string{"train", "dev", "test"} }

// splitNumber is the value of a flag that names a split, by its number or by
// the name that Snorkel's convention gives it. Context.Int reads it.
type splitNumber int

// Set takes a number or a name; valid is another one of dev.
func (n *splitNumber) Set(text string) error {
	name := text
	if name == "valid" {
		name = "dev"
	}
	if i := slices.Index(splitNames(), name); i >= 0 {
		*n = splitNumber(i)
		return nil
	}
	i, err := strconv.ParseInt(text, 0, strconv.IntSize)
	if err != nil {
		return fmt.Errorf("a split is a number or one of %s", strings.Join(splitNames(), ", "))
	}
	*n = splitNumber(i)
	return nil
}

// String is the number.
func (n *splitNumber) String() string { return strconv.Itoa(int(*n)) }

// splitFlag is a flag that names a split.
func splitFlag(name, usage string, split int) *cli.GenericFlag {
	n := splitNumber(split)
	return &cli.GenericFlag{Name: name, Usage: usage, Value: &n}
}

// splitChoice is the value of a flag that names a split, or all of them, which
// [call.allSplits] tells; Context.Int is 0 then.
type splitChoice struct {
	splitNumber
	all bool
}

// Set takes what a splitNumber takes, or all.
func (n *splitChoice) Set(text string) error {
	if n.all = text == "all"; n.all {
		return nil
	}
	if n.splitNumber.Set(text) != nil {
		return fmt.Errorf("a split is a number or one of %s, all", strings.Join(splitNames(), ", "))
	}
	return nil
}

// String is the number, or all.
func (n *splitChoice) String() string {
	if n.all {
		return "all"
	}
	return n.splitNumber.String()
}

// allSplits reports whether --split is all.
func (c *call) allSplits() bool {
	n, ok := c.Generic("split").(*splitChoice)
	return ok && n.all
}
