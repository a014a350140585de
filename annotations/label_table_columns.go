package annotations

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"workbench/candidates/spelling"
)

// columnNames are the names by which columns of a table are recognised, without
// case, space and punctuation; the doc comment of [ReadLabelTable] lists them.
type columnNames struct{ task, worker, label, text, gold []string }

func knownColumns() columnNames {
	return columnNames{
		task: []string{"task", "taskid", "item", "itemid", "question", "questionid", "candidate", "candidateid", "stableid",
			"example", "exampleid", "object", "objectid", "instance", "instanceid", "unit", "unitid", "sample", "sampleid",
			"doc", "docid", "hitid", "origid", "uid", "id"},
		worker: []string{"worker", "workerid", "annotator", "annotatorid", "amtworkerids", "performer", "rater", "raterid",
			"labeler", "labelerid", "coder", "key", "lf", "labelingfunction"},
		label: []string{"label", "value", "answer", "response", "vote", "annotation", "judgment", "rating"},
		text:  []string{"text"},
		gold:  []string{"gold", "goldlabel", "truth", "groundtruth", "truelabel"},
	}
}

// tableColumns are the places of columns, −1 for those that a table has not.
type tableColumns struct {
	task, worker, label, text, gold int
	lfs                             []int // of a wide table
	ignored                         []string
}

// pandasIndex is how pandas calls an index without a name in a Parquet file.
const pandasIndex = "__index_level_0__"

// columnFinder finds columns in a header.
type columnFinder struct {
	header []string
	plain  []string // without case, space and punctuation
	taken  []bool
}

func newColumnFinder(header []string) *columnFinder {
	f := &columnFinder{header: header, taken: make([]bool, len(header))}
	for _, name := range header {
		f.plain = append(f.plain, plainName(name))
	}
	return f
}

// findTableColumns tells what the columns of a table are. Those of an array are
// the id and labeling functions, whatever they are called.
func findTableColumns(header []string, isArray bool, o LabelTableOptions) (c tableColumns, err error) {
	c = tableColumns{task: -1, worker: -1, label: -1, text: -1, gold: -1}
	if isArray {
		c.task = 0
		for i := range header[1:] {
			c.lfs = append(c.lfs, i+1)
		}
		return c, nil
	}
	f := newColumnFinder(header)
	known := knownColumns()
	// What is named goes first: no other column is it.
	for _, named := range []struct {
		name  string
		place *int
	}{{o.TaskColumn, &c.task}, {o.WorkerColumn, &c.worker}, {o.LabelColumn, &c.label}, {o.TextColumn, &c.text}, {o.GoldColumn, &c.gold}} {
		if *named.place, err = f.named(named.name); err != nil {
			return c, err
		}
	}
	for _, name := range o.LFs {
		i, err := f.named(name)
		if err != nil {
			return c, err
		}
		c.lfs = append(c.lfs, i)
	}
	find := func(what string, place *int, names []string) {
		if *place < 0 && err == nil {
			*place, err = f.recognised(what, names)
		}
	}
	find("text", &c.text, known.text)
	if !o.NoGold {
		find("gold label", &c.gold, known.gold)
	}
	find("id of the candidate", &c.task, known.task)
	long := o.WorkerColumn != "" || o.LabelColumn != "" || o.LFs == nil && c.task >= 0 && f.some(known.worker) && f.some(known.label)
	if long {
		find("worker", &c.worker, known.worker)
		find("label", &c.label, known.label)
	} else if !o.NoGold {
		find("gold label", &c.gold, []string{"label"})
	}
	if err != nil {
		return c, err
	}
	others := slices.Concat(known.task, known.text, known.gold, []string{"label"}) // not the one that was named
	for i, name := range header {
		switch {
		case f.taken[i]:
		case long || o.LFs != nil || name == pandasIndex || slices.Contains(others, f.plain[i]):
			c.ignored = append(c.ignored, name)
		default:
			c.lfs = append(c.lfs, i)
		}
	}
	return c, c.check(long, header, o)
}

// check reports what a table lacks.
func (c *tableColumns) check(long bool, header []string, o LabelTableOptions) error {
	columns := strings.Join(header, ", ")
	switch {
	case long && o.LFs != nil:
		return fmt.Errorf("%w: with a column of workers there are no columns of labeling functions", ErrColumns)
	case long && c.task < 0:
		return fmt.Errorf("%w: none of %s is the id of the candidate", ErrColumns, columns)
	case long && c.worker < 0:
		return fmt.Errorf("%w: none of %s is the worker", ErrColumns, columns)
	case long && c.label < 0:
		return fmt.Errorf("%w: none of %s is the label", ErrColumns, columns)
	case !long && len(c.lfs) == 0:
		return fmt.Errorf("%w: none of %s is a labeling function", ErrColumns, columns)
	}
	return nil
}

// plainName is a column's name without case, space and punctuation.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// named is the place of a column that somebody named, −1 for "".
func (f *columnFinder) named(name string) (int, error) {
	if name == "" {
		return -1, nil
	}
	i := slices.Index(f.header, name)
	switch {
	case i < 0:
		return i, fmt.Errorf("there is no column %q%s; the columns are %s", name, spelling.Hint(name, f.header), strings.Join(f.header, ", "))
	case f.taken[i]:
		return i, fmt.Errorf("the column %q cannot be two things", name)
	}
	f.taken[i] = true
	return i, nil
}

// recognised is the place of the only column that has one of the names, −1 if
// none has.
func (f *columnFinder) recognised(what string, names []string) (int, error) {
	found := -1
	for i, name := range f.plain {
		switch {
		case f.taken[i] || !slices.Contains(names, name):
		case found >= 0:
			return -1, fmt.Errorf("%w: both %s and %s may be the %s", ErrColumns, f.header[found], f.header[i], what)
		default:
			found = i
		}
	}
	if found >= 0 {
		f.taken[found] = true
	}
	return found, nil
}

// some reports whether a column that is nothing else has one of the names.
func (f *columnFinder) some(names []string) bool {
	for i, name := range f.plain {
		if !f.taken[i] && slices.Contains(names, name) {
			return true
		}
	}
	return false
}
