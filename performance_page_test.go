//go:build unix

package workbench_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"workbench/learning/chart"
)

const (
	performancePage    = "docs/performance.md"
	performancePicture = "docs/performance.svg"
)

// BenchmarkPage is make bench-page: it measures all steps on databases of as many
// candidates as WORKBENCH_BENCH_SIZES says, and writes what it found into the page and
// the picture about it.
func BenchmarkPage(b *testing.B) {
	sizes := os.Getenv("WORKBENCH_BENCH_SIZES")
	if sizes == "" {
		b.Skip("it changes docs/performance.md; make bench-page runs it")
	}
	yardstick := buildYardstick(b)
	if yardstick == "" {
		b.Fatal("the page is about workbench beside C, and there is no C compiler, or no SQLite for it")
	}
	var grown []*comparison
	for b.Loop() {
		for _, text := range strings.Fields(sizes) {
			candidates, err := strconv.Atoi(text)
			must(b, err)
			x := compare(b, yardstick, candidates, many, runsOf(candidates))
			fmt.Printf("\n%s", x.table())
			grown = append(grown, x)
			showGrowth(b, grown, nil) // also when the next takes too long for whoever waits
		}
		most := largest(grown)
		showGrowth(b, grown, compare(b, yardstick, most.candidates, few, most.runs))
	}
}

// largest is the largest comparison that was measured several times.
func largest(grown []*comparison) *comparison {
	most := grown[0]
	for _, x := range grown {
		if x.runs > 1 {
			most = x
		}
	}
	return most
}

// showGrowth writes what was measured into the page and the picture; sparse, of
// few labels, if it is there already.
func showGrowth(tb testing.TB, grown []*comparison, sparse *comparison) {
	tb.Helper()
	tables := largest(grown).table()
	if sparse != nil {
		tables += "\n" + sparse.table()
	}
	writePage(tb, map[string]string{
		"steps": tables,
		"time":  growthTable(grown, func(m []measured) string { return seconds(median(m, wallOf)) }),
		"peak":  growthTable(grown, func(m []measured) string { return mebibytes(median(m, peakOf)) }),
	})
	drawGrowth(tb, grown)
}

// writePage replaces the measured parts of the page: what stands between a line
// <!-- NAME --> and the next <!-- end -->.
func writePage(tb testing.TB, parts map[string]string) {
	tb.Helper()
	page, err := os.ReadFile(performancePage)
	must(tb, err)
	text := string(page)
	for name, part := range parts {
		before, rest, found := strings.Cut(text, "<!-- "+name+" -->\n")
		_, after, closed := strings.Cut(rest, "<!-- end -->\n")
		if !found || !closed {
			tb.Fatalf("%s has no part %s", performancePage, name)
		}
		text = before + "<!-- " + name + " -->\n" + part + "<!-- end -->\n" + after
	}
	must(tb, os.WriteFile(performancePage, []byte(text), 0o644))
}

// growthTable has a row for each number of labels, and columns for the steps.
func growthTable(grown []*comparison, cell func([]measured) string) string {
	var b strings.Builder
	b.WriteString("| labels |")
	rule := "|--:|"
	for _, step := range steps {
		fmt.Fprintf(&b, " %s |", step.title)
		rule += "--:|"
		if step.c {
			b.WriteString(" C |")
			rule += "--:|"
		}
	}
	fmt.Fprintf(&b, "\n%s\n", rule)
	for _, x := range grown {
		fmt.Fprintf(&b, "| %d |", x.labels)
		for i, step := range steps {
			fmt.Fprintf(&b, " %s |", cell(x.ours[i]))
			if step.c {
				fmt.Fprintf(&b, " %s |", cell(x.c[i]))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// drawGrowth draws both tables.
func drawGrowth(tb testing.TB, grown []*comparison) {
	tb.Helper()
	panels := []chart.LinePanel{{Name: "seconds"}, {Name: "peak memory, MiB"}}
	for k, of := range []func(measured) float64{wallOf, peakOf} {
		for i, step := range steps {
			ours, c := chart.Line{Name: step.title}, chart.Line{Name: step.title, Dashed: true}
			for _, x := range grown {
				ours.X, ours.Y = append(ours.X, float64(x.labels)), append(ours.Y, median(x.ours[i], of))
				if step.c {
					c.X, c.Y = append(c.X, float64(x.labels)), append(c.Y, median(x.c[i], of))
				}
			}
			panels[k].Lines = append(panels[k].Lines, ours)
			if step.c {
				panels[k].Lines = append(panels[k].Lines, c)
			}
		}
	}
	picture, err := chart.Lines(panels, chart.LinesOptions{Title: "How cost grows", XLabel: "labels",
		Note: fmt.Sprintf("workbench, and dashed plain C with SQLite; %d labeling functions", benchLFs)})
	must(tb, err)
	f, err := os.Create(performancePicture)
	must(tb, err)
	must(tb, picture.Write(f, chart.SVG))
	must(tb, f.Close())
}
