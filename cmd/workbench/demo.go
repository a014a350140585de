package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/cmd/workbench/notebook"
	"workbench/session"
)

func (e *env) demo() *cli.Command {
	return e.command(command{
		name:  "demo",
		usage: "write the built-in example and run the notebook on it",
		examples: []string{
			"workbench demo",
			"workbench demo --out /tmp/notebook.db --force",
		},
		flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: "write the database to `FILE`", Value: "notebook.db"},
			&cli.BoolFlag{Name: "force", Usage: "replace a file that is there"},
		},
		action: func(c *call) error {
			if db, _ := global(c.Context, "db").(string); db != "" {
				return usagef("demo: it writes a database of its own; name it with --out, not --db")
			}
			db := c.String("out")
			files := filesBeside(db)
			if err := checkReplace(c.Bool("force"), files.all()...); err != nil {
				return err
			}
			err := e.term.long("writing the example", func(func(float64)) error {
				return writeExample(c.Context.Context, files)
			})
			if err != nil {
				return err
			}
			c.printf("Wrote the built-in example to %s: candidates, text, labels and gold labels.\n", printable(db))
			c.printf("Its labeling functions are in %s, and the couples that they know in %s.\n", printable(files.lfs), printable(files.couples))
			for _, step := range files.steps() {
				c.printf("\n# %s\n$ workbench %s\n", step.what, commandLine(step.args))
				if err := e.out.Flush(); err != nil {
					return err
				}
				if status := runSaying(c.Context.Context, files.leftBehind(), e.inherit(step.args), e.out, e.term.w); status != statusOK {
					return errSaid
				}
			}
			return nil
		},
	})
}

// demoFiles are the files that the demo writes.
type demoFiles struct{ db, lfs, couples, model string }

// filesBeside names the other files after the database.
func filesBeside(db string) demoFiles {
	base := strings.TrimSuffix(db, filepath.Ext(db))
	return demoFiles{db, base + "-lfs.yaml", base + "-couples.csv", base + "-model.json"}
}

func (f demoFiles) all() []string { return []string{f.db, f.lfs, f.couples, f.model} }

// leftBehind is what to say of a demo that is interrupted after they were made.
func (f demoFiles) leftBehind() string {
	return fmt.Sprintf("interrupted; the example is there: %s, %s and %s", printable(f.db), printable(f.lfs), printable(f.couples))
}

// checkReplace refuses to write over files that are there, unless it was
// asked for. A journal beside an old database would be taken for the new one's,
// so that is never overwritten.
func checkReplace(force bool, paths ...string) error {
	for _, path := range paths {
		if stale := session.StaleJournal(path); stale != "" {
			return &session.Error{Path: path, Kind: session.ErrExists, Hint: "and so does its " + stale[len(path)+1:] + "; choose another name with --out"}
		}
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		case info.IsDir():
			return &session.Error{Path: path, Kind: session.ErrIsDirectory, Hint: "choose another name with --out"}
		case !force:
			return &session.Error{Path: path, Kind: session.ErrExists, Hint: "replace it with --force, or choose another name with --out"}
		}
	}
	return nil
}

// writeExample makes the database under another name first, so that at path
// there is either the whole new file or what was there before.
func writeExample(ctx context.Context, files demoFiles) error {
	path := files.db
	dir, err := os.MkdirTemp(filepath.Dir(path), ".workbench-*")
	if err != nil {
		return named(path, err)
	}
	defer os.RemoveAll(dir)
	fresh := filepath.Join(dir, filepath.Base(path))
	err = notebook.Write(ctx, fresh)
	var e *session.Error
	switch {
	case errors.As(err, &e): // about the file that it was to become
		return &session.Error{Path: path, Kind: e.Kind, Hint: e.Hint, Err: e.Err}
	case err != nil:
		return err
	}
	for name, content := range map[string]string{
		files.couples: notebook.CouplesFile(),
		files.lfs:     notebook.LFFile(filepath.Base(files.couples)),
	} {
		err := writeFile(name, func(w io.Writer) error {
			_, err := io.WriteString(w, content)
			return err
		})
		if err != nil {
			return err
		}
	}
	if old, err := os.Stat(path); err == nil {
		if err := os.Chmod(fresh, old.Mode().Perm()); err != nil {
			return err
		}
	}
	return os.Rename(fresh, path)
}

// demoStep is one command of the notebook.
type demoStep struct {
	what string
	args []string
}

// steps are the sections of the notebook.
func (f demoFiles) steps() []demoStep {
	model := f.model
	on := func(command string, args ...string) []string {
		return append([]string{command, "--db", f.db}, args...)
	}
	search := func(args ...string) []string {
		return append(on("random-search", "--split", "0", "--dev-split", "1", "--gold", "gold", "-n", "5",
			"--param", "step_size=1e-3,1e-4,1e-5,1e-6", "--param", "decay=0.9,0.95",
			"--param", "epochs=50,100", "--param", "reg_param=1e-3"), args...)
	}
	return []demoStep{
		{"What is in the database", on("info")},
		{"Some candidates of the dev split", on("candidates", "--split", "1", "--limit", "5")},
		{"The labeling functions, applied to the train split", on("apply", "--lfs", f.lfs, "--split", "0", "--split-only")},
		{"The same labeling functions on the dev split", on("apply", "--lfs", f.lfs, "--split", "1", "--existing")},
		{"Where one of them is wrong", on("test-lf", "--lfs", f.lfs, "--lf", notebook.MarriageLF, "--split", "1", "--gold", "gold", "--show", "fp", "--limit", "3")},
		{"Gold labels of the dev split", on("load-gold-labels", "--annotator", "gold", "--split", "1")},
		{"The label matrix of the train split", on("load-matrix", "--split", "0")},
		{"The labeling functions on the dev split", on("lf-stats", "--split", "1", "--gold", "gold")},
		{"I. Majority vote on the dev split", on("majority-vote", "--split", "1", "--gold", "gold")},
		{"II. The generative model: random search over its hyperparameters, scored on the dev split",
			search("--out", model, "--save", "independent", "--force")},
		{"What the best model learned about the labeling functions",
			on("lf-stats", "--split", "1", "--gold", "gold", "--model", model)},
		{"The training marginals", on("histogram", "--split", "0", "--model", model)},
		{"Error analysis on the dev split", on("error-analysis", "--split", "1", "--gold", "gold", "--model", model)},
		{"Some false positives", on("error-analysis", "--split", "1", "--gold", "gold", "--model", model, "--bucket", "fp", "--limit", "5")},
		{"Save the training marginals for the end model", on("save-marginals", "--split", "0", "--model", model)},
		{"They are rows of the table marginal, as real Snorkel writes and reads them",
			on("sql", "SELECT round(probability, 3) AS p, count(*) AS candidates FROM marginal WHERE training GROUP BY 1 ORDER BY 1")},
		{"III. Dependencies among the labeling functions: the five strongest",
			on("select-deps", "--split", "0", "--threshold", "0.1", "--max-deps", "5", "--save", "deps", "--force")},
		{"The same search with these dependencies", search("--deps", "deps", "--save", "dependent", "--force")},
		{"Both searches side by side: the scores without and with dependencies", on("sql", sideBySide)},
		{"What the database keeps now", on("models")},
	}
}

// sideBySide joins the trials of the demo's two searches.
const sideBySide = "SELECT run, i.parameters->>'step_size' AS step_size, i.parameters->>'decay' AS decay, i.parameters->>'epochs' AS epochs," +
	" round(i.precision, 4) AS prec, round(i.recall, 4) AS rec, round(i.f_beta, 4) AS f1," +
	" round(d.precision, 4) AS prec_deps, round(d.recall, 4) AS rec_deps, round(d.f_beta, 4) AS f1_deps" +
	" FROM workbench_trial AS i JOIN workbench_trial AS d USING (run)" +
	" WHERE i.model_id = (SELECT id FROM workbench_model WHERE name = 'independent')" +
	" AND d.model_id = (SELECT id FROM workbench_model WHERE name = 'dependent') ORDER BY i.f_beta DESC, run"

// inherit passes --quiet on to the commands of the demo.
func (e *env) inherit(args []string) []string {
	if e.term.quiet {
		return append([]string{"--quiet"}, args...)
	}
	return args
}

// commandLine writes arguments as they are typed in a shell.
func commandLine(args []string) string {
	words := make([]string, len(args))
	for i, a := range args {
		words[i] = a
		if a == "" || strings.ContainsAny(a, " \t*?[](){}<>|&;$`\\\"'~#!") {
			words[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
			if !strings.ContainsAny(a, "\"$`\\!") {
				words[i] = `"` + a + `"`
			}
		}
	}
	return strings.Join(words, " ")
}
