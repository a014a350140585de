package annotations_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"workbench/annotations"
	"workbench/annotations/program"
)

// programRole makes the test binary serve as a labeling program.
const programRole = "WORKBENCH_ANNOTATIONS_TEST_ROLE"

// answer is that program: it notes that it was started, and answers for the
// labeling functions third and first.
func answer(role string) {
	if f, err := os.OpenFile(os.Getenv(programRole+"_LOG"), os.O_APPEND|os.O_WRONLY, 0); err == nil {
		fmt.Fprintln(f, "started")
		f.Close()
	}
	if role == "hang" {
		io.Copy(io.Discard, os.Stdin)
		select {}
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		var line program.Line
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		third := "null"
		if line.ID%3 == 0 {
			third = "true"
		}
		switch {
		case role == "bad" && line.ID == 300:
			third = `"maybe"`
		case role == "crash" && line.ID == 250:
			fmt.Fprintln(os.Stderr, "out of ideas")
			os.Exit(3)
		}
		fmt.Printf(`{"id": %d, "labels": {"third": %s, "first": %d}}`+"\n", line.ID, third, len(line.Arguments[0].Words)%2)
	}
	os.Exit(0)
}

// labelingProgram is the test binary in a role, and the file that it notes its
// starts in.
func labelingProgram(t *testing.T, role string) (p *program.Program, log string) {
	t.Helper()
	binary, err := os.Executable()
	must(t, err)
	log = filepath.Join(t.TempDir(), "log")
	must(t, os.WriteFile(log, nil, 0o644))
	t.Setenv(programRole, role)
	t.Setenv(programRole+"_LOG", log)
	return &program.Program{Argv: []string{binary}}, log
}

func TestProgramsLabelBesideFunctions(t *testing.T) {
	s := oracleDB(t)
	p, log := labelingProgram(t, "answer")
	zero := new(int) // abstains: the program answers 0 and null
	lfs := append(three(), annotations.LF{Name: "first", Program: p, Abstain: zero}, annotations.LF{Name: "third", Program: p, Abstain: zero})
	want, err := annotator(three()...).Labels(t.Context(), s, split(0))
	must(t, err)
	L, err := annotator(lfs...).Labels(t.Context(), s, split(0))
	must(t, err)
	wantSameMatrix(t, "functions", L.SelectCols([]int{0, 1, 2}), want)
	words := 0
	for i, id := range L.Candidates() {
		words += int(L.At(i, 3))
		if third := L.At(i, 4) == 1; third != (id%3 == 0) {
			t.Errorf("candidate %d: %d", id, L.At(i, 4))
		}
	}
	if words == 0 || words == L.Rows() {
		t.Errorf("%d candidates have an odd number of words in the first argument", words)
	}
	if content(t, log) != "started\n" {
		t.Errorf("the program was started %q", content(t, log))
	}
	// It goes on answering for labeling functions that are not applied.
	o := split(0)
	o.KeyNames = []string{"third"}
	some, err := annotator(lfs...).Labels(t.Context(), s, o)
	must(t, err)
	wantSameMatrix(t, "one", some, L.SelectCols([]int{4}))
	o.KeyNames = []string{"LF_and"}
	_, err = annotator(lfs...).Labels(t.Context(), s, o)
	must(t, err)
	if content(t, log) != strings.Repeat("started\n", 2) {
		t.Errorf("a program that is not needed was started: %q", content(t, log))
	}
}

// What 0 means beside null has to be told, as in a table with empty cells.
func TestProgramThatAnswersZeroAndNull(t *testing.T) {
	s := oracleDB(t)
	p, _ := labelingProgram(t, "answer")
	first, third := annotations.LF{Name: "first", Program: p}, annotations.LF{Name: "third", Program: p}
	_, err := annotator(first, third).Labels(t.Context(), s, split(0))
	if !errors.Is(err, annotations.ErrZeroLabel) || !errors.Is(err, program.ErrProgram) {
		t.Errorf("%v is not ErrZeroLabel of a program", err)
	}
	// Answers of a labeling function that is not applied say nothing.
	o := split(0)
	o.KeyNames = []string{"first"}
	_, err = annotator(first, third).Labels(t.Context(), s, o)
	must(t, err)
}

func TestProgramsThatFailWriteNothing(t *testing.T) {
	path := copyOracle(t)
	s := writable(t, path)
	before := content(t, path)
	for role, says := range map[string]string{
		"bad":   `LF "third", candidate 300: unusable value: "maybe" is not a label`,
		"crash": "out of ideas",
	} {
		p, _ := labelingProgram(t, role)
		_, err := annotator(always("LF_one", 1), annotations.LF{Name: "third", Program: p}, annotations.LF{Name: "first", Program: p}).Apply(t.Context(), s, split(1))
		wantError(t, role, err, says)
		if role == "crash" && !errors.Is(err, program.ErrProgram) {
			t.Errorf("%v is not ErrProgram", err)
		}
		if content(t, path) != before {
			t.Errorf("%s: the file changed", role)
		}
	}
	// A function that fails does not wait for a program that says nothing.
	p, _ := labelingProgram(t, "hang")
	started := time.Now()
	_, err := annotator(annotations.LF{Name: "third", Program: p}, failingLF("LF_fails", errors.New("no"))).Apply(t.Context(), s, split(1))
	wantError(t, "a hanging program", err, `LF "LF_fails", candidate 239: no`)
	if took := time.Since(started); took > program.DefaultTimeout/2 {
		t.Errorf("it took %s", took)
	}
	_, err = annotator(annotations.LF{Name: "gone", Program: &program.Program{Argv: []string{"./no such program"}}}).Apply(t.Context(), s, split(1))
	wantError(t, "a program that is not there", err, "no such program")
}
