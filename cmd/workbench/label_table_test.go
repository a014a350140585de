package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/learning"
)

// voteOn runs a command that reads a table of labels and writes what the majority
// says.
func voteOn(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, says bytes.Buffer
	e := &env{out: newOutput(&out), term: newTerminal(&says)}
	app := e.app()
	app.Commands = append(app.Commands, e.command(command{
		name: "vote", args: "FILE", formats: annotations.RowFormats(), outFormat: true,
		flags: append(labelTableFlags(), cardinalityFlag(), resultFlag(), &cli.StringFlag{Name: "keys"}, &cli.StringFlag{Name: "gold"}),
		action: func(c *call) error {
			table, err := c.readLabelTable(c.Args().First())
			if err != nil {
				return err
			}
			_, err = c.writeTrainingLabels(table, learning.VoteMarginals(table.L, table.Cardinality), annotations.TrainingOptions{})
			return err
		},
	}))
	err = app.RunContext(t.Context(), append([]string{app.Name}, reorder(app, append([]string{"vote"}, args...))...))
	if flushErr := e.out.Flush(); err == nil {
		err = flushErr
	}
	return out.String(), says.String(), err
}

func TestLabelTableFlags(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	crowd := file("crowd.csv", "who,what,says,why\nw1,t1,ham,x\nw2,t1,spam,x\nw1,t1,spam,x\nw2,t2,unclear,x\n")
	wide := file("wide.tsv", "a\tb\tc\tlabel\n1\t0\t-1\t1\n")
	named := []string{"--id", "what", "--worker", "who", "--label", "says"}
	for _, test := range []struct {
		name   string
		args   []string
		stdout string
		stderr string // or the error
	}{
		{"a crowd", append(named, crowd, "--missing", "unclear", "--keep-vote", "last", "--format", "csv"),
			"id,label,class,probability_ham,probability_spam,votes\nt1,1,spam,0,1,2\nt2,,,0.5,0.5,0\n",
			"workbench: note: the classes are named by the labels, in the order of their names: ham is -1, spam is 1\n" +
				"workbench: note: 1 vote was changed by the worker; the last one counts\nworkbench: note: columns that were not used: why\n"},
		{"classes in another order", append(named, crowd, "--classes", "spam,ham,unclear", "--keep-vote", "first", "--format", "jsonl", "-q"),
			`{"id":"t1","label":null,"class":null,"probability_spam":0.5,"probability_ham":0.5,"probability_unclear":0,"votes":2}` + "\n" +
				`{"id":"t2","label":3,"class":"unclear","probability_spam":0,"probability_ham":0,"probability_unclear":1,"votes":1}` + "\n", ""},
		{"a wide table", []string{wide, "--abstain", "-1", "--cardinality", "3", "--keys", "a,b", "--gold=", "--format", "tsv", "-q"},
			"id\tlabel\tclass\tprobability_0\tprobability_1\tprobability_2\tvotes\n1\t\t\t0.5\t0.5\t0\t2\n", ""},
		{"a preview", []string{wide, "--abstain", "0", "--keys", "a", "-q"}, "id  label  class  probability_-1  probability_1  votes\n1       1  1            0.000000       1.000000      1\n", ""},
		{"a vote that changed", append(named, crowd, "--missing", "unclear"), "", "and with ham in line 2; --keep-vote first or last says which one counts"},
		{"no such way", append(named, crowd, "--keep-vote", "both"), "", `vote: --keep-vote "both" is neither first nor last`},
		{"columns", []string{crowd, "--worker", "who"}, "", "none of who, what, says, why is the id of the candidate; --id, --worker, --label, --text and --gold name them"},
		{"two readings", []string{wide}, "", "-1, 0 and 1 occur: in Snorkel's convention 0 abstains"},
		{"no classes", []string{wide, "--classes", "a,a"}, "", "--classes: two classes have the name a"},
		{"no file", []string{filepath.Join(dir, "no.csv")}, "", "no.csv: no such file or directory"},
		{"no list", []string{wide, "--keys", ""}, "", "--keys is empty"},
	} {
		stdout, stderr, err := voteOn(t, test.args...)
		if err != nil {
			stderr = message(advised(err))
		}
		if stdout != test.stdout || !strings.Contains(stderr, test.stderr) || test.stderr == "" && stderr != "" {
			t.Errorf("%s: printed %q and said %q, want %q and %q", test.name, stdout, stderr, test.stdout, test.stderr)
		}
		if _, usage := errors.AsType[*usageError](err); usage != strings.HasPrefix(test.stderr, "--") && !strings.HasPrefix(test.stderr, "vote:") {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	out := filepath.Join(dir, "train.parquet")
	if _, _, err := voteOn(t, wide, "--abstain", "0", "--out", out); err != nil {
		t.Fatal(err)
	}
	again, _, err := voteOn(t, out, "--keys", "label", "--format", "csv", "-q")
	if want := "id,label,class,probability_-1,probability_1,votes\n1,,,0.5,0.5,0\n"; err != nil || again != want {
		t.Errorf("%q %v", again, err)
	}
}
