package annotations

import (
	"fmt"
	"io"
	"math"
	"sort"
	"strings"

	"workbench/annotations/matrix"
	"workbench/candidates"
)

// labelTableReader reads a [LabelTable] row by row.
type labelTableReader struct {
	fileRows
	header  []string
	columns tableColumns
	texts   *labelTexts
	options LabelTableOptions

	out      LabelTable
	gold     []int16 // by candidate: the code of its gold label
	goldLine []int32 // and where it stands, 0 without one; of a wide table's own nil
	tasks    map[string]int32
	workers  map[string]int32
	keys     []matrix.Key
	votes    matrix.Builder[int16]
	lines    lineNumbers // of the votes, of a long table, or of the candidates
}

// openLabelTable reads the header.
func openLabelTable(name string, r io.Reader, o LabelTableOptions) (*labelTableReader, error) {
	t := &labelTableReader{fileRows: fileRows{name: name}, options: o, tasks: make(map[string]int32), workers: make(map[string]int32)}
	var err error
	if t.texts, err = newLabelTexts(o); err != nil {
		return nil, err
	}
	t.rows, err = openTable(r, LabelFormat{Notation: o.Notation, LFs: o.LFs, anonymous: true})
	if err != nil {
		return nil, t.misread(err)
	}
	if err := t.checkNames(); err != nil {
		return nil, err
	}
	_, isArray := t.rows.(*arrayRows)
	t.header = t.rows.Names()
	if t.columns, err = findTableColumns(t.header, isArray, o.withoutTruth()); err != nil {
		return nil, t.wrong(err)
	}
	if p, isParquet := t.rows.(*parquetRows); isParquet {
		t.columns.ignored = append(t.columns.ignored, p.others...)
	}
	t.out.Long = t.columns.worker >= 0
	t.texts.long = t.out.Long
	for _, i := range t.columns.lfs {
		if _, err := t.worker(t.header[i]); err != nil {
			return nil, t.wrong(err)
		}
	}
	return t, nil
}

// take reads a row.
func (t *labelTableReader) take(fields []string, at candidates.Position) error {
	if at.Line > math.MaxInt32 {
		return fmt.Errorf("a table has at most %d lines", math.MaxInt32)
	}
	row, isNew, err := t.candidate(fields)
	switch {
	case err != nil:
		return err
	case !t.out.Long && !isNew:
		return fmt.Errorf("column %s: the candidate %q came in line %d already", t.header[t.columns.task], t.out.IDs[row], t.lines.of(int(row)))
	}
	if isNew {
		if i := t.columns.text; i >= 0 {
			t.out.Text = append(t.out.Text, strings.Clone(fields[i]))
		}
		if t.columns.gold >= 0 {
			t.gold = append(t.gold, 0)
		}
		if t.columns.gold >= 0 && t.out.Long {
			t.goldLine = append(t.goldLine, 0)
		}
	}
	if t.out.Long {
		err = t.takeVote(fields, row, at)
	} else {
		t.lines.add(at.Line)
		err = t.takeLabels(fields, row, at)
	}
	if i := t.columns.gold; err == nil && i >= 0 {
		err = t.takeGold(fields[i], t.header[i], row, at)
	}
	return err
}

// candidate is the row in the matrix of the candidate that a row is about, and
// whether it is the first one.
func (t *labelTableReader) candidate(fields []string) (row int32, isNew bool, err error) {
	row = int32(len(t.out.IDs))
	if row == math.MaxInt32 {
		return 0, false, fmt.Errorf("a table has at most %d candidates", math.MaxInt32)
	}
	if t.columns.task < 0 {
		t.out.IDs = append(t.out.IDs, fmt.Sprint(row+1))
		return row, true, nil
	}
	id := fields[t.columns.task]
	if id == "" {
		return 0, false, fmt.Errorf("column %s is empty", t.header[t.columns.task])
	}
	if at, known := t.tasks[id]; known {
		return at, false, nil
	}
	id = strings.Clone(id) // the row's fields share one string
	t.tasks[id] = row
	t.out.IDs = append(t.out.IDs, id)
	return row, true, nil
}

// worker is the column in the matrix of a worker or labeling function.
func (t *labelTableReader) worker(name string) (int32, error) {
	if col, known := t.workers[name]; known {
		return col, nil
	}
	if err := CheckLFName(name); err != nil {
		return 0, err
	}
	name = strings.Clone(name)
	col := int32(len(t.keys))
	t.keys = append(t.keys, matrix.Key{ID: int64(col) + 1, Name: name})
	t.workers[name] = col
	return col, nil
}

func (t *labelTableReader) takeVote(fields []string, row int32, at candidates.Position) error {
	worker := fields[t.columns.worker]
	if worker == "" {
		return fmt.Errorf("column %s is empty", t.header[t.columns.worker])
	}
	col, err := t.worker(worker)
	if err != nil {
		return fmt.Errorf("column %s: %w", t.header[t.columns.worker], err)
	}
	code, err := t.texts.vote(fields[t.columns.label], t.header[t.columns.label], at)
	if err != nil || code == 0 {
		return err
	}
	t.votes.Add(row, col, code)
	t.lines.add(at.Line)
	return nil
}

func (t *labelTableReader) takeLabels(fields []string, row int32, at candidates.Position) error {
	for j, i := range t.columns.lfs {
		code, err := t.texts.vote(fields[i], t.header[i], at)
		if err != nil {
			return err
		}
		t.votes.Add(row, int32(j), code)
	}
	return nil
}

// takeGold reads a gold label. All rows about a candidate that have one have the
// same.
func (t *labelTableReader) takeGold(text, column string, row int32, at candidates.Position) error {
	code, err := t.texts.gold(text, column, at)
	if err != nil {
		return err
	}
	switch old := t.gold[row]; {
	case code == 0 || code == old:
	case old != 0:
		return fmt.Errorf("column %s: the gold label of %q is %s, and was %s in line %d", column, t.out.IDs[row],
			t.texts.texts[code-1].text, t.texts.texts[old-1].text, t.goldLine[row])
	default:
		t.gold[row] = code
		if t.goldLine != nil {
			t.goldLine[row] = int32(at.Line)
		}
	}
	return nil
}

// lineNumbers keeps the lines of entries that come in order, of which most stand
// in the line behind the one before.
type lineNumbers struct {
	n     int
	from  []int // entries that stand elsewhere
	lines []int // and their lines
}

// add gives the next entry its line.
func (l *lineNumbers) add(line int) {
	last := len(l.from) - 1
	if last < 0 || l.lines[last]+l.n-l.from[last] != line {
		l.from, l.lines = append(l.from, l.n), append(l.lines, line)
	}
	l.n++
}

// of is the line of an entry.
func (l *lineNumbers) of(entry int) int {
	i := sort.SearchInts(l.from, entry+1) - 1
	return l.lines[i] + entry - l.from[i]
}
