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

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/session"
)

// openSession opens a database read-only; a shared one that this machine lacks
// skips the test.
func openSession(t testing.TB, path string) *session.Session {
	t.Helper()
	if _, err := os.Stat(path); os.IsNotExist(err) && filepath.Dir(path) == shared {
		t.Skipf("%s is not on this machine and may not be copied into testdata", path)
	}
	s, err := session.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func loadLabels(t testing.TB, s *session.Session, split int) *matrix.LabelMatrix {
	t.Helper()
	L, err := annotations.LabelAnnotator{}.LoadMatrix(t.Context(), s, annotations.Selection{Split: split})
	if err != nil {
		t.Fatal(err)
	}
	return L
}

// loadGold loads an annotator's labels for the rows of L.
func loadGold(t testing.TB, s *session.Session, annotator string, split int, L *matrix.LabelMatrix) []int16 {
	t.Helper()
	gold, err := annotations.LoadGoldLabels(t.Context(), s, annotator, annotations.Selection{Split: split})
	if err != nil {
		t.Fatal(err)
	}
	return matrix.Align(L, gold)
}

// databaseOracle is what the tests read of the files that describe databases.
type databaseOracle struct {
	Splits map[int]struct {
		MajorityVote []int16 `json:"majority_vote"`
		Gold         map[string]struct {
			Score *struct {
				Pos, Neg              int
				Precision, Recall, F1 float64
			} `json:"majority_vote_score"`
		}
	} `json:"by_split"`
	Fixed struct {
		Accuracy    []float64 `json:"lf_accuracy"`
		Cardinality int
		Splits      map[int]fixedWeights `json:"by_split"`
	} `json:"fixed_weights"`
}

// scored is one annotator's share of a split's figures.
type scored struct {
	Scores   map[string][3]float64
	Analyses map[string]struct {
		IDs     [4][]int64 `json:"tp_fp_tn_fn_candidate_ids"`
		Printed string
	}
}

// fixedWeights are the figures for given weights on one split. Labels that came
// with the database in a file of their own are called npy.
type fixedWeights struct {
	Binary      []float64
	Categorical [][]float64
	At50, At70  []int16
	Gold        map[string]*scored // by annotator
	NpyLabels   []int16
	NpyScore    float64    // over all rows
	NpyAccuracy float64    // over labelled rows
	NpyAnalysis [2][]int64 // candidates that are correct and incorrect
}

func (f *fixedWeights) UnmarshalJSON(text []byte) error {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	f.Gold = make(map[string]*scored)
	for name, part := range parts {
		var into any
		score, isScore := strings.CutPrefix(name, "score_")
		analysis, isAnalysis := strings.CutPrefix(name, "error_analysis_")
		annotator := score
		if isAnalysis {
			annotator = analysis
		}
		if (isScore || isAnalysis) && annotator != "npy" && f.Gold[annotator] == nil {
			f.Gold[annotator] = &scored{}
		}
		var summary [2]any // the accuracy and the word for it
		switch {
		case name == "marginals" && json.Unmarshal(part, &f.Binary) != nil:
			into = &f.Categorical
		case name == "marginals":
			continue
		case name == "predictions":
			into = &f.At50
		case name == "predictions_b0.7":
			into = &f.At70
		case name == "npy_labels":
			into = &f.NpyLabels
		case name == "score_npy":
			into = &f.NpyScore
		case name == "error_analysis_npy":
			into = &f.NpyAnalysis
		case name == "summary_score_npy":
			into = &summary
		case isScore:
			into = &f.Gold[annotator].Scores
		case isAnalysis:
			into = &f.Gold[annotator].Analyses
		default:
			continue
		}
		if err := json.Unmarshal(part, into); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if into == &summary {
			f.NpyAccuracy, _ = summary[0].(float64)
		}
	}
	return nil
}

// eachDatabase runs a test for the database in testdata and for the shared
// ones, with the model of the oracle's given weights.
func eachDatabase(t *testing.T, test func(t *testing.T, s *session.Session, o *databaseOracle)) {
	for _, name := range []string{"snorkel07", "spouse_small", "crowdsourcing"} {
		t.Run(name, func(t *testing.T) {
			path, oracle := filepath.Join("..", "testdata", "oracle", name+".db"), name+".json"
			if name != "snorkel07" {
				path, oracle = filepath.Join(shared, name+".db"), filepath.Join(shared, name+".json")
			}
			s := openSession(t, path)
			var o databaseOracle
			readOracle(t, oracle, &o)
			test(t, s, &o)
		})
	}
}

// model is the oracle's model of given weights for the LFs of L.
func (o *databaseOracle) model(L *matrix.LabelMatrix) *learning.GenerativeModel {
	g := fixed(o.Fixed.Cardinality, o.Fixed.Accuracy...)
	for j, key := range L.Keys() {
		g.LFs[j] = key.Name
	}
	return g
}

func TestMajorityVoteOfEveryDatabaseIsTheWorkshops(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, s *session.Session, o *databaseOracle) {
		scores := 0
		for split, want := range o.Splits {
			L := loadLabels(t, s, split)
			votes := learning.MajorityVote(L, 2) // the workshop's, also where labels are classes
			if !slices.Equal(votes, want.MajorityVote) {
				t.Errorf("split %d: %v, want %v", split, votes, want.MajorityVote)
			}
			for annotator, gold := range want.Gold {
				if gold.Score == nil {
					continue
				}
				scores++
				got := learning.ScoreVote(votes, loadGold(t, s, annotator, split, L), 2)
				if got.Pos != gold.Score.Pos || got.Neg != gold.Score.Neg {
					t.Errorf("split %d, %s: %+v, want %+v", split, annotator, got, *gold.Score)
				}
				a := []float64{got.Scores.Precision, got.Scores.Recall, got.Scores.FBeta}
				if b := []float64{gold.Score.Precision, gold.Score.Recall, gold.Score.F1}; distance(a, b) > ratioTolerance {
					t.Errorf("split %d, %s: %v, want %v", split, annotator, a, b)
				}
			}
		}
		if want := map[int]int{2: 3, 5: 0}[o.Fixed.Cardinality]; scores < want {
			t.Errorf("%d votes scored, want at least %d", scores, want)
		}
	})
}

func TestGivenWeightsPredictAsInSnorkelOnEveryDatabase(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, s *session.Session, o *databaseOracle) {
		for split, want := range o.Fixed.Splits {
			L := loadLabels(t, s, split)
			p := marginals(t, o.model(L), L)
			flat := slices.Concat(want.Categorical...)
			if o.Fixed.Cardinality == 2 {
				flat = want.Binary
			}
			if d := distance(p.P, flat); d > expTolerance {
				t.Errorf("split %d: marginals %.1e apart", split, d)
			}
			for b, labels := range map[float64][]int16{0.5: want.At50, 0.7: want.At70} {
				if got := learning.Predictions(p, b); !slices.Equal(got, labels) {
					t.Errorf("split %d: predictions at %v: %v, want %v", split, b, got, labels)
				}
			}
			if err := p.Check(); err != nil {
				t.Errorf("split %d: %v", split, err)
			}
		}
	})
}

func TestGivenWeightsScoreAsInSnorkelOnEveryDatabase(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, s *session.Session, o *databaseOracle) {
		compared := 0
		for split, want := range o.Fixed.Splits {
			L := loadLabels(t, s, split)
			p := marginals(t, o.model(L), L)
			for annotator, figures := range want.Gold {
				gold := loadGold(t, s, annotator, split, L)
				for key, score := range figures.Scores {
					compared++
					options, _ := parseOptions(t, key)
					got := scoresOf(t, p, gold, options)
					if distance([]float64{got.Precision, got.Recall, got.FBeta}, score[:]) > ratioTolerance {
						t.Errorf("split %d, %s, %s: %+v, want %v", split, annotator, key, got, score)
					}
				}
				for key, analysis := range figures.Analyses {
					compared++
					options, _ := parseOptions(t, key)
					a := analysisOf(t, p, gold, options)
					for b, rows := range [][]int{a.TP, a.FP, a.TN, a.FN} {
						if got := candidatesOf(L, rows); !slices.Equal(got, analysis.IDs[b]) {
							t.Errorf("split %d, %s, %s: bucket %d is %v, want %v", split, annotator, key, b, got, analysis.IDs[b])
						}
					}
					checkPrinted(t, annotator+" "+key, a, analysis.Printed)
				}
			}
			if want.NpyLabels != nil {
				compared++
				got := scoresOf(t, p, want.NpyLabels, learning.DefaultScoreOptions())
				if math.Abs(got.AccuracyAll-want.NpyScore) > ratioTolerance || math.Abs(got.Accuracy-want.NpyAccuracy) > ratioTolerance {
					t.Errorf("split %d: %+v, want %v", split, got, want.NpyScore)
				}
				a := analysisOf(t, p, want.NpyLabels, learning.DefaultScoreOptions())
				if !slices.Equal(candidatesOf(L, a.Correct), want.NpyAnalysis[0]) || !slices.Equal(candidatesOf(L, a.Incorrect), want.NpyAnalysis[1]) {
					t.Errorf("split %d: correct and incorrect are %v and %v", split, candidatesOf(L, a.Correct), candidatesOf(L, a.Incorrect))
				}
			}
		}
		if compared < 2 {
			t.Errorf("%d comparisons, want some", compared)
		}
	})
}

// candidatesOf are the candidate ids of rows, ascending.
func candidatesOf(L *matrix.LabelMatrix, rows []int) []int64 {
	list := []int64{}
	for _, i := range rows {
		list = append(list, L.Candidates()[i])
	}
	slices.Sort(list)
	return list
}

func TestTrainingOnCrowdsourcingInfersFiveClassesAndIsSound(t *testing.T) {
	t.Parallel()
	s := openSession(t, shared+"/crowdsourcing.db")
	L := loadLabels(t, s, 0)
	g := train(t, L, learning.ModelOptions{LFPropensity: true}, learning.DefaultTrainOptions())
	if g.Cardinality != 5 || len(g.LFs) != 102 || g.Status != learning.PathEnd || len(g.Warnings) != 0 {
		t.Errorf("%d classes, %d LFs, status %q, warnings %q", g.Cardinality, len(g.LFs), g.Status, g.Warnings)
	}
	checkSound(t, g, L)
	empty := loadLabels(t, s, 1) // no annotator saw it
	o := learning.DefaultTrainOptions()
	o.Cardinality = 5
	h := train(t, empty, learning.ModelOptions{LFPropensity: true}, o)
	checkSound(t, h, empty)
	if len(h.Warnings) != 1 || !strings.Contains(h.Warnings[0], "64 candidates") {
		t.Errorf("warnings %q", h.Warnings)
	}
}
