package learning_test

import (
	"math"
	"slices"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

// ratioTolerance allows for another order of two multiplications and a
// division of numbers up to 1.
const ratioTolerance = 1e-15

func TestBinaryScoresAreSnorkelsForEveryOption(t *testing.T) {
	t.Parallel()
	eachBinaryCase(t, func(t *testing.T, c *binaryCase, p *matrix.Marginals, gold []int16) {
		if len(c.Score) < 8 {
			t.Errorf("%d combinations of options, want at least 8", len(c.Score))
		}
		for _, key := range sortedKeys(c.Score) {
			o, _ := parseOptions(t, key)
			s := scoresOf(t, p, gold, o)
			want := c.Score[key]
			if d := distance([]float64{s.Precision, s.Recall, s.FBeta}, want[:]); d > ratioTolerance {
				t.Errorf("%s: %+v, want %v", key, s, want)
			}
			if !math.IsNaN(s.Accuracy) || !math.IsNaN(s.AccuracyAll) {
				t.Errorf("%s: two classes have no accuracy, got %v and %v", key, s.Accuracy, s.AccuracyAll)
			}
			if learning.Objective(s, 2) != s.FBeta {
				t.Errorf("%s: a search would maximise %v, not F", key, learning.Objective(s, 2))
			}
		}
	})
}

func TestCategoricalScoresAreSnorkels(t *testing.T) {
	t.Parallel()
	eachCategoricalCase(t, func(t *testing.T, c *categoricalCase, p *matrix.Marginals) {
		if c.WeightsName == "huge" {
			return // the argmax of NaNs is an accident
		}
		s := scoresOf(t, p, c.Y, learning.DefaultScoreOptions())
		if math.Abs(s.AccuracyAll-c.Score) > ratioTolerance {
			t.Errorf("accuracy over all rows %v, want %v", s.AccuracyAll, c.Score)
		}
		right, wrong := len(c.Scorer.Correct), len(c.Scorer.Incorrect)
		if want := float64(right) / float64(right+wrong); math.Abs(s.Accuracy-want) > ratioTolerance {
			t.Errorf("accuracy over labelled rows %v, want %v", s.Accuracy, want)
		}
		if learning.Objective(s, c.K) != s.AccuracyAll {
			t.Errorf("a search would maximise %v, not the accuracy", learning.Objective(s, c.K))
		}
	})
}

// counted makes binary marginals and gold labels with the given counts.
func counted(tp, fp, tn, fn int) (*matrix.Marginals, []int16) {
	p := &matrix.Marginals{Cardinality: 2}
	var gold []int16
	add := func(n int, x float64, y int16) {
		for range n {
			p.P, gold = append(p.P, x), append(gold, y)
		}
	}
	add(tp, 0.9, 1)
	add(fp, 0.9, -1)
	add(tn, 0.1, -1)
	add(fn, 0.1, 1)
	p.Candidates = ids(len(gold))
	return p, gold
}

func TestScoresFromCountsAreSnorkels(t *testing.T) {
	t.Parallel()
	var oracle modelOracle
	readOracle(t, "model.json", &oracle)
	if len(oracle.Counts) < 5 {
		t.Fatalf("%d cases, want at least 5", len(oracle.Counts))
	}
	for _, c := range oracle.Counts {
		n := c[0]
		p, gold := counted(int(n[0]), int(n[1]), int(n[2]), int(n[3]))
		s := scoresOf(t, p, gold, learning.DefaultScoreOptions())
		if d := distance([]float64{s.Precision, s.Recall, s.FBeta}, c[1]); d > ratioTolerance {
			t.Errorf("tp, fp, tn, fn = %v: %+v, want %v", n, s, c[1])
		}
		a := analysisOf(t, p, gold, learning.DefaultScoreOptions())
		if d := distance([]float64{a.Scores.Precision, a.Scores.Recall, a.Scores.FBeta}, c[1]); d > ratioTolerance {
			t.Errorf("tp, fp, tn, fn = %v: error analysis has %+v, want %v", n, a.Scores, c[1])
		}
	}
}

func TestBetaWeighsRecallAgainstPrecision(t *testing.T) {
	t.Parallel()
	p, gold := counted(6, 2, 5, 6) // precision 3/4, recall 1/2
	for beta, want := range map[float64]float64{
		0: 3. / 4, 0.5: 15. / 22, 1: 3. / 5, 2: 15. / 28, // (1+β²)·(3/8) / (β²·3/4 + 1/2)
	} {
		s := scoresOf(t, p, gold, learning.ScoreOptions{Threshold: 0.5, Beta: beta})
		if math.Abs(s.FBeta-want) > ratioTolerance {
			t.Errorf("F-%v = %v, want %v", beta, s.FBeta, want)
		}
	}
}

func TestUnlabelledCandidatesAreNegativeUnlessDropped(t *testing.T) {
	t.Parallel()
	p := &matrix.Marginals{Candidates: ids(4), Cardinality: 2, P: []float64{0.9, 0.9, 0.1, 0.1}}
	gold := []int16{1, 0, 0, 1}
	o := learning.DefaultScoreOptions()
	if s := scoresOf(t, p, gold, o); s.Precision != 0.5 || s.Recall != 0.5 {
		t.Errorf("counted as negative: %+v, want precision and recall 1/2", s)
	}
	o.DropUnlabelled = true
	if s := scoresOf(t, p, gold, o); s.Precision != 1 || s.Recall != 0.5 {
		t.Errorf("dropped: %+v, want precision 1 and recall 1/2", s)
	}
	a := analysisOf(t, p, gold, o)
	if !slices.Equal(a.TP, []int{0}) || !slices.Equal(a.FN, []int{3}) || len(a.FP)+len(a.TN) != 0 {
		t.Errorf("dropped: %+v, want only a true positive, 0, and a false negative, 3", a)
	}
}

func TestMarginalAtTheThresholdPredictsNeitherClassButIsANegativeError(t *testing.T) {
	t.Parallel()
	p := &matrix.Marginals{Candidates: ids(3), Cardinality: 2, P: []float64{0.25, 0.25, 0.75}}
	o := learning.ScoreOptions{Threshold: 0.25, Beta: 1}
	if got := learning.Predictions(p, 0.25); !slices.Equal(got, []int16{0, 0, 1}) {
		t.Errorf("predictions %v, want 0, 0, 1", got)
	}
	a := analysisOf(t, p, []int16{1, -1, 1}, o)
	if !slices.Equal(a.FN, []int{0}) || !slices.Equal(a.TN, []int{1}) || !slices.Equal(a.TP, []int{2}) {
		t.Errorf("%+v, want false negative 0, true negative 1, true positive 2", a)
	}
}

func TestScoresOfNothing(t *testing.T) {
	t.Parallel()
	none := &matrix.Marginals{Cardinality: 2}
	if s := scoresOf(t, none, nil, learning.DefaultScoreOptions()); s.Precision != 0 || s.Recall != 0 || s.FBeta != 0 {
		t.Errorf("two classes: %+v, want zeros", s)
	}
	none.Cardinality = 3
	if s := scoresOf(t, none, nil, learning.DefaultScoreOptions()); !math.IsNaN(s.Accuracy) || !math.IsNaN(s.AccuracyAll) {
		t.Errorf("three classes: %+v, want NaN", s)
	}
	unlabelled := &matrix.Marginals{Cardinality: 3, Candidates: ids(2), P: []float64{1, 0, 0, 0, 1, 0}}
	s := scoresOf(t, unlabelled, make([]int16, 2), learning.DefaultScoreOptions())
	if !math.IsNaN(s.Accuracy) || s.AccuracyAll != 0 {
		t.Errorf("three classes, no gold label: %+v, want NaN over labelled rows and 0 over all", s)
	}
}

func TestScoringAlignsGoldOfOtherCandidatesById(t *testing.T) {
	t.Parallel()
	L := labels(t, 1, [][]int16{{1}, {-1}, {1}, {0}}) // candidates 1000 to 1003
	gold, err := matrix.New([]int64{7, 1003, 1000, 1002}, []matrix.Key{{ID: 1, Name: "gold"}},
		[]matrix.Entry[int16]{{Row: 0, Value: 1}, {Row: 1, Value: -1}, {Row: 2, Value: 1}, {Row: 3, Value: -1}})
	if err != nil {
		t.Fatal(err)
	}
	labels := matrix.Align(L, gold)
	if !slices.Equal(labels, []int16{1, 0, -1, -1}) {
		t.Fatalf("aligned %v, want 1 0 -1 -1", labels)
	}
	a := analysisOf(t, marginals(t, fixed(2, 1), L), labels, learning.DefaultScoreOptions())
	if !slices.Equal(a.TP, []int{0}) || !slices.Equal(a.FP, []int{2}) || !slices.Equal(a.TN, []int{1, 3}) || len(a.FN) != 0 {
		t.Errorf("%+v, want TP 0, FP 2, TN 1 and 3", a)
	}
}
