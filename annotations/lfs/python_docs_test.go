package lfs_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/lfs"
	"workbench/annotations/program"
)

// pythonFiles writes the Python files of the documentation into a directory.
func pythonFiles(t *testing.T, dir string) {
	t.Helper()
	data, err := os.ReadFile(manual)
	must(t, err)
	files := regexp.MustCompile("(?ms)^```python\n# ([a-z_]+\\.py)\n(.*?)^```$").FindAllSubmatch(data, -1)
	if len(files) != 2 {
		t.Fatalf("%s has %d Python files, want 2", manual, len(files))
	}
	for _, m := range files {
		must(t, os.WriteFile(filepath.Join(dir, string(m[1])), m[2], 0o644))
	}
}

// With the files of the documentation the workshop's Python functions answer
// what they answered in Snorkel, of every candidate.
func TestDocumentedPythonAnswersAsSnorkel(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no Python here: ", err)
	}
	dir := t.TempDir()
	pythonFiles(t, dir)
	for from, to := range map[string]string{"testdata/lfs.py": "lfs.py", oracle + "known_spouses.csv": "known_spouses.csv"} {
		data, err := os.ReadFile(from)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, to), data, 0o644))
	}
	f := readFigures(t, oracle+"helpers.json")
	text := fmt.Sprintf("lfs: [{program: ['%s', label.py], lfs: [%s], processes: 2, abstain: 0}]", python, strings.Join(f.LFNames, ", "))
	file, err := lfs.Parse("lfs.yaml", strings.NewReader(text), dir)
	must(t, err)
	s := open(t, oracle+"snorkel07.db")
	for split, want := range f.LFOutputs {
		var o annotations.ApplyOptions
		o.Split, err = strconv.Atoi(split)
		must(t, err)
		L, err := annotations.LabelAnnotator{LFs: file.LFs}.Labels(t.Context(), s, o)
		must(t, err)
		if L.Rows() != len(want.IDs) || L.NNZ() == 0 {
			t.Fatalf("split %s: %d candidates with %d labels, want %d candidates", split, L.Rows(), L.NNZ(), len(want.IDs))
		}
		for i, id := range want.IDs {
			for j, name := range f.LFNames {
				if got := annotations.Label(L.At(i, j)); L.Candidates()[i] != id || got != want.LFs[i][j] {
					t.Errorf("%s of candidate %d: %d, Snorkel says %d", name, id, got, want.LFs[i][j])
				}
			}
		}
	}
}

// Every field that a program gets is in the documentation.
func TestDocumentedFields(t *testing.T) {
	data, err := os.ReadFile(manual)
	must(t, err)
	_, section, found := strings.Cut(string(data), "### What a program reads")
	if !found {
		t.Fatalf("%s has no section on what a program reads", manual)
	}
	section, _, _ = strings.Cut(section, "###")
	tables := strings.Split(section, "\n| of a")
	for i, fields := range []reflect.Type{reflect.TypeFor[program.Line](), reflect.TypeFor[program.Argument](), reflect.TypeFor[program.Sentence]()} {
		for _, field := range reflect.VisibleFields(fields) {
			if field.Anonymous {
				continue // its own fields come next
			}
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if !strings.Contains(tables[1+i], "`"+name+"`") {
				t.Errorf("%s: table %d does not mention `%s`", manual, 1+i, name)
			}
		}
	}
}
