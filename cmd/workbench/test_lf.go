package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/lfs"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/learning"
	"workbench/session"
)

func (e *env) testLF() *cli.Command {
	return e.command(command{
		name:  "test-lf",
		usage: "compare labeling functions with gold labels, without storing anything",
		examples: []string{
			"workbench test-lf --lfs lfs.yaml --split 1 --gold gold",
			"workbench test-lf --lfs lfs.yaml --lf LF_married --split 1 --gold gold --show fp --limit 10",
			"workbench test-lf --lf LF_stored --split 1 --gold gold",
		},
		flags: slices.Concat(lfFlags(), splitFlags(), []cli.Flag{
			&cli.IntFlag{Name: "key-group", Usage: "without --lfs, group of the stored label keys"},
			cardinalityFlag(), goldFlag(),
			&cli.StringFlag{Name: "show", Usage: "list the candidates of this `BUCKET` of one labeling function, their arguments marked in the sentence as " +
				"[A: first] and [B: second]: tp, fp, fn, tn, or of more than two classes correct, incorrect; or abstain"},
			&cli.IntFlag{Name: "limit", Usage: "with --show, list at most this many", DefaultText: "all"},
		}, runFlags()),
		formats: []string{"json", "csv"},
		action:  (*call).testLF,
	})
}

func (c *call) testLF() error {
	if err := c.checkShow(); err != nil {
		return err
	}
	draft, o, err := c.testedLFs()
	if err != nil {
		return err
	}
	if c.IsSet("show") && draft != nil && draft.Len() > 1 && len(o.KeyNames) != 1 {
		return showOne()
	}
	s, err := c.open()
	if err != nil {
		return err
	}
	defer s.Close()
	// What is wrong with the gold labels comes out before labeling functions run.
	goldMatrix, err := c.goldMatrix(s, "gold", o.Selection)
	if err != nil {
		return err
	}
	var file *lfs.File
	var a annotations.LabelAnnotator
	if draft != nil {
		if file, a, _, err = c.annotator(s, draft, o); err != nil {
			return err
		}
	}
	names, err := c.shownClasses(s, o.Selection)
	if err != nil {
		return err
	}
	if a.Classes.Named() {
		names = a.Classes
	}
	L, err := c.test(s, file, a, o)
	if err != nil {
		return err
	}
	k := 0
	if file != nil && file.Subclass != nil && !c.IsSet("cardinality") {
		k, err = annotations.ChooseCardinality(c.Context.Context, s, file.Subclass.Cardinality, 0, L, goldMatrix)
	} else {
		k, err = c.cardinality(s, nil, L, goldMatrix)
	}
	if err != nil {
		return err
	}
	gold := matrix.Align(L, goldMatrix)
	tests := make([]*learning.LFTest, L.Cols())
	for j := range tests {
		tests[j] = learning.TestLF(L, j, gold, k)
	}
	t := testTable(tests, k)
	if !c.IsSet("show") {
		if err := c.emit(t, nil); err != nil {
			return err
		}
		c.printClasses(names)
		return nil
	}
	if len(tests) != 1 {
		return showOne()
	}
	bucket, err := c.bucket(s, tests[0], L, gold, names)
	if err != nil {
		return err
	}
	switch c.format {
	case "json":
		var r record
		r.set("lfs", t.records())
		r.set("bucket", strings.ToLower(c.String("show")))
		r.set("candidates", bucket.records())
		return c.emitJSON(r)
	case "csv":
		return c.emit(bucket, nil)
	}
	if err := c.emit(t, nil); err != nil {
		return err
	}
	if len(bucket.rows) == 0 {
		return nil
	}
	c.printf("\n")
	return c.emit(bucket, nil)
}

// checkShow checks --show and --limit before anything runs.
func (c *call) checkShow() error {
	_, err := learning.ParseBucket(c.String("show"))
	switch limit := c.Int("limit"); {
	case c.IsSet("limit") && limit < 1:
		return usagef("test-lf: --limit %d is not a positive number", limit)
	case c.IsSet("limit") && !c.IsSet("show"):
		return usagef("test-lf: --limit goes with --show")
	case c.IsSet("show") && err != nil:
		return usagef("test-lf: --show %v", err)
	}
	return nil
}

func showOne() error {
	return usagef("test-lf: --show is about one labeling function; name it with --lf NAME")
}

// testedLFs reads what to test: the labeling functions of --lfs, or without it
// only the selection of stored labels.
func (c *call) testedLFs() (*lfs.Draft, annotations.ApplyOptions, error) {
	if c.IsSet("lfs") {
		if c.IsSet("key-group") {
			return nil, annotations.ApplyOptions{}, usagef("test-lf: --key-group is about stored labels and does not go with --lfs")
		}
		return c.readAnnotator()
	}
	for _, flag := range []string{"workers", "timeout", "skip-orphans", "abstain", "classes"} {
		if c.IsSet(flag) {
			return nil, annotations.ApplyOptions{}, usagef("test-lf: --%s goes with --lfs FILE", flag)
		}
	}
	sel, err := c.selectionBy("lf")
	return nil, annotations.ApplyOptions{Selection: sel}, err
}

// test runs the labeling functions of a file, or loads stored labels.
func (c *call) test(s *session.Session, file *lfs.File, a annotations.LabelAnnotator, o annotations.ApplyOptions) (L *matrix.LabelMatrix, err error) {
	if file == nil {
		return c.load(s, o.Selection)
	}
	err = c.env.term.items("labelling", "candidates", func(report func(done, total int)) error {
		o.Progress = report
		L, err = a.Labels(c.Context.Context, s, o)
		return err
	})
	if err != nil {
		return nil, c.notApplied(file, err)
	}
	return L, nil
}

func testTable(tests []*learning.LFTest, k int) *table {
	t := &table{columns: []column{{"", "lf", true}, {"Coverage", "coverage", false}}}
	if k == 2 {
		t.columns = append(t.columns, column{"TP", "tp", false}, column{"FP", "fp", false}, column{"FN", "fn", false}, column{"TN", "tn", false},
			column{"Precision", "precision", false}, column{"Recall", "recall", false}, column{"F1", "f1", false})
	} else {
		t.columns = append(t.columns, column{"Correct", "correct", false}, column{"Incorrect", "incorrect", false})
	}
	t.columns = append(t.columns, column{"Accuracy", "accuracy", false})
	for _, test := range tests {
		row := []any{test.Name, test.Coverage}
		if k == 2 {
			row = append(row, len(test.TP), len(test.FP), len(test.FN), len(test.TN), test.Scores.Precision, test.Scores.Recall, test.Scores.FBeta)
		} else {
			row = append(row, len(test.Correct), len(test.Incorrect))
		}
		t.add(append(row, test.Scores.Accuracy)...)
	}
	return t
}

// bucket lists the candidates of --show.
func (c *call) bucket(s *session.Session, test *learning.LFTest, L *matrix.LabelMatrix, gold []int16, names *annotations.Classes) (*table, error) {
	name := strings.ToLower(c.String("show"))
	rows, ok := test.Bucket(learning.Bucket(name))
	if !ok {
		return nil, usagef("test-lf: --show %q is none of %s", name, learning.BucketNames(test.Buckets()))
	}
	if limit := c.Int("limit"); limit > 0 {
		rows = rows[:min(limit, len(rows))]
	}
	t := &table{columns: []column{{"candidate", "candidate_id", false}, {"gold", "gold", false}, {"label", "label", false}}}
	if names != nil {
		t.columns = append(t.columns, column{"gold class", "gold_class", true}, column{"label class", "label_class", true})
	}
	t.columns = append(t.columns, column{"text", "text", true})
	if len(rows) == 0 {
		c.env.term.note("note: the bucket %s is empty", name)
		return t, nil
	}
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = L.Candidates()[row]
	}
	at := 0
	err := candidates.Each(c.Context.Context, s, candidates.Query{IDs: ids}, func(batch []candidates.Candidate) error {
		for i := range batch {
			row := rows[at]
			at++
			cells := []any{batch[i].ID, answer(gold[row]), answer(L.At(row, 0))}
			if names != nil {
				cells = append(cells, className(names, gold[row]), className(names, L.At(row, 0)))
			}
			t.add(append(cells, batch[i].MarkedText())...)
		}
		return nil
	})
	return t, err
}

// answer is a label for a table; 0 is none.
func answer(v int16) any {
	if v == 0 {
		return nil
	}
	return int(v)
}
