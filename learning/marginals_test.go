package learning_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

// modelOracle is what the tests read of model.json.
type modelOracle struct {
	BinaryMatrices map[string]struct {
		L [][]int16
		Y []int16
	} `json:"binary_matrices"`
	BinaryCases []binaryCase `json:"binary_cases"`
	Categorical []categoricalCase
	Illegal     struct {
		L       [][]int16
		Weights []float64
	} `json:"binary_illegal_value_2_is_silently_ignored"`
	OutOfRange illegalCategorical `json:"categorical_out_of_range"`
	Negative   illegalCategorical `json:"categorical_negative"`
	Counts     [][2][]float64     `json:"binary_scores_from_counts"`
}

type illegalCategorical struct {
	L [][]int16
	K int
}

type binaryCase struct {
	Matrix      string
	WeightsName string                     `json:"weights_name"`
	Weights     map[string]json.RawMessage `json:"weights"`
	Marginals   []float64
	At50        []int16                    `json:"predictions_b0.5"`
	At70        []int16                    `json:"predictions_b0.7"`
	Score       map[string][3]float64      `json:"score"`
	Scorer      map[string]json.RawMessage `json:"scorer"`
}

type categoricalCase struct {
	K           int
	L           [][]int16
	Y           []int16
	WeightsName string    `json:"weights_name"`
	Accuracy    []float64 `json:"lf_accuracy"`
	Marginals   [][]number
	Predictions []int16
	Score       float64 `json:"score_csr"`
	Scorer      struct {
		Correct, Incorrect []int
		Printed            string
	}
}

// finite reports whether Snorkel's softmax survived; its NaNs are an accident
// of large weights.
func (c *categoricalCase) finite(row int) bool {
	return !slices.ContainsFunc(c.Marginals[row], func(x number) bool { return math.IsNaN(float64(x)) })
}

// model is the case's model, and false if it has dependencies.
func (c *binaryCase) model(t *testing.T, n int) (*learning.GenerativeModel, bool) {
	g := fixed(2, make([]float64, n)...)
	to := map[string]any{
		"class_prior": &g.Weights.ClassPrior, "lf_accuracy": &g.Weights.LFAccuracy, "lf_prior": &g.Weights.LFPrior,
		"lf_propensity": &g.Weights.LFPropensity, "lf_class_propensity": &g.Weights.LFClassPropensity,
	}
	for kind, text := range c.Weights {
		if strings.HasPrefix(kind, "dep_") {
			return nil, false
		}
		if err := json.Unmarshal(text, to[kind]); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
	}
	return g, true
}

// eachBinaryCase runs a test for each binary case without dependencies, of the
// copy in testdata and of the whole file where that exists.
func eachBinaryCase(t *testing.T, test func(t *testing.T, c *binaryCase, p *matrix.Marginals, gold []int16)) {
	for name, path := range map[string]string{"testdata": "model.json", "whole": shared + "/model.json"} {
		t.Run(name, func(t *testing.T) {
			var oracle modelOracle
			readOracle(t, path, &oracle)
			ran := 0
			for _, c := range oracle.BinaryCases {
				m := oracle.BinaryMatrices[c.Matrix]
				g, ok := c.model(t, len(m.L[0]))
				if !ok {
					continue
				}
				ran++
				t.Run(c.Matrix+"/"+c.WeightsName, func(t *testing.T) {
					test(t, &c, marginals(t, g, labels(t, len(m.L[0]), m.L)), m.Y)
				})
			}
			if ran < 50 {
				t.Errorf("%d cases without dependencies, want at least 50", ran)
			}
		})
	}
}

func eachCategoricalCase(t *testing.T, test func(t *testing.T, c *categoricalCase, p *matrix.Marginals)) {
	var oracle modelOracle
	readOracle(t, "model.json", &oracle)
	if len(oracle.Categorical) < 12 {
		t.Errorf("%d categorical cases, want at least 12", len(oracle.Categorical))
	}
	for _, c := range oracle.Categorical {
		t.Run(fmt.Sprint("K=", c.K, "/", c.WeightsName), func(t *testing.T) {
			test(t, &c, marginals(t, fixed(c.K, c.Accuracy...), labels(t, len(c.L[0]), c.L)))
		})
	}
}

// expTolerance allows for another order of additions and another exp than
// numpy's: a few units in the last place of numbers up to 1.
const expTolerance = 1e-12

func TestBinaryMarginalsAndPredictionsAreSnorkels(t *testing.T) {
	t.Parallel()
	eachBinaryCase(t, func(t *testing.T, c *binaryCase, p *matrix.Marginals, _ []int16) {
		if d := distance(p.P, c.Marginals); d > expTolerance {
			t.Errorf("marginals %v, want %v: %.1e apart", p.P, c.Marginals, d)
		}
		for b, want := range map[float64][]int16{0.5: c.At50, 0.7: c.At70} {
			if got := learning.Predictions(p, b); !slices.Equal(got, want) {
				t.Errorf("predictions at %v: %v, want %v", b, got, want)
			}
		}
	})
}

func TestCategoricalMarginalsAndPredictionsAreSnorkels(t *testing.T) {
	t.Parallel()
	eachCategoricalCase(t, func(t *testing.T, c *categoricalCase, p *matrix.Marginals) {
		got := learning.Predictions(p, 0.7)
		for i, row := range c.Marginals {
			if !c.finite(i) {
				continue
			}
			want := make([]float64, c.K)
			for k, x := range row {
				want[k] = float64(x)
			}
			if d := distance(p.Row(i), want); d > expTolerance {
				t.Errorf("row %d: %v, want %v: %.1e apart", i, p.Row(i), want, d)
			}
			if got[i] != c.Predictions[i] {
				t.Errorf("row %d: predicted %d, want %d", i, got[i], c.Predictions[i])
			}
		}
	})
}

func TestCategoricalMarginalsAreStableWhereSnorkelsOverflow(t *testing.T) {
	t.Parallel()
	eachCategoricalCase(t, func(t *testing.T, c *categoricalCase, p *matrix.Marginals) {
		if c.WeightsName != "huge" {
			return
		}
		predicted := learning.Predictions(p, 0)
		for i, row := range c.L {
			// With equal huge weights the most frequent classes share all the
			// probability, and exp(−800) is 0 next to them.
			count := make(map[int16]int)
			for _, v := range row {
				if v != 0 {
					count[v]++
				}
			}
			most, winners := 0, c.K // no vote: all classes tie
			for _, n := range count {
				most = max(most, n)
			}
			if most > 0 {
				winners = 0
				for _, n := range count {
					if n == most {
						winners++
					}
				}
			}
			first := int16(0)
			for k := range c.K {
				want := 0.0
				if count[int16(k+1)] == most {
					want = 1 / float64(winners)
					if first == 0 {
						first = int16(k + 1)
					}
				}
				if x := p.Row(i)[k]; math.Abs(x-want) > expTolerance {
					t.Errorf("row %v, class %d: %v, want %v", row, k+1, x, want)
				}
			}
			if predicted[i] != first {
				t.Errorf("row %v: predicted %d, want the first of the best, %d", row, predicted[i], first)
			}
		}
	})
}

func TestHugeWeightsGiveCertainMarginalsAndNoNaN(t *testing.T) {
	t.Parallel()
	rows := [][]int16{{1, 1}, {1, -1}, {-1, -1}, {0, -1}, {0, 0}}
	for weight, want := range map[float64][]float64{
		1000:  {1, 0.5, 0, 0, 0.5},
		-1000: {0, 0.5, 1, 1, 0.5},
	} {
		if p := marginals(t, fixed(2, weight, weight), labels(t, 2, rows)); !slices.Equal(p.P, want) {
			t.Errorf("weight %v: %v, want %v", weight, p.P, want)
		}
	}
	p := marginals(t, fixed(3, -1000, 1000), labels(t, 2, [][]int16{{1, 1}, {1, 2}, {3, 0}, {0, 3}}))
	want := []float64{1. / 3, 1. / 3, 1. / 3, 0, 1, 0, 0.5, 0.5, 0, 0, 0, 1}
	if d := distance(p.P, want); d > expTolerance {
		t.Errorf("K=3: %v, want %v", p.P, want)
	}
}

func TestClassPriorCountsTwiceInTheLogOdds(t *testing.T) {
	t.Parallel()
	g := fixed(2, 0)
	g.Weights.ClassPrior = 0.5
	want := 1 / (1 + math.Exp(-1)) // exp(2c) : 1 with c = ½
	if p := marginals(t, g, labels(t, 1, [][]int16{{0}})); math.Abs(p.P[0]-want) > expTolerance {
		t.Errorf("marginal %v, want %v", p.P[0], want)
	}
}

func TestMarginalsMatchLFsByName(t *testing.T) {
	t.Parallel()
	order := []int{3, 0, 4, 1, 2}
	for _, k := range []int{2, 3} {
		L, _ := synthetic(t, 60, 5, k, 0.6, 2)
		g := fixed(k, 0.1, 0.9, -0.4, 1.3, 0.6)
		want, got := marginals(t, g, L), marginals(t, g, L.SelectCols(order))
		// Another order of the columns is another order of additions, nothing more.
		if d := distance(got.P, want.P); d > 1e-15 {
			t.Errorf("K=%d: reordered columns change the marginals by %.1e", k, d)
		}
		if !slices.Equal(got.Candidates, L.Candidates()) {
			t.Errorf("K=%d: the marginals are not of the matrix's candidates", k)
		}
		if wrong := marginals(t, fixed(k, 1.3, 0.1, 0.6, 0.9, -0.4), L); distance(wrong.P, want.P) < 0.01 {
			t.Errorf("K=%d: the order of the weights does not matter at all, so this test proves nothing", k)
		}
	}
}

func TestMarginalsRefuseOtherLFs(t *testing.T) {
	t.Parallel()
	g := fixed(2, 1, 2, 3)
	L, _ := synthetic(t, 10, 4, 2, 0.5, 3)
	for name, c := range map[string]struct {
		cols []int
		says string
	}{
		"an LF that the model does not know": {[]int{0, 1, 2, 3}, `"LF_3"`},
		"an LF less than the model has":      {[]int{0, 2}, `"LF_1"`},
		"an LF in place of another":          {[]int{0, 1, 3}, `"LF_3"`},
	} {
		_, err := g.Marginals(L.SelectCols(c.cols))
		if !errors.Is(err, learning.ErrOtherLFs) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want ErrOtherLFs that names %s", name, err, c.says)
		}
	}
}

func TestUntrainedModelHasNoMarginals(t *testing.T) {
	t.Parallel()
	L, _ := synthetic(t, 3, 2, 2, 1, 4)
	g := learning.NewGenerativeModel(learning.ModelOptions{ClassPrior: true})
	if _, err := g.Marginals(L); !errors.Is(err, learning.ErrUntrained) {
		t.Errorf("Marginals: %v, want ErrUntrained", err)
	}
	if _, err := g.WriteTo(&strings.Builder{}); !errors.Is(err, learning.ErrUntrained) {
		t.Errorf("WriteTo: %v, want ErrUntrained", err)
	}
	if stats := g.LearnedLFStats(); len(stats) != 0 {
		t.Errorf("LearnedLFStats: %v, want none", stats)
	}
}

func TestMarginalsRefuseLabelsOfOtherClasses(t *testing.T) {
	t.Parallel()
	var oracle modelOracle
	readOracle(t, "model.json", &oracle)
	for name, c := range map[string]struct {
		model *learning.GenerativeModel
		L     [][]int16
	}{
		"binary 2":                {fixed(2, oracle.Illegal.Weights...), oracle.Illegal.L},
		"categorical 4 of 3":      {fixed(oracle.OutOfRange.K, make([]float64, len(oracle.OutOfRange.L[0]))...), oracle.OutOfRange.L},
		"categorical negative":    {fixed(oracle.Negative.K, make([]float64, len(oracle.Negative.L[0]))...), oracle.Negative.L},
		"negative of 100 classes": {fixed(100, 1), [][]int16{{100}, {-1}}},
	} {
		L := labels(t, len(c.L[0]), c.L)
		if _, err := c.model.Marginals(L); !errors.Is(err, matrix.ErrBadLabel) {
			t.Errorf("%s: Marginals: %v, want ErrBadLabel", name, err)
		}
		o := learning.DefaultTrainOptions()
		o.Cardinality = c.model.Cardinality
		err := learning.NewGenerativeModel(learning.ModelOptions{}).Train(t.Context(), L, o)
		if !errors.Is(err, matrix.ErrBadLabel) {
			t.Errorf("%s: Train: %v, want ErrBadLabel", name, err)
		}
	}
}

func TestBadLabelIsNamedWithCandidateAndLF(t *testing.T) {
	t.Parallel()
	err := matrix.CheckLabels(labels(t, 3, [][]int16{{1, 0, -1}, {0, 0, 2}}), 2)
	for _, part := range []string{"1001", "LF_2", "2", "-1, 0 and 1"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not say %q", err, part)
		}
	}
}

func TestCardinalityIsInferredAsInSnorkel(t *testing.T) {
	t.Parallel()
	for k, rows := range map[int][][]int16{
		2: {{1, 0}, {0, 1}},
		3: {{1, 0}, {0, 3}},
		7: {{7, 0}, {1, 2}},
	} {
		if got, err := matrix.InferCardinality(labels(t, 2, rows)); err != nil || got != k {
			t.Errorf("%v: %d, %v, want %d", rows, got, err, k)
		}
	}
	for _, rows := range [][][]int16{{{0, 0}}, {{-1, 0}}, {{-1, 1}}, {{-1, 2}}, {{3, -1}}, {}} { // a −1 is of two classes
		if got, err := matrix.InferCardinality(labels(t, 2, rows)); err != nil || got != 2 {
			t.Errorf("%v: %d, %v, want 2", rows, got, err)
		}
	}
	two := labels(t, 2, [][]int16{{1, 2}, {2, 0}})
	if _, err := matrix.InferCardinality(two); !errors.Is(err, matrix.ErrCardinality) {
		t.Errorf("largest label 2: %v, want ErrCardinality", err)
	}
	err := learning.NewGenerativeModel(learning.ModelOptions{}).Train(t.Context(), two, learning.DefaultTrainOptions())
	if !errors.Is(err, matrix.ErrCardinality) {
		t.Errorf("training with largest label 2: %v, want ErrCardinality", err)
	}
}

// parseOptions reads a key such as "b=0.7,beta=1,set_unlabeled_as_neg=True".
// Not offered is whether ties count as negative; as is whether the key wants
// that.
func parseOptions(t *testing.T, key string) (o learning.ScoreOptions, asIs bool) {
	t.Helper()
	o, asIs = learning.DefaultScoreOptions(), true
	for part := range strings.SplitSeq(key, ",") {
		name, value, _ := strings.Cut(part, "=")
		var err error
		switch name {
		case "b":
			_, err = fmt.Sscan(value, &o.Threshold)
		case "beta":
			_, err = fmt.Sscan(value, &o.Beta)
		case "set_unlabeled_as_neg":
			o.DropUnlabelled = value == "False"
		case "set_at_thresh_as_neg":
			asIs = value == "True"
		default:
			err = errors.New("unknown option")
		}
		if err != nil {
			t.Fatalf("%q in %q: %v", part, key, err)
		}
	}
	return o, asIs
}

// sortedKeys makes failures come in one order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
