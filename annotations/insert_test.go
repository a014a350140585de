package annotations_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
)

// newLabels makes labels of new keys for the candidates of split 0.
func newLabels(t testing.TB, n, group int) *matrix.LabelMatrix {
	t.Helper()
	L, err := label.LoadMatrix(t.Context(), oracleDB(t), annotations.Selection{Split: 0})
	must(t, err)
	random := rand.New(rand.NewPCG(11, 12))
	var names []matrix.Key
	var entries []matrix.Entry[int16]
	for j := range n {
		names = append(names, matrix.Key{ID: -1, Name: fmt.Sprint("new ", j), Group: group})
		for i := range L.Rows() {
			if v := random.IntN(3) - 1; v != 0 && j != 1 { // the second never votes
				entries = append(entries, matrix.Entry[int16]{Row: i, Col: j, Value: int16(v)})
			}
		}
	}
	made, err := matrix.New(L.Candidates(), names, entries)
	must(t, err)
	return made
}

func TestAddedLabelsReadBack(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	added := newLabels(t, 5, 3)
	must(t, annotations.AddLabels(t.Context(), s, added))
	got, err := label.LoadMatrix(t.Context(), s, annotations.Selection{Split: 0, KeyGroup: 3})
	must(t, err)
	equal(t, "entries", got.Entries(), added.Entries())
	equal(t, "candidates", got.Candidates(), added.Candidates())
	for j, k := range got.Keys() { // also of the one that never votes
		if k.Name != fmt.Sprint("new ", j) || k.Group != 3 || k.ID != int64(17+j) {
			t.Errorf("column %d is %+v", j, k)
		}
	}
	must(t, s.Close())
	if dump(t, path, "label", "label_key") != dump(t, copyOracle(t), "label", "label_key") {
		t.Error("another table than label and label_key changed")
	}
	old := `SELECT * FROM label WHERE key_id <= 16`
	equal(t, "labels of before", lines(t, path, old), lines(t, copyOracle(t), old))
	equal(t, "kinds of value", lines(t, path, "SELECT DISTINCT typeof(value), value FROM label WHERE key_id > 16 ORDER BY value"), []string{"integer -1", "integer 1"})
}

func TestAddedGoldLabelsAreANewAnnotator(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	added := newLabels(t, 1, 0)
	must(t, annotations.AddGoldLabels(t.Context(), s, added))
	got, err := annotations.LoadGoldLabels(t.Context(), s, "new 0", annotations.Selection{Split: 0})
	must(t, err)
	equal(t, "entries", got.Entries(), added.Entries())
	must(t, s.Close())
	if dump(t, path, "gold_label", "gold_label_key") != dump(t, copyOracle(t), "gold_label", "gold_label_key") {
		t.Error("another table than gold_label and gold_label_key changed")
	}
}

func TestLabelsOfAKeyThatExistsChangeNothing(t *testing.T) {
	unknown, err := matrix.New([]int64{1, 4711}, []matrix.Key{{Name: "fine"}},
		[]matrix.Entry[int16]{{Row: 0, Value: 1}, {Row: 1, Value: 1}})
	must(t, err)
	twice, err := matrix.New([]int64{1, 1}, []matrix.Key{{Name: "fine"}},
		[]matrix.Entry[int16]{{Row: 0, Value: 1}, {Row: 1, Value: 1}})
	must(t, err)
	named := func(names ...string) *matrix.LabelMatrix {
		var all []matrix.Key
		for _, name := range names {
			all = append(all, matrix.Key{Name: name})
		}
		L, err := matrix.New([]int64{1}, all, []matrix.Entry[int16]{{Row: 0, Col: 0, Value: 1}})
		must(t, err)
		return L
	}
	for name, test := range map[string]struct {
		L    *matrix.LabelMatrix
		add  func(t *testing.T, s *session.Session, L *matrix.LabelMatrix) error
		says string
	}{
		"an LF's name":            {named("new", "LF_and_married"), addLabels, `"LF_and_married" of group 0`},
		"two of one name":         {named("new", "new"), addLabels, `"new" of group 0`},
		"an annotator's name":     {named("other", "gold"), addGold, `"gold" of group 0`},
		"a candidate not there":   {unknown, addLabels, "FOREIGN KEY"},
		"a candidate given twice": {twice, addGold, "UNIQUE"},
	} {
		t.Run(name, func(t *testing.T) {
			path := copyOracle(t)
			before := content(t, path)
			s := open(t, path, session.Writable())
			wantError(t, name, test.add(t, s, test.L), test.says)
			must(t, s.Close())
			if content(t, path) != before {
				t.Error("the file changed")
			}
		})
	}
}

func addLabels(t *testing.T, s *session.Session, L *matrix.LabelMatrix) error {
	return annotations.AddLabels(t.Context(), s, L)
}

func addGold(t *testing.T, s *session.Session, L *matrix.LabelMatrix) error {
	return annotations.AddGoldLabels(t.Context(), s, L)
}

func TestTheSameNameMayStandInAnotherGroup(t *testing.T) {
	s := open(t, copyOracle(t), session.Writable())
	L, err := matrix.New([]int64{1}, []matrix.Key{{Name: "LF_and_married", Group: 7}}, []matrix.Entry[int16]{{Value: -1}})
	must(t, err)
	must(t, annotations.AddLabels(t.Context(), s, L))
	got, err := label.LoadMatrix(t.Context(), s, annotations.Selection{KeyGroup: 7})
	must(t, err)
	equal(t, "entries", got.Entries(), L.Entries())
}

func TestLabelsAreAddedToOldFiles(t *testing.T) {
	for _, name := range []string{"snorkel05.sql", "snorkel06.sql"} {
		s := open(t, build(t, name), session.Writable())
		L, err := matrix.New([]int64{1, 2}, []matrix.Key{{Name: "new"}}, []matrix.Entry[int16]{{Row: 1, Value: -1}})
		must(t, err)
		must(t, annotations.AddLabels(t.Context(), s, L))
		got, err := label.LoadMatrix(t.Context(), s, annotations.Selection{KeyNames: []string{"new"}})
		must(t, err)
		equal(t, name, got.Entries(), L.Entries())
	}
}

func TestReadOnlySessionTakesNoLabels(t *testing.T) {
	for _, add := range []func(*testing.T, *session.Session, *matrix.LabelMatrix) error{addLabels, addGold} {
		if err := add(t, oracleDB(t), newLabels(t, 1, 3)); !errors.Is(err, session.ErrReadOnly) {
			t.Errorf("error %v, want ErrReadOnly", err)
		}
	}
}

func TestLoadingChangesNothing(t *testing.T) {
	path := copyOracle(t)
	before := content(t, path)
	s := open(t, path, session.Writable())
	_, err := label.LoadMatrix(t.Context(), s, annotations.Selection{})
	must(t, err)
	_, err = annotations.FeatureAnnotator{}.LoadMatrix(t.Context(), s, annotations.Selection{})
	must(t, err)
	_, err = annotations.LoadGoldLabels(t.Context(), s, "gold", annotations.Selection{Split: 1})
	must(t, err)
	_, err = annotations.LoadMarginals(t.Context(), s, annotations.Selection{}, true, 0)
	must(t, err)
	must(t, s.Close())
	if content(t, path) != before {
		t.Error("loading changed the file")
	}
}
