package lfs_test

import (
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/lfs"
)

// answers are what the labeling functions of a file say where they match.
func answers(t *testing.T, text string, known *annotations.Classes) (*lfs.File, []annotations.Label, error) {
	t.Helper()
	d, err := lfs.ParseDraft("lfs.yaml", strings.NewReader(text), ".")
	must(t, err)
	f, err := d.File(known)
	if err != nil {
		return nil, nil, err
	}
	labels := make([]annotations.Label, d.Len())
	for i, lf := range f.LFs {
		labels[i], err = lf.Func(textAlone("x"))
		must(t, err)
	}
	return f, labels, nil
}

func TestLabelsOfRememberedClasses(t *testing.T) {
	const head, lf = "candidate: Mail(text)\n", "lfs:\n  - {name: a, label: %, length: {in: span, over: 0}}\n"
	two := &annotations.Classes{Type: "mail", Names: []string{"HAM", "SPAM"}}
	three := &annotations.Classes{Type: "mail", Names: []string{"good", "mixed", "bad"}}
	number := &annotations.Classes{Type: "mail", Cardinality: 3}
	for _, test := range []struct {
		head, label string
		known       *annotations.Classes
		want        annotations.Label // 0 for an error
		says        string
	}{
		{"", "SPAM", two, 1, ""},
		{"", "HAM", two, -1, ""},
		{"", "-1", two, -1, ""},
		{head, "HAM", two, -1, ""},
		{head, "bad", three, 3, ""},
		{head, "3", three, 3, ""},
		{head, "3", number, 3, ""},
		{head + "cardinality: 3\n", "mixed", three, 2, ""},
		{head + "values: [x, y]\n", "x", two, 1, ""},
		{head + "abstain: -1\n", "2", number, 3, ""},
		{"abstain: -1\n", "2", number, 3, ""},
		{"", "SPAM", nil, 0, `lfs.yaml:2: label: "SPAM" is none of 1, -1, true, false and the classes from 1; names need `},
		{"", "SPAM", number, 0, `lfs.yaml:2: label: "SPAM" is none of `},
		{head, "SPAN", two, 0, `lfs.yaml:3: label: "SPAN" is none of the classes HAM, SPAM; did you mean "SPAM"?`},
		{head, "3", nil, 0, "lfs.yaml:3: label: 3 is none of 1 and -1, the labels of two classes"},
		{head, "4", three, 0, "lfs.yaml:3: label: 4 is no class from 1 to 3"},
	} {
		f, labels, err := answers(t, test.head+strings.ReplaceAll(lf, "%", test.label), test.known)
		switch {
		case test.want == 0:
			if err == nil || !strings.HasPrefix(err.Error(), test.says) {
				t.Errorf("%s label: %s of %v: error %v, want %s", test.head, test.label, test.known, err, test.says)
			}
		case err != nil:
			t.Errorf("%s label: %s of %v: %v", test.head, test.label, test.known, err)
		case labels[0] != test.want:
			t.Errorf("%s label: %s of %v: %d, want %d", test.head, test.label, test.known, labels[0], test.want)
		case f.Subclass != nil && f.Subclass.Cardinality != test.known.Len():
			t.Errorf("%s: %d classes", test.head, f.Subclass.Cardinality)
		}
	}
}

func TestDraftSaysWhatTheFileSays(t *testing.T) {
	for head, want := range map[string]string{
		"candidate: Mail(text)\n":                        "nothing",
		"candidate: Mail(text)\ncardinality: 3\n":        "3 classes",
		"candidate: Mail(text)\nclasses: [HAM, SPAM]\n":  "HAM is -1, SPAM is 1",
		"candidate: Mail(text)\nvalues: [x, y]\n":        "nothing",
		"candidate: Mail(text)\nclasses: [a, b, c, d]\n": "a is 1, b is 2, c is 3, d is 4",
	} {
		d, err := lfs.ParseDraft("lfs.yaml", strings.NewReader(head+"lfs:\n  - {name: a, label: 1, terms: [x], in: span}\n"), ".")
		must(t, err)
		got := "nothing"
		if c := d.Classes(d.Subclass().Table); c != nil {
			got = c.String()
		}
		if got != want || d.Subclass().Table != "mail" || d.Len() != 1 {
			t.Errorf("%s: %s, want %s", head, got, want)
		}
	}
}
