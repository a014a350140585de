//go:build unix

package workbench_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// steps are what is measured, in this order. Those that have a C are steps of
// testdata/yardstick too.
var steps = []struct {
	title, name string
	c           bool
}{
	{"load the labels of a split", "load", true},
	{"save marginals, none there", "save", true},
	{"save in place of others", "replace", true},
	{"save the same again", "save", true},
	{"print them as csv", "print", true},
	{"train, and predict", "train", false},
	{"fit, and predict", "fit", false},
	{"all of it with train", "all", false},
}

// benchLFs is how many labeling functions there are.
const benchLFs = 20

// How many candidates a labeling function labels: of many, votes are what there is
// most of, and nearly every candidate has its own; of few, many have the same.
const (
	many = 0.5
	few  = 0.1
)

// comparison is what steps took on a database.
type comparison struct {
	candidates, labels, runs int
	share                    float64      // of the candidates that each labeling function labels
	ours, c                  [][]measured // of each step, run by run; c has none where there is no C
}

// TestBesideC holds that the yardstick and workbench do the same.
func TestBesideC(t *testing.T) {
	yardstick := buildYardstick(t)
	if yardstick == "" {
		t.Skip("no C compiler, or no SQLite for it")
	}
	x := compare(t, yardstick, 1000, many, 1)
	for i, step := range steps {
		if !step.c {
			continue
		}
		ours, c := x.ours[i][0], x.c[i][0]
		if ours.rows == 0 || ours.rows != c.rows || ours.sum != c.sum {
			t.Errorf("%s: %d rows with the sum %d, and in C %d with %d", step.title, ours.rows, ours.sum, c.rows, c.sum)
		}
	}
}

// BenchmarkBesideC is make bench: all steps, workbench and C in turn, on as many
// candidates as WORKBENCH_BENCH_ROWS says.
func BenchmarkBesideC(b *testing.B) {
	rows := 100_000
	if text := os.Getenv("WORKBENCH_BENCH_ROWS"); text != "" {
		var err error
		if rows, err = strconv.Atoi(text); err != nil || rows < 1 {
			b.Fatalf("WORKBENCH_BENCH_ROWS is %q, not a number of candidates", text)
		}
	}
	yardstick := buildYardstick(b)
	if yardstick == "" {
		fmt.Println("No C compiler, or no SQLite for it: workbench alone.")
	}
	for b.Loop() {
		for _, share := range []float64{many, few} {
			fmt.Printf("\n%s", compare(b, yardstick, rows, share, runsOf(rows)).table())
		}
	}
}

// runsOf is how often steps are measured on so many candidates.
func runsOf(candidates int) int { return max(1, min(5, 3_000_000/candidates)) }

// buildYardstick compiles the C program, and returns "" where that cannot be done.
func buildYardstick(tb testing.TB) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "yardstick")
	compile := func(source string) ([]byte, error) {
		cmd := exec.Command("cc", "-O2", "-x", "c", "-", "-o", path, "-lsqlite3")
		cmd.Stdin = strings.NewReader(source)
		return cmd.CombinedOutput()
	}
	if _, err := compile("#include <sqlite3.h>\nint main(void) { return !sqlite3_libversion(); }\n"); err != nil {
		return ""
	}
	source, err := os.ReadFile("testdata/yardstick/yardstick.c")
	must(tb, err)
	if out, err := compile(string(source)); err != nil {
		tb.Fatalf("the yardstick: %v\n%s", err, out)
	}
	return path
}

// compare measures all steps on a new database.
func compare(tb testing.TB, yardstick string, candidates int, share float64, runs int) *comparison {
	tb.Helper()
	dir := tb.TempDir()
	base := filepath.Join(dir, "base.db")
	x := &comparison{candidates: candidates, share: share, runs: runs, labels: makeLabels(tb, base, candidates, share),
		ours: make([][]measured, len(steps)), c: make([][]measured, len(steps))}
	self, err := os.Executable()
	must(tb, err)
	// Each side saves into a copy of its own.
	mine, its := filepath.Join(dir, "workbench.db"), filepath.Join(dir, "c.db")
	for run := range runs {
		copyFile(tb, base, mine)
		copyFile(tb, base, its)
		for i, step := range steps {
			if !step.c && run > 0 && candidates >= 1_000_000 {
				continue // once is enough where nothing is beside it
			}
			ours := func() {
				cmd := exec.Command(self, mine, filepath.Join(dir, step.name+".csv"))
				cmd.Env = append(os.Environ(), stepRole+"="+step.name)
				x.ours[i] = append(x.ours[i], measure(tb, cmd))
			}
			c := func() {
				if step.c && yardstick != "" {
					x.c[i] = append(x.c[i], measure(tb, exec.Command(yardstick, step.name, its, filepath.Join(dir, "c.csv"))))
				}
			}
			if run%2 == 0 { // whoever comes second finds more in the caches
				ours()
				c()
			} else {
				c()
				ours()
			}
		}
	}
	if yardstick != "" {
		sameRows(tb, filepath.Join(dir, "print.csv"), filepath.Join(dir, "c.csv"))
	}
	must(tb, os.RemoveAll(dir))
	return x
}

// measure runs a step, and reads what it prints of itself.
func measure(tb testing.TB, cmd *exec.Cmd) (got measured) {
	tb.Helper()
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err == nil {
		_, err = fmt.Sscan(string(out), &got.wall, &got.cpu, &got.peak, &got.rows, &got.sum)
	}
	if err != nil {
		tb.Fatalf("%s: %v\n%s%s", cmd, err, out, said.Bytes())
	}
	return got
}

func copyFile(tb testing.TB, from, to string) {
	tb.Helper()
	in, err := os.Open(from)
	must(tb, err)
	defer in.Close()
	out, err := os.Create(to)
	must(tb, err)
	_, err = io.Copy(out, in)
	must(tb, err)
	must(tb, out.Close())
}

// sameRows compares the printed marginals, whose digits C does not choose as Go does.
func sameRows(tb testing.TB, ours, c string) {
	tb.Helper()
	read := func(path string) []string {
		text, err := os.ReadFile(path)
		must(tb, err)
		return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	}
	mine, its := read(ours), read(c)
	if len(mine) != len(its) || mine[0] != its[0] {
		tb.Fatalf("%d lines, and %d of C", len(mine), len(its))
	}
	for i, line := range mine[1:] {
		id, x, _ := strings.Cut(line, ",")
		otherID, y, _ := strings.Cut(its[i+1], ",")
		a, err := strconv.ParseFloat(x, 64)
		must(tb, err)
		b, err := strconv.ParseFloat(y, 64)
		must(tb, err)
		if id != otherID || a != b {
			tb.Fatalf("line %d: %s, and %s of C", i+2, line, its[i+1])
		}
	}
}
