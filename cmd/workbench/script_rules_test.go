package main

import (
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdRefused: refused PATTERN DB — every command that opens a database fails
// on this one, as the command fails says.
func cmdRefused(ts *testscript.TestScript, neg bool, args []string) {
	args = operands(ts, neg, args, 2)
	model := ts.Getenv("CMDDATA") + "/fixed.json"
	lfs := ts.Getenv("CMDDATA") + "/lfs.yaml"
	gold := []string{"--split", "1", "--gold", "gold"}
	lines := [][]string{
		{"info"}, {"candidates"}, {"show", "1"}, {"apply", "--lfs", lfs, "--yes"}, append([]string{"test-lf"}, gold...),
		append([]string{"test-lf", "--lfs", lfs}, gold...), {"load-matrix"}, {"load-gold-labels", "--annotator", "gold"}, {"lf-stats"},
		append([]string{"majority-vote"}, gold...), append([]string{"compare"}, gold...), {"fit"}, {"fit", "--save", "new"}, {"train"}, {"train", "--out", "new.json"},
		{"random-search", "--gold", "gold", "--param", "epochs=1"}, {"grid-search", "--gold", "gold", "--param", "epochs=1"},
		{"marginals", "--model", model}, {"histogram"}, {"histogram", "--out", "new.png"},
		append([]string{"error-analysis", "--model", model}, gold...),
		{"save-marginals", "--model", model}, {"load-marginals"}, {"sql", "SELECT 1"},
		{"select-deps"}, {"select-deps", "--save", "new"},
		{"classes"}, {"classes", "a,b"},
		{"models"}, {"models", "show", "new"}, {"models", "import", model, "--name", "new"},
		{"import-labels", model},
		{"export"}, {"export", "--out", "new.csv"},
		{"import-gold", "gold.tsv", "--annotator", "gold"},
		{"export-gold", "--annotator", "gold"},
		{"export-gold", "--annotator", "gold", "--template", "--out", "new.tsv"},
		{"import", "new.csv"},
		{"split"},
	}
	for i := range lines {
		lines[i] = append(lines[i], "--db", args[1])
	}
	refuseEach(ts, args[0], lines)
}

// cmdUnfit: unfit PATTERN MODEL — every command that takes a model fails on
// this one, as the command fails says.
func cmdUnfit(ts *testscript.TestScript, neg bool, args []string) {
	args = operands(ts, neg, args, 2)
	lines := [][]string{
		{"lf-stats"}, {"marginals"}, {"histogram"}, {"error-analysis", "--split", "1", "--gold", "gold"}, {"save-marginals"}, {"export"},
		{"compare", "--split", "1", "--gold", "gold"},
	}
	for i := range lines {
		lines[i] = append(lines[i], "--model", args[1])
	}
	refuseEach(ts, args[0], lines)
}

// cmdReads: reads COMMAND ARG… — the command succeeds, leaves all files as
// they were, says nothing on stderr, and prints the same when it is run again.
func cmdReads(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: reads COMMAND ARG…")
	}
	line := append([]string{"workbench"}, args...)
	before := snapshot(ts)
	first, second := execute(ts, line), execute(ts, line)
	second.show(ts)
	switch {
	case second.Status != statusOK:
		ts.Fatalf("exit status %d", second.Status)
	case second.Stderr != "":
		ts.Fatalf("stderr is not empty")
	case second.Stdout == "":
		ts.Fatalf("stdout is empty")
	case first != second:
		ts.Fatalf("the first time it ended with status %d and printed\n%s%s", first.Status, first.Stdout, first.Stderr)
	}
	if after := snapshot(ts); after != before {
		ts.Fatalf("files changed\nbefore:\n%safter:\n%s", before, after)
	}
}

// help returns the help of a command, which is the same however it is asked
// for and goes to stdout alone.
func help(ts *testscript.TestScript, command string) string {
	o := execute(ts, []string{"workbench", command, "--help"})
	o.show(ts)
	switch {
	case o.Status != statusOK:
		ts.Fatalf("exit status %d", o.Status)
	case o.Stderr != "":
		ts.Fatalf("stderr is not empty")
	}
	for _, line := range [][]string{{command, "-h"}, {"help", command}} {
		if other := execute(ts, append([]string{"workbench"}, line...)); other != o {
			ts.Fatalf("workbench %s ended with status %d and printed\n%s%s", strings.Join(line, " "), other.Status, other.Stdout, other.Stderr)
		}
	}
	return o.Stdout
}

// cmdHelped: helped COMMAND — its help says how to call it, lists the flags
// that all commands have, and ends in examples of that command.
func cmdHelped(ts *testscript.TestScript, neg bool, args []string) {
	command := operands(ts, neg, args, 1)[0]
	text := help(ts, command)
	for _, part := range []string{"   workbench " + command + " - ", "\n   workbench " + command + " [options]",
		"\n   --db FILE ", "\n   --format FORMAT ", "\n   --quiet, -q ", "\n   --busy-timeout value "} {
		if !strings.Contains(text, part) {
			ts.Fatalf("the help lacks %q", part)
		}
	}
	_, examples, found := strings.Cut(text, "\nEXAMPLES:\n")
	if !found || !strings.HasPrefix(examples, "   workbench "+command) {
		ts.Fatalf("the help does not end in examples")
	}
	continued := false
	for _, line := range splitLines(examples) {
		if !continued && !strings.HasPrefix(line, "   workbench "+command) {
			ts.Fatalf("no example of %s: %q", command, line)
		}
		continued = strings.HasSuffix(line, `\`)
	}
}

// cmdSelects: selects COMMAND — it has the flags that select a label matrix.
func cmdSelects(ts *testscript.TestScript, neg bool, args []string) {
	text := help(ts, operands(ts, neg, args, 1)[0])
	words := strings.Fields(text)
	for _, flag := range []string{"--split", "--type", "--key-group", "--keys", "--cardinality"} {
		if !slices.Contains(words, flag) {
			ts.Fatalf("the help lacks %s", flag)
		}
	}
}
