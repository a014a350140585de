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

func TestTheNumberOfClassesIsRemembered(t *testing.T) {
	path := copyOracle(t, "DELETE FROM label WHERE value <> 1", "DELETE FROM marginal")
	s := open(t, path, session.Writable())
	three := &annotations.Classes{Type: "spouse", Cardinality: 3}
	for range 2 {
		must(t, annotations.SaveClasses(t.Context(), s, three, false))
	}
	s = open(t, path, session.Writable())
	got, err := annotations.LoadClasses(t.Context(), s, "spouse")
	must(t, err)
	if got.Named() || got.Len() != 3 || got.String() != "3 classes" || got.Name(1) != "" || got.Fits(3) {
		t.Errorf("classes %+v", got)
	}
	if k, err := annotations.ChooseCardinality(t.Context(), s, 0, 0, column(t, 1, 2)); k != 3 || err != nil {
		t.Errorf("cardinality %d, error %v", k, err)
	}
	if _, err := annotations.ChooseCardinality(t.Context(), s, 4, 0, column(t, 1, 2)); !errors.Is(err, annotations.ErrOtherNumber) {
		t.Errorf("error %v", err)
	}
	if _, err := annotations.LoadMarginals(t.Context(), s, annotations.Selection{}, true, 2); !errors.Is(err, annotations.ErrOtherNumber) {
		t.Errorf("error %v", err)
	}
	two := &annotations.Classes{Type: "spouse", Names: []string{"a", "b"}}
	if err := annotations.SaveClasses(t.Context(), s, two, false); !errors.Is(err, annotations.ErrOtherNumber) {
		t.Errorf("error %v", err)
	}

	// Names of so many may come later, and the number alone does not undo them.
	names := &annotations.Classes{Type: "spouse", Names: []string{"a", "b", "c"}}
	must(t, annotations.SaveClasses(t.Context(), s, names, false))
	must(t, annotations.SaveClasses(t.Context(), s, three, false))
	equal(t, "rows", lines(t, path, "SELECT type, value, name FROM workbench_class ORDER BY value"), []string{"spouse 1 a", "spouse 2 b", "spouse 3 c"})
	must(t, annotations.SaveClasses(t.Context(), s, two, true))
	got, err = annotations.LoadClasses(t.Context(), s, "spouse")
	must(t, err)
	if got.String() != "a is -1, b is 1" {
		t.Errorf("classes %v", got)
	}
	must(t, annotations.ForgetClasses(t.Context(), s, "spouse"))
	if got, err = annotations.LoadClasses(t.Context(), s, "spouse"); got != nil || err != nil {
		t.Errorf("classes %v, error %v", got, err)
	}
}

func TestClassesThatMakeNoSense(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	before := content(t, path)
	for _, c := range []*annotations.Classes{
		{Type: "spouse"}, {Type: "spouse", Cardinality: 1}, {Type: "spouse", Cardinality: 1 << 15},
		{Type: "spouse", Cardinality: 3, Names: []string{"a", "b"}}, {Type: "spouse", Names: []string{"1", "-1"}},
	} {
		for _, replace := range []bool{false, true} {
			if annotations.SaveClasses(t.Context(), s, c, replace) == nil {
				t.Errorf("%+v was stored", c)
			}
		}
	}
	if content(t, path) != before {
		t.Error("the file changed")
	}
}
