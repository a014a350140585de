package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/lfs"
	"workbench/annotations/matrix"
	"workbench/annotations/program"
)

func (e *env) apply() *cli.Command {
	return e.command(command{
		name:  "apply",
		usage: "label the candidates of a split with the labeling functions of a file",
		examples: []string{
			"workbench apply --lfs lfs.yaml --split 0",
			"workbench apply --lfs lfs.yaml --split 1 --split-only",
			"workbench apply --lfs lfs.yaml --split 1 --existing",
			"workbench apply --lfs lfs.yaml --split 0 --shard 3/16",
			"workbench apply --lfs lfs.yaml --split 0 --lf LF_new --keep",
			"workbench apply --lfs lfs.yaml --key-group 2 --group-only",
		},
		flags: slices.Concat(lfFlags(), splitFlags(), []cli.Flag{
			&cli.IntFlag{Name: "key-group", Usage: "group of the label keys"},
			cardinalityFlagOr("what the file says or the database remembers"),
			&cli.BoolFlag{Name: "existing", Usage: "keep the keys and the labels of other candidates; skip labeling functions without a key"},
			&cli.BoolFlag{Name: "keep", Usage: "delete nothing: add keys that are missing, and change labels in place"},
			&cli.BoolFlag{Name: "group-only", Usage: "delete no labels of other key groups"},
			&cli.BoolFlag{Name: "split-only", Usage: "replace only the labels of these labeling functions in this split, and add keys that are missing"},
			&cli.StringFlag{Name: "shard", Usage: "--split-only for one `PART` of the split's candidates, such as 3/16, so that several machines share them"},
			&cli.BoolFlag{Name: "yes", Usage: "go on although labels are deleted that are not written again, or the split is empty"},
		}, runFlags()),
		formats: []string{"json", "csv"},
		writes:  true,
		action: func(c *call) error {
			if c.Bool("keep") && c.Bool("group-only") {
				return usagef("apply: --keep deletes nothing, so it does not go with --group-only")
			}
			narrow := "split-only"
			if c.IsSet("shard") {
				narrow = "shard"
			}
			for _, name := range []string{"keep", "group-only", "existing"} {
				if c.IsSet(narrow) && c.Bool(name) {
					return usagef("apply: --%s replaces labels by its own rule, so it does not go with --%s", narrow, name)
				}
			}
			shard, err := c.shard()
			if err != nil {
				return err
			}
			draft, o, err := c.readAnnotator()
			if err != nil {
				return err
			}
			o.Keep, o.DeleteOthers, o.GroupOnly = c.Bool("keep"), c.Bool("yes"), c.Bool("group-only")
			o.SplitOnly = c.Bool("split-only") || c.IsSet("shard")
			o.Shard = shard
			s, err := c.openToWrite()
			if err != nil {
				return err
			}
			defer s.Close()
			file, a, isNew, err := c.annotator(s, draft, o)
			if err != nil {
				return err
			}
			var done annotations.Applied
			err = c.env.term.items("labelling", "candidates", func(report func(done, total int)) error {
				o.Progress = report
				apply := a.Apply
				if c.Bool("existing") {
					apply = a.ApplyExisting
				}
				done, err = apply(c.Context.Context, s, o)
				return err
			})
			if err != nil {
				return c.notApplied(file, err)
			}
			c.notesOf(done, o)
			if isNew {
				c.noteClasses(a.Classes)
			}
			return c.emitApplied(file, a.Classes, done, o)
		},
	})
}

// shard reads --shard.
func (c *call) shard() (annotations.Shard, error) {
	if !c.IsSet("shard") {
		return annotations.Shard{}, nil
	}
	number, of, _ := strings.Cut(c.String("shard"), "/")
	k, err := strconv.Atoi(number)
	n, err2 := strconv.Atoi(of)
	if err != nil || err2 != nil || k < 1 || n < k {
		return annotations.Shard{}, usagef("apply: --shard %s is no part: the first of 16 is 1/16, and the last one 16/16", c.String("shard"))
	}
	return annotations.Shard{Number: k, Of: n}, nil
}

// lfFlags select labeling functions.
func lfFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "lfs", Usage: "`FILE` of labeling functions (YAML)"},
		&cli.StringFlag{Name: "lf", Usage: "only the labeling functions of these `NAMES`, separated by commas (quote a name that has one)"},
	}
}

// runFlags say how labeling functions run.
func runFlags() []cli.Flag {
	return []cli.Flag{
		abstainFlag(), classesFlag(),
		&cli.BoolFlag{Name: "skip-orphans", Usage: "leave candidates unlabelled whose arguments are gone"},
		&cli.IntFlag{Name: "workers", Usage: "label with this many goroutines", DefaultText: "one per processor"},
		&cli.DurationFlag{Name: "timeout", Usage: "how long a program may be without an answer", DefaultText: "what the file says, or " + program.DefaultTimeout.String()},
	}
}

// notApplied says how to go on after labeling functions were not applied.
func (c *call) notApplied(file *lfs.File, err error) error {
	var failed *annotations.LFError
	switch {
	case errors.Is(err, annotations.ErrNoLF):
		return fmt.Errorf("%s: %w", c.String("lfs"), err)
	case errors.As(err, &failed) && file.Subclass != nil && failed.Type != "" && failed.Type != file.Subclass.Table:
		return fmt.Errorf("%w; it is of type %s: with --type %s only the others are labelled", err, failed.Type, file.Subclass.Table)
	case failed != nil && failed.Orphan:
		return fmt.Errorf("%w; --skip-orphans leaves such candidates out", err)
	}
	return err
}

// notesOf says what else was changed than the result shows.
func (c *call) notesOf(done annotations.Applied, o annotations.ApplyOptions) {
	if done.Deleted > 0 {
		others := ""
		if done.DeletedOthers > 0 {
			others = fmt.Sprintf(", %d of them of other key groups", done.DeletedOthers)
		}
		if !o.GroupOnly && !o.SplitOnly {
			others += ", as Snorkel does"
		}
		c.env.term.note("deleted %s of %s first%s", count(done.Deleted, "label"), splitList(done.DeletedSplits), others)
	}
	if !c.Bool("existing") && slices.ContainsFunc(done.DeletedSplits, func(split int) bool { return split != o.Split }) {
		c.env.term.note("note: --split-only labels one split and leaves those of the others")
	}
	if done.Changed > 0 {
		c.env.term.note("changed %s that had another value", count(done.Changed, "stored label"))
	}
	for _, name := range done.Skipped {
		c.env.term.note("note: %s has no key in group %d and was skipped", name, o.KeyGroup)
	}
	if done.Orphans > 0 {
		c.env.term.note("note: %s without arguments left unlabelled", count(done.Orphans, "candidate"))
	}
}

// count writes a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// splitList writes split 0, or splits 0, 1 and 2.
func splitList(splits []int) string {
	switch len(splits) {
	case 0:
		return "no split"
	case 1:
		return fmt.Sprintf("split %d", splits[0])
	}
	last := len(splits) - 1
	names := make([]string, last)
	for i := range last {
		names[i] = fmt.Sprint(splits[i])
	}
	return fmt.Sprintf("splits %s and %d", strings.Join(names, ", "), splits[last])
}

// emitApplied shows for each labeling function how often it gave which label.
func (c *call) emitApplied(file *lfs.File, names *annotations.Classes, done annotations.Applied, o annotations.ApplyOptions) error {
	L := done.Matrix
	t := appliedTable(L, labelsOf(file, names, L))
	switch c.format {
	case "json":
		var r record
		r.set("split", o.Split)
		if o.Shard.Of > 0 {
			r.set("shard", o.Shard.String())
		}
		r.set("key_group", o.KeyGroup)
		r.set("candidates", L.Rows())
		r.set("labels", L.NNZ())
		r.set("deleted", done.Deleted)
		r.set("deleted_of_other_groups", done.DeletedOthers)
		r.set("changed", done.Changed)
		r.set("orphans", done.Orphans)
		r.set("skipped", append([]string{}, done.Skipped...))
		r.set("lfs", t.records())
		return c.emitJSON(r)
	case "csv":
		return c.emit(t, nil)
	}
	if L.Cols() > 0 {
		if err := c.emit(t, nil); err != nil {
			return err
		}
		c.printf("\n")
	}
	kind := ""
	if o.Type != "" {
		kind = " of type " + o.Type
	}
	if o.Shard.Of > 0 {
		kind += ", part " + o.Shard.String()
	}
	c.printf("Labelled %s of split %d%s: %s by %s\n", count(L.Rows(), "candidate"), o.Split, kind,
		count(L.NNZ(), "label"), count(L.Cols(), "labeling function"))
	return nil
}

// namedLabel is a label with what it is called.
type namedLabel struct {
	title, name string
	value       int16
}

// labelsOf lists the labels that can occur: those of the class that the file
// declares, else the two of binary candidates or as many classes as occur.
func labelsOf(file *lfs.File, names *annotations.Classes, L *matrix.LabelMatrix) []namedLabel {
	k := int(L.MaxLabel())
	if L.MinLabel() < 0 || k <= 1 {
		k = 2
	}
	var values []any
	if file.Subclass != nil {
		k, values = file.Subclass.Cardinality, file.Subclass.Values
	}
	if names != nil {
		k = names.Len()
	}
	if names.Named() {
		values = nil
	}
	if k == 2 {
		list := []namedLabel{{"Positive", "positive", 1}, {"Negative", "negative", -1}}
		for i := range list {
			if names.Named() {
				list[i].title, _ = classTitle(names, list[i].value)
			}
		}
		return list
	}
	list := make([]namedLabel, k)
	for i := range list {
		label := fmt.Sprint(i + 1)
		list[i] = namedLabel{label, "label_" + label, int16(i + 1)}
		if names.Named() {
			list[i].title, _ = classTitle(names, list[i].value)
		}
		if i < len(values) {
			if name, ok := values[i].(string); ok {
				list[i].title = name
			}
		}
	}
	return list
}

func appliedTable(L *matrix.LabelMatrix, labels []namedLabel) *table {
	const many = 12 // classes; more do not fit a line
	if len(labels) > many {
		labels = nil
	}
	t := &table{columns: []column{{"", "lf", true}, {"key id", "key_id", false}, {"Labels", "labels", false}}}
	for _, l := range labels {
		t.columns = append(t.columns, column{l.title, l.name, false})
	}
	t.columns = append(t.columns, column{"Coverage", "coverage", false})
	const lowest = -1 // label
	counts := make([][]int, L.Cols())
	for j := range counts {
		counts[j] = make([]int, max(int(L.MaxLabel()), 1)-lowest+1)
	}
	given := make([]int, L.Cols())
	_, cols, vals := L.CSR()
	for i, j := range cols {
		counts[j][vals[i]-lowest]++
		given[j]++
	}
	for j, k := range L.Keys() {
		row := []any{k.Name, k.ID, given[j]}
		for _, l := range labels {
			n := 0
			if i := int(l.value - lowest); i < len(counts[j]) {
				n = counts[j][i]
			}
			row = append(row, n)
		}
		t.add(append(row, float64(given[j])/float64(L.Rows()))...)
	}
	return t
}
