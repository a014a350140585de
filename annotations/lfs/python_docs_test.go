package lfs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	"workbench/annotations"
	"workbench/annotations/lfs"
	"workbench/annotations/matrix"
	"workbench/annotations/program"
	"workbench/candidates"
)

// pythonFiles copies the Python files that the documentation ships into a
// directory.
func pythonFiles(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.Dir(manual), "python", "*.py"))
	must(t, err)
	if len(files) != 2 {
		t.Fatalf("%d Python files, want 2", len(files))
	}
	for _, file := range files {
		copyTo(t, dir, filepath.Base(file), file)
	}
}

func copyTo(t *testing.T, dir, name, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, name), data, 0o644))
}

func needPython(t *testing.T) string {
	t.Helper()
	python, err := interpreter()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("there is no Python here: ", err)
	}
	must(t, err)
	return python
}

// interpreter asks Python where it is: python3 may be a script that looks for the
// right one at each start, which takes longer than Python itself.
var interpreter = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	return strings.TrimSpace(string(out)), err
})

// Candidates and helpers in Python answer what they answered in Snorkel.
func TestShippedPythonHelpersAnswerAsSnorkel(t *testing.T) {
	python := needPython(t)
	dir := t.TempDir()
	pythonFiles(t, dir)
	copyTo(t, dir, "check_helpers.py", "testdata/check_helpers.py")
	copyTo(t, dir, "helpers.json", oracle+"helpers.json")
	s := open(t, oracle+"snorkel07.db")
	var lines bytes.Buffer
	enc := json.NewEncoder(&lines)
	for split := range 3 {
		cands, err := candidates.Load(t.Context(), s, candidates.Query{Split: split})
		must(t, err)
		for i := range cands {
			line, err := program.NewLine(&cands[i])
			must(t, err)
			must(t, enc.Encode(line))
		}
	}
	cmd := exec.Command(python, "check_helpers.py", "helpers.json")
	cmd.Dir, cmd.Stdin = dir, &lines
	out, err := cmd.CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("%v: %.2000s", err, out)
	}
}

// A labeling function that fails is named with the candidate and the place, in
// one line; what it imports of Snorkel is there, and what it prints is no answer.
func TestShippedPythonSaysWhatFailed(t *testing.T) {
	python := needPython(t)
	dir := t.TempDir()
	pythonFiles(t, dir)
	const module = `
from snorkel.lf_helpers import get_left_tokens, get_tagged_text
names = {}
def LF_fine(c):
    print("looking at", c.id)
    return True if "{{A}}" in get_tagged_text(c) else None
def lookup(c):
    return names[c.person1.get_span()]
def LF_fails(c):
    return c.id == 3 and lookup(c)
`
	must(t, os.WriteFile(filepath.Join(dir, "mine.py"), []byte(module), 0o644))
	s := open(t, oracle+"snorkel07.db")
	run := func(names string) (*matrix.LabelMatrix, error) {
		text := fmt.Sprintf("lfs: [{program: ['%s', label.py, mine], lfs: [%s]}]", python, names)
		file, err := lfs.Parse("lfs.yaml", strings.NewReader(text), dir)
		must(t, err)
		return annotations.LabelAnnotator{LFs: file.LFs}.Labels(t.Context(), s, annotations.ApplyOptions{})
	}
	_, err := run("LF_fine, LF_fails")
	const says = "; it said: LF_fails, candidate 3: KeyError: '"
	if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") ||
		!strings.HasSuffix(err.Error(), "' (mine.py:8 in lookup: return names[c.person1.get_span()])") {
		t.Errorf("error %v", err)
	}
	must(t, os.WriteFile(filepath.Join(dir, "mine.py"), []byte(strings.Replace(module, "== 3", "< 0", 1)), 0o644))
	L, err := run("LF_fine, LF_fails")
	must(t, err)
	if L.NNZ() != L.Rows() || L.At(0, 0) != 1 {
		t.Errorf("%d labels of %d candidates", L.NNZ(), L.Rows())
	}
}

// With the files of the documentation the workshop's Python functions answer
// what they answered in Snorkel, of every candidate.
func TestDocumentedPythonAnswersAsSnorkel(t *testing.T) {
	python := needPython(t)
	dir := t.TempDir()
	pythonFiles(t, dir)
	copyTo(t, dir, "lfs.py", "testdata/lfs.py")
	copyTo(t, dir, "known_spouses.csv", oracle+"known_spouses.csv")
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
