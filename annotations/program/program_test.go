package program_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"workbench/annotations/program"
	"workbench/candidates"
	"workbench/session"
)

// mode is the first argument of the test binary that tells it to behave like the
// program of the second one instead of running tests.
const mode = "behave-as"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == mode {
		os.Exit(behave(os.Args[2]))
	}
	os.Exit(m.Run())
}

// behave is an external program. Each labels a candidate by its first
// argument's text: positive if it is longer than the second's.
func behave(name string) int {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	answer := func(text []byte) string {
		var line program.Line
		if err := json.Unmarshal(text, &line); err != nil {
			panic(err)
		}
		longer := "null"
		if len(line.Arguments) == 2 && len(*line.Arguments[0].Text) > len(*line.Arguments[1].Text) {
			longer = "1"
		}
		return fmt.Sprintf(`{"id": %d, "labels": {"longer": %s, "words": %d}}`, line.ID, longer, len(line.Sentence.Words))
	}
	var all []string
	for n := 1; in.Scan(); n++ {
		switch {
		case name == "garbage" && n == 3:
			fmt.Fprintln(out, "Loading model...")
		case name == "crash" && n == 3:
			fmt.Fprintln(os.Stderr, "Traceback (most recent call last):\n  ...\nKeyError: 'x'")
			return 1
		case name == "python" && n == 3:
			out.Flush()
			fmt.Fprint(os.Stderr, "warning\nTraceback (most recent call last):\n  File \"/a/label.py\", line 9, in <module>\n    f(c)\n"+
				"  File \"/a/b/lfs.py\", line 12, in longer\n    return far(c)\n  File \"/a/b/lfs.py\", line 3, in far\n    return x[c]\nKeyError: 'x'\n")
			return 1
		case name == "stop" && n == 3:
			return 0
		case name == "twice" && n == 3:
			fmt.Fprintln(out, all[0])
		case name == "stranger" && n == 3:
			fmt.Fprintln(out, `{"id": 99999, "labels": {}}`)
		case name == "other" && n == 3:
			fmt.Fprintln(out, `{"id": 1, "labels": {"shorter": 1}}`)
		case name == "anonymous":
			fmt.Fprintln(out, `{"labels": {"longer": 1}}`)
		case name == "bare":
			fmt.Fprintln(out, `{"id": 1}`)
		case name == "typing mistake":
			fmt.Fprintln(out, `{"id": 1, "label": {"longer": 1}}`)
		case name == "two at once":
			fmt.Fprintln(out, `{"id": 1, "labels": {}} {"id": 2, "labels": {}}`)
		case name == "brace":
			fmt.Fprintln(out, `{"id": 1, "labels": {}}}`)
		case name == "label twice":
			fmt.Fprintln(out, `{"id": 1, "labels": {"longer": 1, "longer": -1}}`)
		case name == "id twice":
			fmt.Fprintln(out, `{"id": 1, "id": 2, "labels": {"longer": 1}}`)
		case name == "labels twice":
			fmt.Fprintln(out, `{"id": 1, "labels": {"longer": 1}, "labels": {}}`)
		case name == "capitals":
			fmt.Fprintln(out, `{"ID": 1, "labels": {"longer": 1}}`)
		case name == "capital labels":
			fmt.Fprintln(out, `{"id": 1, "Labels": {"longer": 1}}`)
		case name == "no object":
			fmt.Fprintln(out, `{"id": 1, "labels": [1]}`)
		case name == "not a number":
			fmt.Fprintln(out, `{"id": 1, "labels": {"longer": NaN}}`)
		case name == "endless line":
			for part := []byte(strings.Repeat("x", 1<<16)); ; {
				if _, err := os.Stdout.Write(part); err != nil {
					return 1
				}
			}
		case name == "hang" && n == 3, name == "deaf":
			out.Flush()
			time.Sleep(time.Hour)
		}
		all = append(all, answer(in.Bytes()))
		switch name {
		case "at the end", "backwards":
		case "slow":
			time.Sleep(2 * time.Millisecond)
			fmt.Fprintln(out, all[n-1])
			out.Flush()
		default:
			fmt.Fprintln(out, all[n-1])
			if n%7 == 0 {
				out.Flush()
			}
		}
	}
	if name == "at the end" {
		fmt.Fprint(out, strings.Join(all, "\n")) // without a last newline
	}
	if name == "backwards" {
		for i := len(all) - 1; i >= 0; i-- {
			fmt.Fprintf(out, "%s\n\n", all[i])
		}
	}
	if name == "late crash" {
		return 3
	}
	if name == "stays" {
		out.Flush()
		time.Sleep(time.Hour)
	}
	return 0
}

// start runs the test binary in one of its modes.
func runMode(t *testing.T, name string, p program.Program) (map[int64][2]any, error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p.Argv = []string{self, mode, name}
	var mu sync.Mutex
	labels := make(map[int64][2]any)
	run, err := p.Start(t.Context(), []string{"longer", "words"}, func(id int64, lf int, value any) error {
		mu.Lock()
		defer mu.Unlock()
		pair := labels[id]
		pair[lf] = value
		labels[id] = pair
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, batch := range batches(t, 50) {
		if err := run.Send(batch); err != nil {
			break // Close gives the same error
		}
	}
	return labels, run.Close()
}

// batches reads the candidates of the oracle's train split.
func batches(t *testing.T, size int) [][]candidates.Candidate {
	t.Helper()
	s, err := session.Open(t.Context(), "../../testdata/oracle/snorkel07.db")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cands, err := candidates.Load(t.Context(), s, candidates.Query{Split: 0})
	if err != nil {
		t.Fatal(err)
	}
	var list [][]candidates.Candidate
	for len(cands) > size {
		list, cands = append(list, cands[:size]), cands[size:]
	}
	return append(list, cands)
}

func TestAnswersArriveInWhateverOrder(t *testing.T) {
	want, err := runMode(t, "plain", program.Program{Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"plain", "slow", "at the end", "backwards", "stays"} {
		timeout := time.Minute
		if name == "stays" { // it has answered everything, so ending it is no failure
			timeout = 700 * time.Millisecond
		}
		for _, processes := range []int{0, 1, 3} {
			t.Run(fmt.Sprintf("%s with %d processes", name, processes), func(t *testing.T) {
				t.Parallel() // slow ones wait
				labels, err := runMode(t, name, program.Program{Processes: processes, Timeout: timeout})
				if err != nil {
					t.Fatal(err)
				}
				if len(labels) != 238 || fmt.Sprint(labels) != fmt.Sprint(want) {
					t.Error("other labels than the plain program's")
				}
			})
		}
	}
	// Bjarne Costa and Daniel Larsen, in a sentence of 12 words
	if pair := want[1]; pair[0] != nil || pair[1] != json.Number("12") {
		t.Errorf("candidate 1: %v", pair)
	}
}

func TestFailuresSayWhatWentWrong(t *testing.T) {
	for name, says := range map[string]string{
		"garbage":        `line 3 of its answers: "Loading model..." is not an answer: `,
		"crash":          "exit status 1 after 2 answers; it said: KeyError: 'x'",
		"python":         "exit status 1 after 2 answers; it said: KeyError: 'x' (lfs.py:3 in far, in longer); the first candidate without an answer is 3",
		"late crash":     "exit status 3 after 238 answers",
		"stop":           "it ended after 2 answers, but there are more candidates",
		"twice":          "line 3 of its answers: candidate 1 was answered before",
		"stranger":       "line 3 of its answers: candidate 99999 was not asked for",
		"other":          `line 3 of its answers: candidate 1 was answered before`,
		"anonymous":      `line 1 of its answers: "{\"labels\": {\"longer\": 1}}" has no id`,
		"bare":           `line 1 of its answers: "{\"id\": 1}" has no labels`,
		"typing mistake": `is not an answer: json: unknown field "label"`,
		"two at once":    "has more than one answer",
		"brace":          "has more than one answer",
		"label twice":    `line 1 of its answers: candidate 1: "longer" stands there twice`,
		"id twice":       `is not an answer: the key "id" stands there twice`,
		"labels twice":   `is not an answer: the key "labels" stands there twice`,
		"capitals":       `is not an answer: json: unknown field "ID"`,
		"capital labels": `is not an answer: json: unknown field "Labels"`,
		"no object":      "is not an answer: [ is no object",
		"not a number":   "is not an answer: invalid character 'N'",
		"endless line":   "line 1 of its answers is longer than 16 MiB",
	} {
		_, err := runMode(t, name, program.Program{})
		if !errors.Is(err, program.ErrProgram) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: error %v, want %q", name, err, says)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than one line: %v", name, err)
		}
	}
}

func TestProgramsThatHangAreKilled(t *testing.T) {
	for name, says := range map[string]string{
		"hang": "no answer for 300ms, ",
		"deaf": "no answer for 300ms, ", // it does not even read
	} {
		began := time.Now()
		_, err := runMode(t, name, program.Program{Timeout: 300 * time.Millisecond})
		if !errors.Is(err, program.ErrProgram) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: error %v, want %q", name, err, says)
		}
		if waited := time.Since(began); waited > 30*time.Second {
			t.Errorf("%s: it took %s", name, waited)
		}
	}
}

func TestAnAnswerCanBeRefused(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	refusal := errors.New("no label")
	p := program.Program{Argv: []string{self, mode, "plain"}}
	run, err := p.Start(t.Context(), []string{"longer", "words"}, func(int64, int, any) error { return refusal })
	if err != nil {
		t.Fatal(err)
	}
	for _, batch := range batches(t, 10) {
		if run.Send(batch) != nil {
			break
		}
	}
	if err := run.Close(); !errors.Is(err, refusal) || !strings.Contains(err.Error(), "line 1 of its answers") {
		t.Errorf("error %v", err)
	}
}

func TestAForeignNameIsRefused(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := program.Program{Argv: []string{self, mode, "plain"}}
	run, err := p.Start(t.Context(), []string{"longer"}, func(int64, int, any) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	run.Send(batches(t, 10)[0]) // what ends the run comes from Close
	if err := run.Close(); err == nil || !strings.Contains(err.Error(), `candidate 1: "words" is none of its labeling functions`) {
		t.Errorf("error %v", err)
	}
}

func TestACancelledRunEndsItsProcesses(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	p := program.Program{Argv: []string{self, mode, "deaf"}, Processes: 2}
	run, err := p.Start(ctx, []string{"longer", "words"}, func(int64, int, any) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, cancel)
	for _, batch := range batches(t, 10) {
		if err = run.Send(batch); err != nil {
			break
		}
	}
	if err := run.Close(); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that it was cancelled", err)
	}
}

func TestProgramsThatDoNotStart(t *testing.T) {
	for _, argv := range [][]string{nil, {"/no/such/program"}, {"no-such-program-anywhere"}, {os.TempDir()}} {
		p := program.Program{Argv: argv, Processes: 2}
		if _, err := p.Start(t.Context(), nil, nil); !errors.Is(err, program.ErrProgram) {
			t.Errorf("%v: error %v", argv, err)
		}
	}
}

// A line has what the documentation promises, also of candidates that lack
// something.
func TestLines(t *testing.T) {
	batch := batches(t, 50)[0]
	line, err := program.NewLine(&batch[0])
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(line)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"id":1,"type":"spouse","split":0,"arguments":[` +
		`{"name":"person1","cid":null,"context_id":348,"type":"span","stable_id":"doc-00::span:0:11","text":"Bjarne Costa",` +
		`"char_start":0,"char_end":11,"word_start":0,"word_end":1,"words":["Bjarne","Costa"]},` +
		`{"name":"person2","cid":null,"context_id":349,"type":"span","stable_id":"doc-00::span:26:38","text":"Daniel Larsen",` +
		`"char_start":26,"char_end":38,"word_start":5,"word_end":6,"words":["Daniel","Larsen"]}],` +
		`"sentence":{"id":72,"stable_id":"doc-00::sentence:0:68","document":"doc-00","position":0,` +
		`"text":"Bjarne Costa and his wife Daniel Larsen opened the bakery together .",` +
		`"words":["Bjarne","Costa","and","his","wife","Daniel","Larsen","opened","the","bakery","together","."],` +
		`"char_offsets":[0,7,13,17,21,26,33,40,47,51,58,67],` +
		`"lemmas":["bjarne","costa","and","his","wife","daniel","larsen","opened","the","bakery","together","."],`
	if !strings.HasPrefix(string(text), want) {
		t.Errorf("the line is\n%s\nit should begin\n%s", text, want)
	}

	orphan, err := program.NewLine(&candidates.Candidate{ID: 7, Type: "spouse"})
	if err != nil || len(orphan.Arguments) != 0 || orphan.Sentence != nil {
		t.Errorf("an orphan: %+v, %v", orphan, err)
	}
	apart := batch[0]
	apart.Args = []candidates.Argument{batch[0].Args[0], batch[30].Args[1]}
	line, err = program.NewLine(&apart)
	if err != nil || line.Sentence != nil || line.Arguments[0].Sentence == nil || line.Arguments[1].Sentence.ID == line.Arguments[0].Sentence.ID {
		t.Errorf("arguments in two sentences: %+v, %v", line, err)
	}
	tweet := candidates.Candidate{ID: 8, Type: "tweet", Args: []candidates.Argument{{Name: "tweet",
		Context: candidates.Context{ID: 3, Type: "raw_text", StableID: "79185673", Text: "hi", HasText: true},
		Columns: []candidates.Column{{Name: "name", Value: "79185673"}, {Name: "text", Value: "hi"}}}}}
	line, err = program.NewLine(&tweet)
	if err != nil || *line.Arguments[0].Text != "hi" || line.Arguments[0].Columns["name"] != "79185673" || line.Arguments[0].CharStart != nil {
		t.Errorf("a raw text: %+v, %v", line, err)
	}
}

// BenchmarkRun shows what the protocol costs beside a program that does almost
// nothing.
func BenchmarkRun(b *testing.B) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	s, err := session.Open(b.Context(), "../../testdata/oracle/snorkel07.db")
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	cands, err := candidates.Load(b.Context(), s, candidates.Query{Split: 0})
	if err != nil {
		b.Fatal(err)
	}
	p := program.Program{Argv: []string{self, mode, "plain"}}
	run, err := p.Start(b.Context(), []string{"longer", "words"}, func(int64, int, any) error { return nil })
	if err != nil {
		b.Fatal(err)
	}
	var id int64
	for b.Loop() {
		batch := make([]candidates.Candidate, len(cands))
		copy(batch, cands)
		for i := range batch {
			id++
			batch[i].ID = id
		}
		if err := run.Send(batch); err != nil {
			b.Fatal(err)
		}
	}
	if err := run.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(id)/b.Elapsed().Seconds(), "candidates/s")
}
