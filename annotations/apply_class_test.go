package annotations_test

import (
	"errors"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/candidates"
)

func TestLabelingFunctionsOfAnotherClass(t *testing.T) {
	s := oracleDB(t)
	declare := func(name string, args ...string) *candidates.Subclass {
		c, err := candidates.CandidateSubclass(name, args)
		must(t, err)
		return c
	}
	for _, test := range []struct {
		class *candidates.Subclass
		want  string
	}{
		{declare("Spouse", "person1", "person2"), ""},
		{declare("Spouse", "person2", "person1"), ", Spouse(person2, person1): the arguments of table spouse are person1, person2"},
		{declare("Spouse", "person1"), ", Spouse(person1): the arguments of table spouse are person1, person2"},
		{declare("Friend", "person1", "person2"), ", Friend(person1, person2): the candidates of split 1 are of type spouse and not friend"},
	} {
		a := annotations.LabelAnnotator{LFs: []annotations.LF{always("LF_one", 1)}, Subclass: test.class}
		_, err := a.Labels(t.Context(), s, split(1))
		if test.want == "" {
			must(t, err)
		} else if !errors.Is(err, annotations.ErrOtherClass) || !strings.HasSuffix(err.Error(), test.want) {
			t.Errorf("%v, want …%s", err, test.want)
		}
	}
}
