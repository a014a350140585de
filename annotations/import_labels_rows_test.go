package annotations_test

import (
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

// readLabels reads a table to its end or its first error; rows are written as
// position:candidate=labels.
func readLabels(text string, format annotations.LabelFormat) (rows []string, err error) {
	for row, err := range annotations.ReadLabels("L", strings.NewReader(text), format) {
		if err != nil {
			return rows, err
		}
		who := fmt.Sprint(row.Candidate)
		if row.Class != nil {
			who = row.Class.Table + strings.Join(row.StableIDs, "~")
		}
		rows = append(rows, fmt.Sprintf("%v:%s=%v%v %t", row.Position, who, row.LFs, row.Labels, row.Whole))
	}
	return rows, nil
}

func TestTablesOfLabelsAreRead(t *testing.T) {
	s := oracleDB(t)
	classes := annotations.LabelFormat{Classes: []*candidates.Subclass{spouse(t, s)}}
	for text, want := range map[string][]string{
		"candidate_id,a,b\n3,1,\n4.0,NaN,-1.0\n":                {"L:2:3=[a b][1 0] true", "L:3:4=[a b][0 -1] true"},
		"candidate_id,a,b\n":                                    {"L:1:0=[a b][] false"},
		"key,value,candidate_id\na,True,7\nb,FALSE,7\n\nb,,8\n": {"L:2:7=[a][1] false", "L:3:7=[b][-1] false", "L:5:8=[b][0] false"},
		"key,value,candidate_id\n":                              nil,
		"person2\ta\tperson1\ny\t2\tx\n":                        {"L:2:spousex~y=[a][2] true"},
	} {
		rows, err := readLabels(text, classes)
		must(t, err)
		equal(t, text, rows, want)
	}
	_, err := readLabels("candidate_id,a\n1,1\n\xff,1\n", classes)
	wantError(t, "Latin-1", err, `L:3: column "candidate_id" is not valid UTF-8`)
	for range annotations.ReadLabels("L", strings.NewReader("candidate_id,a\n1,1\n2,bad\n"), classes) {
		break
	}
}

// sequence gives rows, and then an error if there is one.
func sequence(err error, rows ...annotations.LabelRow) iter.Seq2[annotations.LabelRow, error] {
	return func(yield func(annotations.LabelRow, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
		if err != nil {
			yield(annotations.LabelRow{}, err)
		}
	}
}

func TestLabelsMayComeFromAnywhere(t *testing.T) {
	path := copyOracle(t, "DELETE FROM label", "DELETE FROM label_key")
	s := open(t, path, session.Writable())
	class := spouse(t, s)
	ids := strings.Split(lines(t, path, `SELECT x.stable_id || '~~' || y.stable_id FROM spouse
		JOIN context AS x ON x.id = person1_id JOIN context AS y ON y.id = person2_id WHERE spouse.id = 2`)[0], "~~")
	one := annotations.LabelRow{Candidate: 1, LFs: []string{"a", "b"}, Labels: []int16{1, -1}}
	two := annotations.LabelRow{Class: class, StableIDs: ids, Whole: true, LFs: []string{"b", "c"}, Labels: []int16{1, 0}}
	three := annotations.LabelRow{Candidate: 3, LFs: []string{"a"}, Labels: []int16{1}}
	none := annotations.LabelRow{LFs: []string{"d"}}
	done, err := annotations.ImportLabels(t.Context(), s, sequence(nil, one, two, three, none), annotations.LabelImportOptions{})
	must(t, err)
	if want := (annotations.ImportedLabels{Labels: 4, Candidates: 3, KeysCreated: 4}); done != want {
		t.Errorf("%+v, want %+v", done, want)
	}
	equal(t, "labels", lines(t, path, "SELECT candidate_id, name, value FROM label JOIN label_key AS k ON k.id = key_id ORDER BY 1, 2"),
		[]string{"1 a 1", "1 b -1", "2 b 1", "3 a 1"})
	equal(t, "keys", lines(t, path, "SELECT name FROM label_key ORDER BY id"), []string{"a", "b", "c", "d"})

	before := content(t, path)
	_, err = annotations.ImportLabels(t.Context(), s, sequence(nil, one, three, one), annotations.LabelImportOptions{KeyGroup: 1})
	wantError(t, "rows without a line", err, "a row comes twice")
	at := func(row annotations.LabelRow, line int) annotations.LabelRow { row.Line = line; return row }
	short, small := three, three
	short.Labels, small.Labels = []int16{1, 1}, []int16{-2}
	nobody := annotations.LabelRow{Candidate: 4711, LFs: []string{"a"}, Labels: []int16{1}}
	for says, rows := range map[string][]annotations.LabelRow{
		"line 7: 2 labels by 1 labeling functions":                     {at(none, 6), at(short, 7), at(nobody, 8)},
		"line 7: unusable value: label -2 is outside -1..32767":        {at(small, 7), at(nobody, 8)},
		"line 7: candidate 4711: no candidate":                         {at(nobody, 7), at(two, 8), at(small, 9)},
		"line 8: the label of candidate 1 by b came in line 7":         {at(one, 7), at(annotations.LabelRow{Candidate: 1, LFs: one.LFs[1:], Labels: one.Labels[1:]}, 8)},
		"line 8: candidate 2 came in line 7 already":                   {at(two, 7), at(two, 8), at(small, 9)},
		"the labels are gone":                                          {three},
		"line 9: the label of candidate 3 by a came in line 7 already": {at(three, 7), at(two, 8), at(three, 9), at(nobody, 10)},
	} {
		var failure error
		if len(rows) == 1 {
			failure = fmt.Errorf("the labels are gone")
		}
		_, err := annotations.ImportLabels(t.Context(), s, sequence(failure, rows...), annotations.LabelImportOptions{KeyGroup: 1})
		wantError(t, says, err, says)
	}
	if content(t, path) != before {
		t.Error("the file changed")
	}
}

// whenRead calls a function before the first byte is read.
type whenRead struct {
	io.Reader
	once func()
}

func (r *whenRead) Read(p []byte) (int, error) {
	if once := r.once; once != nil {
		r.once = nil
		once()
	}
	return r.Reader.Read(p)
}

// Others can write while an import waits for its table to begin, as it does at a
// pipe.
func TestWaitingForATableHoldsNoLock(t *testing.T) {
	path := manyCandidates(t, 3)
	other := open(t, path, session.Writable())
	written := false
	table := &whenRead{Reader: strings.NewReader(labelRows(3)), once: func() {
		must(t, other.Update(t.Context(), func(tx *session.Tx) error {
			n, err := tx.Exec("UPDATE candidate SET split = 7 WHERE id = 2")
			written = n == 1
			return err
		}))
	}}
	_, err := importInto(t, path, labelImport{}, table)
	must(t, err)
	if !written {
		t.Error("nothing was written in the meantime")
	}
	equal(t, "splits", lines(t, path, "SELECT split FROM candidate WHERE id = 2"), []string{"7"})
}
