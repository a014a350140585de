package learning_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

// shared holds the oracle files that may not be copied into testdata.
const shared = "../../shared/oracle"

// number reads the oracle's floats, among which NaN and infinities are strings.
type number float64

func (x *number) UnmarshalJSON(text []byte) error {
	if text[0] != '"' {
		return json.Unmarshal(text, (*float64)(x))
	}
	var name string
	if err := json.Unmarshal(text, &name); err != nil {
		return err
	}
	v, ok := map[string]float64{"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)}[name]
	if !ok {
		return fmt.Errorf("%q is no number", name)
	}
	*x = number(v)
	return nil
}

// readOracle decodes an oracle file of testdata, or the one that the path names if
// it is shared; a shared file that this machine lacks skips the test.
func readOracle(t testing.TB, path string, into any) {
	t.Helper()
	if filepath.Dir(path) != shared {
		path = filepath.Join("..", "testdata", "oracle", path)
	}
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) && filepath.Dir(path) == shared {
		t.Skipf("%s is not on this machine and may not be copied into testdata", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// lfNames are the names that matrix and model give to n LFs.
func lfNames(n int) []string {
	names := make([]string, n)
	for j := range names {
		names[j] = fmt.Sprintf("LF_%d", j)
	}
	return names
}

// lfKeys are n key columns in key group 0.
func lfKeys(n int) []matrix.Key {
	keys := make([]matrix.Key, n)
	for j, name := range lfNames(n) {
		keys[j] = matrix.Key{ID: int64(j + 1), Name: name}
	}
	return keys
}

// ids are m candidate ids that are not their row numbers.
func ids(m int) []int64 {
	list := make([]int64, m)
	for i := range list {
		list[i] = int64(1000 + i)
	}
	return list
}

// labels makes a label matrix of n columns from dense rows. Zeros are given to
// NewMatrix too, as stored zeros would be.
func labels(t testing.TB, n int, rows [][]int16) *matrix.LabelMatrix {
	t.Helper()
	var entries matrix.Builder[int16]
	for i, row := range rows {
		for j, v := range row {
			entries.Add(int32(i), int32(j), v)
		}
	}
	L, err := entries.Matrix(ids(len(rows)), lfKeys(n))
	if err != nil {
		t.Fatal(err)
	}
	return L
}

// dense is the opposite of labels.
func dense(L *matrix.LabelMatrix) [][]int16 {
	rows := make([][]int16, L.Rows())
	for i := range rows {
		rows[i] = make([]int16, L.Cols())
		cols, vals := L.Row(i)
		for x, j := range cols {
			rows[i][j] = vals[x]
		}
	}
	return rows
}

// synthetic draws a matrix of m × n labels of k classes and the true classes.
// Each LF votes on a candidate with probability coverage; LF j is right with
// a probability that rises from 0.6 for the first to 0.9 for the last.
func synthetic(t testing.TB, m, n, k int, coverage float64, seed uint64) (*matrix.LabelMatrix, []int16) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	gold := make([]int16, m)
	var entries matrix.Builder[int16]
	for i := range gold {
		class := random.IntN(k)
		gold[i] = classLabel(class, k)
		for j := range n {
			if random.Float64() >= coverage {
				continue
			}
			vote := class
			if random.Float64() >= 0.6+0.3*float64(j)/float64(max(1, n-1)) {
				vote = (class + 1 + random.IntN(k-1)) % k
			}
			entries.Add(int32(i), int32(j), classLabel(vote, k))
		}
	}
	L, err := entries.Matrix(ids(m), lfKeys(n))
	if err != nil {
		t.Fatal(err)
	}
	return L, gold
}

// classLabel is the label of class c, counted from 0: 1 and −1 for two classes.
func classLabel(c, k int) int16 {
	if k == 2 {
		return int16(1 - 2*c)
	}
	return int16(c + 1)
}

// train trains a model that must not fail.
func train(t testing.TB, L *matrix.LabelMatrix, m learning.ModelOptions, o learning.TrainOptions) *learning.GenerativeModel {
	t.Helper()
	g := learning.NewGenerativeModel(m)
	if err := g.Train(t.Context(), L, o); err != nil {
		t.Fatal(err)
	}
	return g
}

// fixed is a model with the given accuracy weights and no others.
func fixed(k int, accuracy ...float64) *learning.GenerativeModel {
	n := len(accuracy)
	return &learning.GenerativeModel{Cardinality: k, LFs: lfNames(n), Weights: learning.Weights{
		LFAccuracy: accuracy, LFPrior: make([]float64, n),
		LFPropensity: make([]float64, n), LFClassPropensity: make([]float64, n),
	}}
}

// marginals are what a model must be able to compute.
func marginals(t testing.TB, g *learning.GenerativeModel, L *matrix.LabelMatrix) *matrix.Marginals {
	t.Helper()
	p, err := g.Marginals(L)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// scoresOf are the scores of options that make sense.
func scoresOf(t testing.TB, p *matrix.Marginals, gold []int16, o learning.ScoreOptions) learning.Scores {
	t.Helper()
	s, err := learning.Score(p, gold, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// analysisOf is the error analysis of options that make sense.
func analysisOf(t testing.TB, p *matrix.Marginals, gold []int16, o learning.ScoreOptions) *learning.Analysis {
	t.Helper()
	a, err := learning.ErrorAnalysis(p, gold, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// allWeights puts a model's weights into one list: class prior, accuracies,
// priors, propensities, class propensities.
func allWeights(g *learning.GenerativeModel) []float64 {
	w := []float64{g.Weights.ClassPrior}
	for _, kind := range [][]float64{g.Weights.LFAccuracy, g.Weights.LFPrior, g.Weights.LFPropensity, g.Weights.LFClassPropensity} {
		w = append(w, kind...)
	}
	return w
}

// distance is the largest difference between two lists; NaN differs from
// everything but NaN.
func distance(a, b []float64) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	worst := 0.0
	for i := range a {
		if math.IsNaN(a[i]) && math.IsNaN(b[i]) {
			continue
		}
		d := math.Abs(a[i] - b[i])
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		worst = max(worst, d)
	}
	return worst
}

// sameBits reports whether two lists are equal to the last bit.
func sameBits(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
			return false
		}
	}
	return true
}

// everyOption lists all combinations of a model's optional weights that exist
// for k classes.
func everyOption(k int) []learning.ModelOptions {
	var list []learning.ModelOptions
	for bits := range 16 {
		o := learning.ModelOptions{
			ClassPrior: bits&1 != 0, LFPrior: bits&2 != 0,
			LFPropensity: bits&4 != 0, LFClassPropensity: bits&8 != 0,
		}
		if k == 2 || !o.ClassPrior && !o.LFPrior && !o.LFClassPropensity {
			list = append(list, o)
		}
	}
	return list
}
