package learning_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

// printedFigures reads the figures that Snorkel's scorer printed for two
// classes, in its order: positive and negative class accuracy, precision,
// recall, F1, and the four counts.
func printedFigures(t *testing.T, printed string) []float64 {
	t.Helper()
	var figures []float64
	for _, field := range strings.Fields(printed) {
		if x, err := strconv.ParseFloat(field, 64); err == nil {
			figures = append(figures, x)
		}
	}
	if len(figures) != 9 {
		t.Fatalf("%d figures in %q, want 9", len(figures), printed)
	}
	return figures
}

// printedTolerance is half a unit of the third significant digit of a number
// up to 1, all that Snorkel prints, and a little for the representation.
const printedTolerance = 0.0005 + 1e-12

func checkPrinted(t *testing.T, name string, a *learning.Analysis, printed string) {
	t.Helper()
	got := []float64{
		a.PosAcc, a.NegAcc, a.Scores.Precision, a.Scores.Recall, a.Scores.FBeta,
		float64(len(a.TP)), float64(len(a.FP)), float64(len(a.TN)), float64(len(a.FN)),
	}
	if want := printedFigures(t, printed); distance(got, want) > printedTolerance {
		t.Errorf("%s: figures %v, Snorkel printed %v", name, got, want)
	}
}

func TestErrorAnalysisHasSnorkelsBucketsAndFigures(t *testing.T) {
	t.Parallel()
	ran := 0
	eachBinaryCase(t, func(t *testing.T, c *binaryCase, p *matrix.Marginals, gold []int16) {
		for _, key := range sortedKeys(c.Scorer) {
			if !strings.HasPrefix(key, "b=") {
				continue // corpus recall, which the workbench does not have
			}
			o, asIs := parseOptions(t, key)
			if !asIs {
				continue // ties left out, which the workbench does not offer
			}
			var want struct {
				Buckets [4][]int `json:"tp_fp_tn_fn"`
				Printed string
			}
			if err := json.Unmarshal(c.Scorer[key], &want); err != nil {
				t.Fatal(err)
			}
			ran++
			a := analysisOf(t, p, gold, o)
			for b, got := range [][]int{a.TP, a.FP, a.TN, a.FN} {
				if !slices.Equal(got, want.Buckets[b]) {
					t.Errorf("%s: %s %v, want %v", key, []string{"TP", "FP", "TN", "FN"}[b], got, want.Buckets[b])
				}
			}
			checkPrinted(t, key, a, want.Printed)
			if a.Cardinality != 2 || a.Correct != nil || a.Incorrect != nil {
				t.Errorf("%s: %+v has buckets of more classes", key, a)
			}
		}
	})
	if ran < 20 {
		t.Errorf("%d analyses compared, want at least 20", ran)
	}
}

func TestCategoricalErrorAnalysisCountsLabelledRows(t *testing.T) {
	t.Parallel()
	eachCategoricalCase(t, func(t *testing.T, c *categoricalCase, p *matrix.Marginals) {
		if c.WeightsName == "huge" {
			return // the argmax of NaNs is an accident
		}
		a := analysisOf(t, p, c.Y, learning.DefaultScoreOptions())
		if !slices.Equal(a.Correct, c.Scorer.Correct) || !slices.Equal(a.Incorrect, c.Scorer.Incorrect) {
			t.Errorf("correct %v, incorrect %v; want %v, %v", a.Correct, a.Incorrect, c.Scorer.Correct, c.Scorer.Incorrect)
		}
		var printed float64
		if _, err := fmt.Sscanf(c.Scorer.Printed, "Accuracy: %g", &printed); err != nil {
			t.Fatal(err)
		}
		if math.Abs(a.Scores.Accuracy-printed) > ratioTolerance {
			t.Errorf("accuracy %v, Snorkel printed %v", a.Scores.Accuracy, printed)
		}
		if a.TP != nil || a.FP != nil || a.TN != nil || a.FN != nil || a.Cardinality != c.K {
			t.Errorf("%+v has buckets of two classes", a)
		}
	})
}
