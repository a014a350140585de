package annotations_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
)

func TestNamesOfClassesAreRemembered(t *testing.T) {
	path := copyOracle(t, "DELETE FROM label", "DELETE FROM marginal")
	names := &annotations.Classes{Type: "spouse", Names: []string{"b", "a", "c"}}
	format := annotations.LabelFormat{Notation: annotations.Notation{Names: names.Names}}
	store := func(names *annotations.Classes, text string) error {
		s := open(t, path, session.Writable())
		_, err := annotations.ImportLabels(t.Context(), s, annotations.ReadLabels("L", strings.NewReader(text), format),
			annotations.LabelImportOptions{KeyGroup: 7, Replace: true, Classes: names})
		return err
	}
	// What fails is not remembered.
	if store(names, "candidate_id,x\n1,a\n4711,b\n") == nil {
		t.Error("there is no candidate 4711")
	}
	none, err := annotations.LoadClasses(t.Context(), open(t, path), "spouse")
	must(t, err)
	if none != nil || none.Name(1) != "" || none.Fits(2) || none.Check(t.Context(), open(t, path)) != nil {
		t.Errorf("classes %v", none)
	}
	for range 2 {
		must(t, store(names, "candidate_id,x\n1,a\n2,b\n3,c\n4,\n"))
	}
	s := open(t, path)
	got, err := annotations.LoadClasses(t.Context(), s, "spouse")
	must(t, err)
	if !slices.Equal(got.Names, names.Names) || got.String() != "b is 1, a is 2, c is 3" || got.Name(2) != "a" || got.Name(0) != "" {
		t.Errorf("classes %v", got)
	}
	equal(t, "labels", lines(t, path, `SELECT l.value FROM label AS l JOIN label_key AS k ON k.id = l.key_id WHERE k."group" = 7 ORDER BY candidate_id`),
		[]string{"2", "1", "3"})
	other := &annotations.Classes{Type: "spouse", Names: []string{"a", "b"}}
	if err := other.Check(t.Context(), s); !errors.Is(err, annotations.ErrOtherClasses) {
		t.Errorf("error %v", err)
	}
	before := content(t, path)
	if err := store(other, "candidate_id,x\n9,a\n"); !errors.Is(err, annotations.ErrOtherClasses) || content(t, path) != before {
		t.Errorf("error %v, or the file changed", err)
	}

	// They tell how many classes there are.
	ones := column(t, 1, 2)
	if k, err := annotations.ChooseCardinality(t.Context(), s, 0, 0, ones); k != 3 || err != nil {
		t.Errorf("cardinality %d, error %v", k, err)
	}
	if _, err := annotations.ChooseCardinality(t.Context(), s, 0, 0, column(t, -1)); !errors.Is(err, matrix.ErrBadLabel) {
		t.Errorf("error %v", err)
	}
}
