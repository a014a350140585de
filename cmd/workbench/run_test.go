package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

func TestMessagesAreOneShortLine(t *testing.T) {
	for text, want := range map[string]string{
		"a\nb\r\nc":                       "a; b; c",
		strings.Repeat("x", 2000):         strings.Repeat("x", 2000),
		strings.Repeat("x", 5000):         strings.Repeat("x", 2000) + "…",
		"y" + strings.Repeat("é", 40_000): "y" + strings.Repeat("é", 999) + "…",
	} {
		if got := message(errors.New(text)); got != want {
			t.Errorf("%.20q… of %d bytes: %.20q… of %d bytes", text, len(text), got, len(got))
		}
	}
}

// A command that is interrupted says so in one line and leaves all as it was.
func TestInterruptedCommands(t *testing.T) {
	db := filepath.Join(t.TempDir(), "snorkel.db")
	if err := copyFile(oracleDB, db); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := filepath.Dir(db)
	for _, args := range [][]string{
		{"info"}, {"load-matrix"}, {"train", "--out", filepath.Join(dir, "model.json")}, {"sql", "SELECT 1"},
		{"random-search", "--gold", "gold", "--param", "epochs=1", "--out", filepath.Join(dir, "model.json")},
		{"save-marginals", "--model", "testdata/fixed.json"}, {"demo", "--out", filepath.Join(dir, "new.db")},
	} {
		if args[0] != "demo" {
			args = append(args, "--db", db)
		}
		var stdout, stderr bytes.Buffer
		status := run(ctx, args, &stdout, &stderr)
		if want := "workbench: interrupted; nothing was changed\n"; status != statusFail || stderr.String() != want || stdout.Len() > 0 {
			t.Errorf("%s: status %d, stdout %q, stderr %q", args[0], status, &stdout, &stderr)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(db)
	if err != nil || !bytes.Equal(before, after) || len(entries) != 1 {
		t.Errorf("the database changed or there are other files: %v, %v", entries, err)
	}
}

func TestReorder(t *testing.T) {
	e := &env{}
	for _, test := range []struct{ args, want []string }{
		{[]string{"info"}, []string{"info"}},
		{[]string{"--db", "x", "info", "-q"}, []string{"--db", "x", "info", "-q"}},
		{[]string{"sql", "Q", "--format", "csv"}, []string{"sql", "--format", "csv", "--", "Q"}},
		{[]string{"sql", "Q", "-q", "R", "--db=x"}, []string{"sql", "-q", "--db=x", "--", "Q", "R"}},
		{[]string{"sql", "-q", "--", "-1", "--db"}, []string{"sql", "-q", "--", "-1", "--db"}},
		{[]string{"train", "--init-class-prior", "-1", "--class-prior"}, []string{"train", "--init-class-prior", "-1", "--class-prior"}},
		{[]string{"info", "--db"}, []string{"info", "--db"}},
		{[]string{"nosuch", "a", "--b"}, []string{"nosuch", "a", "--b"}},
		{nil, nil},
	} {
		if got := reorder(e.app(), test.args); !slices.Equal(got, test.want) {
			t.Errorf("%q becomes %q, want %q", test.args, got, test.want)
		}
	}
}

func TestCommandsHaveTheNamesOfTheList(t *testing.T) {
	for _, g := range commandGroups() {
		for _, c := range g.commands {
			if got := c.make(&env{}).Name; got != c.name {
				t.Errorf("%s is listed as %s", got, c.name)
			}
		}
	}
}

func TestOnlyTheCommandThatIsAskedForIsMade(t *testing.T) {
	e := &env{}
	all := commandNames(e.app())
	for _, test := range []struct {
		args []string
		want []string
	}{
		{[]string{"info"}, []string{"info"}},
		{[]string{"--db", "train", "info", "--help"}, []string{"info"}},
		{[]string{"-q", "fit", "info"}, []string{"fit"}},
		{[]string{"--help", "info"}, all},
		{[]string{"-q", "-h", "info"}, all},
		{[]string{"help", "info"}, all},
		{[]string{"inof"}, all},
		{[]string{"--", "info"}, all},
		{[]string{"--db"}, all},
		{nil, all},
	} {
		if got := commandNames(e.appFor(test.args)); !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, want %q", test.args, got, test.want)
		}
	}
}

// Every flag that takes no value is known as such, or reorder would take the
// word behind it for its value.
func TestSwitches(t *testing.T) {
	for _, c := range (&env{}).app().Commands {
		for _, f := range c.Flags {
			if g, ok := f.(cli.DocGenerationFlag); ok && !g.TakesValue() && width(c.Flags, "--"+f.Names()[0]) != 1 {
				t.Errorf("%s --%s is taken to have a value", c.Name, f.Names()[0])
			}
		}
	}
}

// Every flag that chooses a split takes its name.
func TestSplitsHaveNames(t *testing.T) {
	for _, c := range (&env{}).app().Commands {
		for _, f := range c.Flags {
			name := f.Names()[0]
			if name != "split" && !strings.HasSuffix(name, "-split") {
				continue
			}
			g, ok := f.(*cli.GenericFlag)
			if !ok {
				t.Errorf("%s --%s takes no names", c.Name, name)
				continue
			}
			for text, want := range map[string]string{"train": "0", "dev": "1", "valid": "1", "test": "2", "7": "7", "-1": "-1"} {
				if err := g.Value.Set(text); err != nil || g.Value.String() != want {
					t.Errorf("%s --%s %s is split %s, want %s (%v)", c.Name, name, text, g.Value, want, err)
				}
			}
		}
	}
}

// cancelAt cancels a context when some text is written.
type cancelAt struct {
	bytes.Buffer
	text   string
	cancel func()
}

func (c *cancelAt) Write(p []byte) (int, error) {
	n, err := c.Buffer.Write(p)
	if strings.Contains(c.String(), c.text) {
		c.cancel()
	}
	return n, err
}

// A demo that is interrupted after it made its files says that they are there.
func TestInterruptedDemoSaysWhatIsThere(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stdout, stderr := &cancelAt{text: "# The labeling functions, applied", cancel: cancel}, new(bytes.Buffer)
	db := filepath.Join(t.TempDir(), "n.db")
	status := run(ctx, []string{"demo", "--out", db}, stdout, stderr)
	if !strings.Contains(stderr.String(), "interrupted; the example is there: "+db) || strings.Contains(stderr.String(), "nothing was changed") || status != statusFail {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
}
