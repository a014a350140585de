package matrix_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
)

// testdata is the folder of the whole project.
const testdata = "../../testdata/"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[E comparable](t testing.TB, what string, got, want []E) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// wantError checks that an error says certain things.
func wantError(t testing.TB, what string, err error, says ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", what)
		return
	}
	for _, text := range says {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %q does not say %q", what, err, text)
		}
	}
}

func readJSON(t testing.TB, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	must(t, json.Unmarshal(data, into))
}

// loaded is a label matrix of the database in testdata.
func loaded(t testing.TB, split, group int) *matrix.LabelMatrix {
	t.Helper()
	s, err := session.Open(t.Context(), testdata+"oracle/snorkel07.db")
	must(t, err)
	defer s.Close()
	L, err := annotations.LabelAnnotator{}.LoadMatrix(t.Context(), s, annotations.Selection{Split: split, KeyGroup: group})
	must(t, err)
	return L
}
