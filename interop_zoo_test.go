package workbench_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/learning"
	"workbench/learning/structure"
)

// interopZoo is what Snorkel reads and computes in zoo.db.
type interopZoo struct {
	Matrices []struct {
		Split, Group int
		Rows         []int64
		KeyIDs       []int64 `json:"key_ids"`
		Names        []string
		Entries      [][3]float64
	}
	Gold []struct {
		Annotator string
		Split     int
		Rows      []int64
		Entries   [][3]float64
	}
	LFStats []struct {
		Split, Group int
		Gold         string
		Rows         [][]*float64
	} `json:"lf_stats"`
	MajorityVote []struct {
		Split, Group  int
		Gold, Printed string
	} `json:"majority_vote"`
	Fixed []struct {
		Split, Group      int
		ClassPrior        float64   `json:"class_prior"`
		LFAccuracy        []float64 `json:"lf_accuracy"`
		LFClassPropensity []float64 `json:"lf_class_propensity"`
		Marginals         []float64
		Score             []float64
		Buckets           []int
	}
	Deps []struct {
		Group   int
		Options struct {
			Threshold   *float64
			Propensity  bool
			HigherOrder bool `json:"higher_order"`
			Truncation  *int
		}
		Deps [][3]int
	}
	Gibbs []struct {
		Group       int
		Constructor struct {
			ClassPrior   bool `json:"class_prior"`
			LFPropensity bool `json:"lf_propensity"`
			Seed         *uint32
		}
		Train struct {
			Epochs   *int
			RegType  *int     `json:"reg_type"`
			RegParam *float64 `json:"reg_param"`
			StepSize *float64 `json:"step_size"`
			Decay    *float64
		}
		ClassPrior   float64   `json:"class_prior"`
		LFAccuracy   []float64 `json:"lf_accuracy"`
		LFPropensity []float64 `json:"lf_propensity"`
	}
	Marginals []struct {
		Split    int
		Type     string
		Training bool
		P        []float64
	}
	Shown []struct {
		ID        int64
		Type      string
		Split     int
		Tagged    string
		Spans     []string
		Words     [][2]int
		StableIDs []string `json:"stable_ids"`
		CIDs      []*string
	}
}

// TestInteropZoo compares with what Snorkel read in one file: ten candidate
// classes, eight key groups, odd names, stored zeros, orphans, splits −1 to
// 1000000.
func TestInteropZoo(t *testing.T) {
	ctx, s := interopOpen(t, "zoo.db")
	var z interopZoo
	interopJSON(t, "zoo.json", &z)
	L := func(split, group int) *matrix.LabelMatrix {
		m, err := annotations.LabelAnnotator{}.LoadMatrix(ctx, s, annotations.Selection{Split: split, KeyGroup: group})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	gold := func(m *matrix.LabelMatrix, annotator string, split int) []int16 {
		g, err := annotations.LoadGoldLabels(ctx, s, annotator, annotations.Selection{Split: split})
		if err != nil {
			t.Fatal(err)
		}
		return matrix.Align(m, g)
	}
	for _, w := range z.Matrices {
		m := L(w.Split, w.Group)
		ids := []int64{}
		for _, k := range m.Keys() {
			ids = append(ids, k.ID)
		}
		if !slices.Equal(m.Candidates(), w.Rows) || !slices.Equal(ids, w.KeyIDs) || !slices.Equal(keyNames(m), w.Names) || !reflect.DeepEqual(entries(m), w.Entries) {
			t.Errorf("matrix of split %d, group %d differs", w.Split, w.Group)
		}
	}
	for _, w := range z.Gold {
		g, err := annotations.LoadGoldLabels(ctx, s, w.Annotator, annotations.Selection{Split: w.Split})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(g.Candidates(), w.Rows) || !reflect.DeepEqual(entries(g), w.Entries) {
			t.Errorf("gold labels of %q in split %d differ", w.Annotator, w.Split)
		}
	}
	for _, w := range z.LFStats {
		m := L(w.Split, w.Group)
		for _, r := range matrix.LFStats(m, gold(m, w.Gold, w.Split), 2) {
			got := []float64{float64(r.J), r.Coverage, r.Overlaps, r.Conflicts, float64(r.TP), float64(r.FP), float64(r.FN), float64(r.TN), r.EmpiricalAcc}
			for c := range w.Rows {
				want := math.NaN()
				if v := w.Rows[c][r.J]; v != nil {
					want = *v
				}
				if !near(want, got[c], 1e-12) {
					t.Errorf("lf_stats of split %d, group %d, LF %d, column %d: %v, want %v", w.Split, w.Group, r.J, c, got[c], want)
				}
			}
		}
	}
	for _, w := range z.MajorityVote {
		m := L(w.Split, w.Group)
		v := learning.ScoreVote(learning.MajorityVote(m, 2), gold(m, w.Gold, w.Split), 2)
		n := float64(v.Pos + v.Neg)
		got := fmt.Sprintf("pos/neg    %d:%d %.1f%%/%.1f%%\nprecision  %.2f\nrecall     %.2f\nf1         %.2f", v.Pos, v.Neg, 100*float64(v.Pos)/n, 100*float64(v.Neg)/n, 100*v.Scores.Precision, 100*v.Scores.Recall, 100*v.Scores.FBeta)
		if got != w.Printed {
			t.Errorf("majority vote of split %d, group %d:\n%s\nwant\n%s", w.Split, w.Group, got, w.Printed)
		}
	}
	for _, w := range z.Fixed {
		m := L(w.Split, w.Group)
		n := m.Cols()
		g := learning.NewGenerativeModel(learning.ModelOptions{ClassPrior: true, LFClassPropensity: true})
		g.Cardinality, g.KeyGroup, g.LFs = 2, w.Group, keyNames(m)
		g.Weights = learning.Weights{ClassPrior: w.ClassPrior, LFAccuracy: w.LFAccuracy, LFPrior: make([]float64, n), LFPropensity: make([]float64, n), LFClassPropensity: w.LFClassPropensity}
		p, err := g.Marginals(m)
		if err != nil {
			t.Error(err)
			continue
		}
		nearAll(t, fmt.Sprintf("marginals of split %d, group %d", w.Split, w.Group), w.Marginals, p.P, 1e-12)
		y := gold(m, "gold", w.Split)
		sc, err := learning.Score(p, y, learning.DefaultScoreOptions())
		if err != nil {
			t.Fatal(err)
		}
		nearAll(t, "score", w.Score, []float64{sc.Precision, sc.Recall, sc.FBeta}, 1e-12)
		a, err := learning.ErrorAnalysis(p, y, learning.DefaultScoreOptions())
		if err != nil {
			t.Fatal(err)
		}
		if got := []int{len(a.TP), len(a.FP), len(a.TN), len(a.FN)}; !slices.Equal(got, w.Buckets) {
			t.Errorf("buckets of split %d, group %d: %v, want %v", w.Split, w.Group, got, w.Buckets)
		}
	}
	for _, w := range z.Deps {
		d := structure.NewDependencySelector()
		d.Propensity, d.HigherOrder = w.Options.Propensity, w.Options.HigherOrder
		if w.Options.Threshold != nil {
			d.Threshold = *w.Options.Threshold
		}
		if w.Options.Truncation != nil {
			d.Truncation = *w.Options.Truncation
		}
		sel, err := d.Select(ctx, L(0, w.Group))
		if err != nil {
			t.Fatal(err)
		}
		got := [][3]int{}
		for _, x := range sel.Dependencies {
			got = append(got, [3]int{x.J, x.K, int(x.Type)})
		}
		slices.SortFunc(got, func(a, b [3]int) int { return slices.Compare(a[:], b[:]) })
		if !reflect.DeepEqual(got, w.Deps) && len(got)+len(w.Deps) > 0 {
			t.Errorf("dependencies of group %d: %v, want %v", w.Group, got, w.Deps)
		}
	}
	for _, w := range z.Gibbs {
		g := learning.NewGenerativeModel(learning.ModelOptions{ClassPrior: w.Constructor.ClassPrior, LFPropensity: w.Constructor.LFPropensity})
		o := learning.DefaultTrainOptions()
		gibbs := learning.DefaultGibbsOptions()
		if w.Constructor.Seed != nil {
			gibbs.Seed = *w.Constructor.Seed
		}
		o.Gibbs = &gibbs
		if v := w.Train.Epochs; v != nil {
			o.Epochs = *v
		}
		if v := w.Train.RegType; v != nil {
			o.RegType = *v
		}
		if v := w.Train.RegParam; v != nil {
			o.RegParam = *v
		}
		if v := w.Train.StepSize; v != nil {
			o.StepSize = *v
		}
		if v := w.Train.Decay; v != nil {
			o.Decay = *v
		}
		if err := g.Train(ctx, L(0, w.Group), o); err != nil {
			t.Fatal(err)
		}
		nearAll(t, "gibbs lf_accuracy", w.LFAccuracy, g.Weights.LFAccuracy, 1e-9)
		nearAll(t, "gibbs lf_propensity", w.LFPropensity, g.Weights.LFPropensity, 1e-9)
		nearAll(t, "gibbs class_prior", []float64{w.ClassPrior}, []float64{g.Weights.ClassPrior}, 1e-9)
	}
	for _, w := range z.Marginals {
		k := 2
		if !w.Training {
			k = 3
		}
		p, err := annotations.LoadMarginals(ctx, s, annotations.Selection{Split: w.Split, Type: w.Type}, w.Training, k)
		if err != nil {
			t.Error(err)
			continue
		}
		nearAll(t, "stored marginals of "+w.Type, w.P, p.P, 1e-12)
	}
	for _, w := range z.Shown {
		c, err := candidates.ByID(ctx, s, w.ID)
		if err != nil {
			t.Fatal(err)
		}
		x, err := candidates.TaggedText(&c)
		if err != nil || x != w.Tagged || c.Type != w.Type || c.Split != w.Split {
			t.Errorf("candidate %d: %q %s %d, %v; want %q %s %d", w.ID, x, c.Type, c.Split, err, w.Tagged, w.Type, w.Split)
		}
		for i, a := range c.Args {
			from, to, err := a.Span.WordRange()
			if err != nil || a.Span.Text() != w.Spans[i] || [2]int{from, to} != w.Words[i] || a.Context.StableID != w.StableIDs[i] || !reflect.DeepEqual(a.CanonicalID(), w.CIDs[i]) {
				t.Errorf("candidate %d, argument %d: %q %d..%d %s %q, %v", w.ID, i, a.Span.Text(), from, to, a.Context.StableID, a.CID, err)
			}
		}
	}
}
