//go:build unix

package workbench_test

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// median is that of what some runs took.
func median(runs []measured, of func(measured) float64) float64 {
	list := make([]float64, len(runs))
	for i, run := range runs {
		list[i] = of(run)
	}
	return middle(list)
}

func middle(list []float64) float64 {
	slices.Sort(list)
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

// ratio is the median of the ratios of runs that followed each other.
func ratio(ours, c []measured, of func(measured) float64) float64 {
	list := make([]float64, len(ours))
	for i := range list {
		list[i] = of(ours[i]) / of(c[i])
	}
	return middle(list)
}

func wallOf(m measured) float64 { return m.wall }
func cpuOf(m measured) float64  { return m.cpu }
func peakOf(m measured) float64 { return float64(m.peak) / 1024 }

// table is the comparison in Markdown.
func (x *comparison) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d candidates × %d labeling functions that label %.0f %% each, %d labels; medians of %d runs in turn; %d processors, %s\n\n",
		x.candidates, benchLFs, 100*x.share, x.labels, x.runs, runtime.NumCPU(), runtime.Version())
	fmt.Fprintf(&b, "| %-26s | %9s | %7s | %8s | %7s | %7s | %6s | %8s | %8s |\n", "step", "workbench", "CPU", "memory", "C", "CPU", "memory", "time ÷ C", "CPU ÷ C")
	b.WriteString("|---|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for i, step := range steps {
		ours, c := x.ours[i], x.c[i]
		fmt.Fprintf(&b, "| %-26s | %9s | %7s | %8s |", step.title, seconds(median(ours, wallOf)), seconds(median(ours, cpuOf)), mebibytes(median(ours, peakOf)))
		if c == nil {
			fmt.Fprintf(&b, " %7s | %7s | %6s | %8s | %8s |\n", "", "", "", "", "")
			continue
		}
		fmt.Fprintf(&b, " %7s | %7s | %6s | %8.2f | %8.2f |\n", seconds(median(c, wallOf)), seconds(median(c, cpuOf)), mebibytes(median(c, peakOf)),
			ratio(ours, c, wallOf), ratio(ours, c, cpuOf))
	}
	return b.String()
}

// seconds has three digits that mean something, or four decimals.
func seconds(x float64) string {
	decimals := 4
	for least := 0.1; x >= least && decimals > 0; least *= 10 {
		decimals--
	}
	return strconv.FormatFloat(x, 'f', decimals, 64) + " s"
}

func mebibytes(x float64) string {
	if x == 0 {
		return "" // the system does not tell
	}
	return fmt.Sprintf("%.0f MiB", x)
}
