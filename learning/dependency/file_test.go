package dependency_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning/dependency"
)

// fourLFs is a matrix of LF_0 to LF_3.
func fourLFs(t testing.TB) *matrix.LabelMatrix {
	t.Helper()
	keys := make([]matrix.Key, 4)
	for j := range keys {
		keys[j] = matrix.Key{ID: int64(j + 1), Name: fmt.Sprint("LF_", j)}
	}
	L, err := matrix.New[int16]([]int64{1000}, keys, nil)
	if err != nil {
		t.Fatal(err)
	}
	return L
}

// everyType has one dependency of each type, in the order of models.
func everyType() []dependency.Dependency {
	return []dependency.Dependency{
		{J: 0, K: 2, Type: dependency.Similar, Weight: 0.1},
		{J: 3, K: 1, Type: dependency.Fixing, Weight: -1e-17},
		{J: 1, K: 3, Type: dependency.Reinforcing, Weight: 0},
		{J: 0, K: 1, Type: dependency.Exclusive, Weight: 12345.678901234567},
	}
}

// dependencyText is what is written of dependencies among L's LFs.
func dependencyText(t testing.TB, L *matrix.LabelMatrix, deps []dependency.Dependency) string {
	t.Helper()
	var b bytes.Buffer
	if err := dependency.Write(&b, dependency.Name(L, deps)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// resolved reads a document for L.
func resolved(L *matrix.LabelMatrix, text string) ([]dependency.Dependency, error) {
	named, err := dependency.Read(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	return dependency.Resolve(L, named)
}

func TestDependenciesAreReadAsTheyWereWritten(t *testing.T) {
	L := fourLFs(t)
	for _, deps := range [][]dependency.Dependency{everyType(), {}} {
		got, err := resolved(L, dependencyText(t, L, deps))
		if err != nil || !slices.Equal(got, deps) {
			t.Errorf("got %v, %v, want %v", got, err, deps)
		}
	}
}

func TestDependenciesAreWrittenInTheirShape(t *testing.T) {
	L := fourLFs(t)
	const want = `{
  "dependencies": [
    {
      "lf1": "LF_0",
      "lf2": "LF_2",
      "j": 0,
      "k": 2,
      "type": "similar",
      "weight": 0.1
    }
  ]
}
`
	if got := dependencyText(t, L, everyType()[:1]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := dependencyText(t, L, nil), "{\n  \"dependencies\": []\n}\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Column numbers move when LFs come and go, names do not.
func TestNamesCountBeforeColumns(t *testing.T) {
	for text, want := range map[string]dependency.Dependency{
		`{"lf1": "LF_3", "lf2": "LF_1", "j": 0, "k": 99, "type": "fixing"}`:  {J: 3, K: 1, Type: dependency.Fixing},
		`{"lf1": "LF_3", "k": 0, "type": "similar", "weight": null}`:         {J: 3, K: 0},
		`{"j": 2, "lf2": "LF_0", "type": "exclusive", "weight": -2.5}`:       {J: 2, K: 0, Type: dependency.Exclusive, Weight: -2.5},
		`{"k": 3, "j": 2, "lf1": "", "type": "reinforcing"}`:                 {J: 2, K: 3, Type: dependency.Reinforcing},
		`{"j": -1, "k": 4, "type": "similar"}`:                               {J: -1, K: 4}, // training refuses it
		`{"j": null, "lf1": "LF_1", "lf2": null, "k": 2, "type": "similar"}`: {J: 1, K: 2},
	} {
		got, err := resolved(fourLFs(t), `{"dependencies": [`+text+`]}`)
		if err != nil || !slices.Equal(got, []dependency.Dependency{want}) {
			t.Errorf("%s: got %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestDependenciesOnUnknownLFsAreRefused(t *testing.T) {
	for text, says := range map[string]string{
		`{"lf1": "LF_4", "k": 0, "type": "similar"}`:      `there is no LF "LF_4"`,
		`{"lf1": "lf_1", "k": 0, "type": "similar"}`:      `there is no LF "lf_1"`,
		`{"j": 0, "k": 1, "lf2": "\n", "type": "fixing"}`: `there is no LF "\n"`,
		`{"j": 0, "type": "fixing"}`:                      "a fixing one does not say which LF is its second",
		`{"lf1": "", "lf2": "LF_1", "type": "similar"}`:   "a similar one does not say which LF is its first",
	} {
		_, err := resolved(fourLFs(t), `{"dependencies": [`+text+`]}`)
		if !errors.Is(err, dependency.ErrUnusable) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want ErrUnusable with %q", text, err, says)
		}
	}
}

// noDependencies are documents that are no list of dependencies, and what is
// said of each.
func noDependencies() map[string]string {
	one := func(fields string) string { return `{"dependencies": [{"j": 0, "k": 1, ` + fields + `}]}` }
	return map[string]string{
		"":                                      "it is not JSON",
		"j,k\n0,1\n":                            "it is not JSON",
		`{"dependencies": []} {}`:               "it is not JSON",
		`{"dependencies": [`:                    "it is not JSON",
		"null":                                  `it has no "dependencies"`,
		"{}":                                    `it has no "dependencies"`,
		`{"dependencies": null}`:                `it has no "dependencies"`,
		"[]":                                    `it is a JSON array, not an object with "dependencies"`,
		"7":                                     `it is a JSON number, not an object with "dependencies"`,
		`{"dependencies": 7}`:                   `"dependencies" cannot be a JSON number`,
		`{"dependencies": [1]}`:                 `"dependencies" cannot be a JSON number`,
		`{"dependencies": [], "format": 1}`:     `unknown field "format"`,
		one(`"type": "similar", "de\nps": 1`):   `unknown field "de\nps"`,
		one(`"weight": 1`):                      "dependency 0 has no type",
		one(`"type": null`):                     "dependency 0 has no type",
		one(`"type": "Similar"`):                `"Similar" is no type of dependency; types: similar, fixing, reinforcing, exclusive`,
		one(`"type": "a\nb"`):                   `"a\nb" is no type of dependency`,
		one(`"type": 0`):                        `"type" cannot be a JSON number`,
		one(`"type": "similar", "weight": "1"`): `"weight" cannot be a JSON string`,
		one(`"type": "similar", "weight": 1e999`): `"weight" cannot be a JSON number 1e999`,
		one(`"type": "similar", "weight": NaN`):   "it is not JSON",
		one(`"type": "similar", "j": 1.5`):        `"j" cannot be a JSON number 1.5`,
		one(`"type": "similar", "j": "1"`):        `"j" cannot be a JSON string`,
		one(`"type": "similar", "lf1": 1`):        `"lf1" cannot be a JSON number`,
	}
}

func TestDocumentsThatAreNoDependenciesAreRefusedInOneLine(t *testing.T) {
	for text, says := range noDependencies() {
		deps, err := dependency.Read(strings.NewReader(text))
		if !errors.Is(err, dependency.ErrFile) || deps != nil {
			t.Errorf("%s: %v, %v, want ErrFile", text, deps, err)
			continue
		}
		if !strings.Contains(err.Error(), says) || strings.ContainsAny(err.Error(), "\n\r") || strings.Contains(err.Error(), "Go ") {
			t.Errorf("%s: %q, want one line with %q", text, err, says)
		}
	}
}

type failing struct{}

var errBroken = errors.New("broken")

func (failing) Read([]byte) (int, error)  { return 0, errBroken }
func (failing) Write([]byte) (int, error) { return 0, errBroken }

func TestBrokenFilesAreNotBadDependencies(t *testing.T) {
	if _, err := dependency.Read(failing{}); !errors.Is(err, errBroken) || errors.Is(err, dependency.ErrFile) {
		t.Errorf("Read: %v", err)
	}
	if err := dependency.Write(failing{}, nil); !errors.Is(err, errBroken) {
		t.Errorf("Write: %v", err)
	}
}

// FuzzReadDependencies reads documents made from real ones. Whatever is
// accepted is the same after it is written and read again.
func FuzzReadDependencies(f *testing.F) {
	f.Add([]byte(dependencyText(f, fourLFs(f), everyType())))
	f.Add([]byte(`{"dependencies": [{"lf1": "LF_3", "k": 0, "type": "similar"}, {"j": 1, "k": 2, "type": "exclusive", "weight": null}]}`))
	for text := range noDependencies() {
		f.Add([]byte(text))
	}
	L := fourLFs(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		deps, err := dependency.Read(bytes.NewReader(text))
		if err != nil {
			if !errors.Is(err, dependency.ErrFile) || strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("%q is not ErrDependencyFile in one line", err)
			}
			return
		}
		var b bytes.Buffer
		if err := dependency.Write(&b, deps); err != nil {
			t.Fatal(err)
		}
		again, err := dependency.Read(&b)
		if err != nil || !reflect.DeepEqual(again, deps) {
			t.Fatalf("%+v is read again as %+v, %v", deps, again, err)
		}
		found, err := dependency.Resolve(L, deps)
		if err == nil {
			_, err = dependency.Normalize(found, L.Cols(), 2)
		}
		if err != nil && (!errors.Is(err, dependency.ErrUnusable) || strings.ContainsAny(err.Error(), "\n\r")) {
			t.Fatalf("%q is not ErrDependency in one line", err)
		}
	})
}
