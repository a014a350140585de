package learning_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

// A figure is what docs/label-models.md says of marginals: accuracy, macro F1
// and log loss.
type figure [3]float64

func figureOf(t testing.TB, p *matrix.Marginals, gold []int16) figure {
	e := evaluation(t, p, gold)
	return figure{e.Accuracy, e.MacroF1, e.LogLoss}
}

func (f figure) String() string {
	decimals := func(x float64) string { return strings.TrimPrefix(fmt.Sprintf("%.4f", x), "0") }
	return decimals(f[0]) + " / " + decimals(f[1]) + " / " + decimals(f[2])
}

// On matrices whose generating process is known, the model comes as near to the
// posterior under it as the project promises: 0.003 of accuracy, 0.012 of log
// loss, an expected calibration error of 0.02. They have three true dependencies,
// b10k two.
func TestFitComesNearTheBayesLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name              string
		accuracy, logLoss float64 // of the posterior under the generating process
		pairs             string
	}{
		{"b10k", 0.8680, 0.3004, "lf00 lf01, lf02 lf03"},
		{"b100k", 0.7955, 0.4223, "lf00 lf01, lf02 lf03, lf04 lf05"},
		{"k5_100k", 0.7580, 0.6640, "lf00 lf01, lf02 lf03, lf04 lf05"},
	} {
		t.Run(c.name, func(t *testing.T) {
			L, gold := readVotes(t, filepath.Join("..", c.name))
			m := fitModel(t, L, learning.FitOptions{})
			e := evaluation(t, fitMarginals(t, m, L), gold)
			if e.Accuracy < c.accuracy-0.003 || e.LogLoss > c.logLoss+0.012 || e.CalibrationError > 0.02 {
				t.Errorf("accuracy %.4f, log loss %.4f, calibration error %.4f; the limit is %.4f, %.4f", e.Accuracy, e.LogLoss, e.CalibrationError, c.accuracy, c.logLoss)
			}
			var found []string
			for _, d := range m.Dependencies {
				names := []string{m.LFs[d.J], m.LFs[d.K]}
				slices.Sort(names)
				found = append(found, strings.Join(names, " "))
			}
			slices.Sort(found)
			if strings.Join(found, ", ") != c.pairs {
				t.Errorf("dependencies %s, want %s", strings.Join(found, ", "), c.pairs)
			}
			if testing.Verbose() {
				fmt.Printf("| %s | %.4f / %.4f | %.4f / %.4f | %.4f |\n", c.name, c.accuracy, c.logLoss, e.Accuracy, e.LogLoss, e.CalibrationError)
			}
		})
	}
}

// realNames are the sets, sorted.
func realNames(t testing.TB) []string {
	text, err := os.ReadFile(filepath.Join(realSets, "figures.json"))
	if os.IsNotExist(err) {
		t.Skipf("%s is not on this machine and may not be copied into testdata", realSets)
	}
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// The means over 23 real matrices are at least those that the project promises. A
// few small ones of both kinds stand for all: their means were .8154, .7811 and .5870
// when this was written, and may get worse by 0.02, of the log loss by 0.033. The
// vote has .7688. WORKBENCH_BENCH_REAL=1 takes all of them, and with -v prints the
// table of docs/label-models.md.
func TestFitOnRealLabels(t *testing.T) {
	t.Parallel()
	names := realNames(t)
	all := os.Getenv("WORKBENCH_BENCH_REAL") != ""
	accuracy, f1, logLoss := 0.785, 0.725, 0.72
	if !all {
		names = []string{"cf_amt", "possent", "rte", "sms", "trecq", "video", "yoruba"}
		accuracy, f1, logLoss = 0.795, 0.761, 0.62
	}
	var table strings.Builder
	var votes, fits figure
	for _, name := range names {
		set := readRealSet(t, name)
		m := fitModel(t, set.L, learning.FitOptions{Cardinality: set.k})
		fit := figureOf(t, fitMarginals(t, m, set.L), set.gold)
		vote := figure{set.peers["mv"].Acc, set.peers["mv"].F1, set.peers["mv"].LL}
		best := ""
		for method, p := range set.peers {
			if best == "" || p.Acc > set.peers[best].Acc || p.Acc == set.peers[best].Acc && method < best {
				best = method
			}
		}
		b := set.peers[best]
		fmt.Fprintf(&table, "| %s | %s | %d | %v | %v | %v (%s) | %s |\n", name, set.kind, set.k, vote, fit, figure{b.Acc, b.F1, b.LL}, best, m.Family)
		for i := range fits {
			votes[i] += vote[i] / float64(len(names))
			fits[i] += fit[i] / float64(len(names))
		}
	}
	fmt.Fprintf(&table, "| mean | | | %v | %v | | |\n", votes, fits)
	if testing.Verbose() {
		fmt.Print(table.String())
	}
	if fits[0] < accuracy || fits[1] < f1 || fits[2] > logLoss || math.IsNaN(fits[2]) {
		t.Errorf("means %v, want at least %.4f and %.4f and at most %.4f\n%s", fits, accuracy, f1, logLoss, &table)
	}
}
