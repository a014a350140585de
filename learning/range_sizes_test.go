package learning_test

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"workbench/learning"
)

func TestLearnedStatisticsKnowHowManyClassesCandidatesCouldHave(t *testing.T) {
	t.Parallel()
	const a = 0.7
	g := fixed(40, a)
	// Of r classes an LF is right with the weight e^a, wrong in one of r − 1 ways
	// with e^−a each, or abstains.
	of := func(r float64) (right, voted float64) {
		right = math.Exp(a)
		voted = right + (r-1)*math.Exp(-a)
		return right / (voted + 1), voted / (voted + 1)
	}
	for _, sizes := range [][]learning.RangeSize{
		nil,
		{{Classes: 40, Candidates: 5}},
		{{Classes: 2, Candidates: 5}},
		{{Classes: 2, Candidates: 3}, {Classes: 40, Candidates: 1}},
		{{Classes: 1, Candidates: 1}, {Classes: 3, Candidates: 4}, {Classes: 7, Candidates: 5}},
	} {
		g.Training.RangeSizes = sizes
		right, voted, all := 0.0, 0.0, 0.0
		for _, s := range sizes {
			r, v := of(float64(s.Classes))
			right += float64(s.Candidates) * r
			voted += float64(s.Candidates) * v
			all += float64(s.Candidates)
		}
		if sizes == nil {
			right, voted = of(40)
			all = 1
		}
		got := g.LearnedLFStats()[0]
		if distance([]float64{got.Accuracy, got.Coverage}, []float64{right / voted, voted / all}) > 1e-12 {
			t.Errorf("%v: accuracy %v and coverage %v, want %v and %v", sizes, got.Accuracy, got.Coverage, right/voted, voted/all)
		}
		read, err := learning.ReadModel(bytes.NewReader(written(t, g)))
		if err != nil {
			t.Fatal(err)
		}
		if again := read.LearnedLFStats()[0]; again.Accuracy != got.Accuracy || again.Coverage != got.Coverage {
			t.Errorf("%v: a model that was read says %+v, not %+v", sizes, again, got)
		}
		sampled := learning.SampledStats(g)[0]
		if distance([]float64{got.Accuracy, got.Coverage}, []float64{sampled.Accuracy, sampled.Coverage}) > 0.1 {
			t.Errorf("%v: %+v sampled, %+v exactly", sizes, sampled, got)
		}
	}
}

func TestLearnedStatisticsWithinRangesAreWhatSnorkelSamples(t *testing.T) {
	t.Parallel()
	const k, m = 100, 300
	rows := make([][]int16, m)
	L, _ := synthetic(t, m, 4, 2, 0.7, 3)
	ranges := make([][]int16, m)
	for i, row := range dense(L) {
		ranges[i] = []int16{int16(1 + i%50), int16(51 + i%50)}
		class := func(v int16) int16 {
			switch v {
			case 1:
				return ranges[i][0]
			case -1:
				return ranges[i][1]
			}
			return 0
		}
		for _, v := range row {
			rows[i] = append(rows[i], class(v))
		}
	}
	o, sampler := learning.DefaultTrainOptions(), learning.DefaultGibbsOptions()
	o.Cardinality, o.CandidateRanges, o.Gibbs = k, ranges, &sampler
	g := train(t, labels(t, 4, rows), learning.ModelOptions{LFPropensity: true}, o)
	if want := []learning.RangeSize{{Classes: 2, Candidates: m}}; !slices.Equal(g.Training.RangeSizes, want) {
		t.Errorf("range sizes %v, want %v", g.Training.RangeSizes, want)
	}
	stats, err := g.SampleLFStats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for j, exact := range g.LearnedLFStats() {
		if math.Abs(stats[j].Accuracy-exact.Accuracy) > 0.05 || math.Abs(stats[j].Coverage-exact.Coverage) > 0.05 {
			t.Errorf("LF %d: %+v sampled, %+v exactly", j, stats[j], exact)
		}
	}
	for _, w := range g.Warnings {
		if strings.Contains(w, "chance") {
			t.Errorf("a warning: %s", w)
		}
	}
}

func TestRangeSizesOfADocumentFitItsClasses(t *testing.T) {
	t.Parallel()
	g := fixed(3, 1)
	g.Training.RangeSizes = []learning.RangeSize{{Classes: 2, Candidates: 1}}
	text := string(written(t, g))
	for _, x := range []struct{ old, new string }{
		{`"classes": 2`, `"classes": 4`}, {`"classes": 2`, `"classes": 0`},
		{`"candidates": 1`, `"candidates": 0`}, {`"candidates": 1`, `"candidates": -1`},
	} {
		other := strings.Replace(text, x.old, x.new, 1)
		if _, err := learning.ReadModel(strings.NewReader(other)); other == text || !errors.Is(err, learning.ErrModelFile) {
			t.Errorf("%s: %v, want ErrModelFile", x.new, err)
		}
	}
}

func TestOrderOfRangesCountsWhereSnorkelSamplesOnly(t *testing.T) {
	t.Parallel()
	L, ranges := scoped(t, 200, 4, 4)
	backwards := make([][]int16, len(ranges))
	for i, scope := range ranges {
		slices.Sort(scope)
		backwards[i] = slices.Clone(scope)
		slices.Reverse(backwards[i])
	}
	o, sampler := learning.DefaultTrainOptions(), learning.DefaultGibbsOptions()
	weights := func(ranges [][]int16, sampler *learning.GibbsOptions) []float64 {
		o.Cardinality, o.CandidateRanges, o.Gibbs = 4, ranges, sampler
		return learnedPart(train(t, L, learning.ModelOptions{LFPropensity: true}, o))
	}
	if !sameBits(weights(ranges, nil), weights(backwards, nil)) {
		t.Error("the order of the ranges changes the mean path")
	}
	if sameBits(weights(ranges, &sampler), weights(backwards, &sampler)) {
		t.Error("the order of the ranges does not count where Snorkel samples")
	}
}
