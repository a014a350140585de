package learning_test

import (
	"encoding/json"
	"math"
	"testing"

	"workbench/learning"
)

// trainingOracle is what the tests read of training.json: Snorkel's own
// training, sampled, for up to 24 seeds per configuration.
type trainingOracle struct {
	Data map[string]struct {
		L      [][]int16
		Labels []int16 `json:"labels_20pct"`
	}
	Configs []struct {
		Config, Data string
		Constructor  learning.ModelOptions
		Cardinality  int
		Train        struct {
			StepSize    *float64  `json:"step_size"`
			Decay       *float64  `json:"decay"`
			Epochs      *int      `json:"epochs"`
			RegParam    *float64  `json:"reg_param"`
			RegType     *int      `json:"reg_type"`
			Prior       *float64  `json:"LF_acc_prior_weight_default"`
			Priors      []float64 `json:"LF_acc_prior_weights"`
			InitClass   *float64  `json:"init_class_prior"`
			LabelWeight *float64  `json:"label_prior_weight"`
			Labels      string    `json:"labels"`
			Deps        [][3]int  `json:"deps"`
		}
		Agg  map[string]json.RawMessage
		Runs []struct {
			Weights learning.Weights
			Stats   *struct{ Precision, Recall, Accuracy, Coverage []float64 } `json:"learned_lf_stats"`
		}
	}
}

// numbers reads a list of numbers, or one number as a list.
type numbers []float64

func (n *numbers) UnmarshalJSON(text []byte) error {
	if text[0] == '[' {
		return json.Unmarshal(text, (*[]float64)(n))
	}
	*n = make(numbers, 1)
	return json.Unmarshal(text, &(*n)[0])
}

func TestPathEndsAmidSnorkelsSampledWeights(t *testing.T) {
	var oracle trainingOracle
	readOracle(t, shared+"/training.json", &oracle)
	ran := 0
	for _, c := range oracle.Configs {
		if c.Train.Deps != nil || c.Constructor.LFPrior {
			continue // numbskull misreads lf_prior
		}
		ran++
		t.Run(c.Config, func(t *testing.T) {
			data := oracle.Data[c.Data]
			o := learning.DefaultTrainOptions()
			o.Cardinality = c.Cardinality
			set(&o.StepSize, c.Train.StepSize)
			set(&o.Decay, c.Train.Decay)
			set(&o.Epochs, c.Train.Epochs)
			set(&o.RegParam, c.Train.RegParam)
			set(&o.RegType, c.Train.RegType)
			set(&o.LFAccPriorWeightDefault, c.Train.Prior)
			set(&o.InitClassPrior, c.Train.InitClass)
			set(&o.LabelPriorWeight, c.Train.LabelWeight)
			o.LFAccPriorWeights = c.Train.Priors
			if c.Train.Labels != "" {
				o.Labels = data.Labels
			}
			g := train(t, matrix(t, len(data.L[0]), data.L), c.Constructor, o)
			compare := func(name string, got ...float64) {
				if c.Agg[name]==nil { return }
				var agg struct{ Mean, Std numbers }
				if err := json.Unmarshal(c.Agg[name], &agg); err != nil {
					t.Fatal(err)
				}
				for j, x := range got {
					t.Logf("%s %d: %.4f mean %.4f z %.2f", name, j, x, agg.Mean[j], (x-agg.Mean[j])/math.Max(agg.Std[j], 1e-12))
				}
			}
			compare("class_prior", g.Weights.ClassPrior)
			compare("lf_accuracy", g.Weights.LFAccuracy...)
			compare("lf_propensity", g.Weights.LFPropensity...)
			compare("lf_class_propensity", g.Weights.LFClassPropensity...)
			for _, r := range c.Runs {
				if r.Stats == nil {
					continue
				}
				h := fixed(c.Cardinality, r.Weights.LFAccuracy...)
				if r.Weights.LFPropensity != nil {
					h.Weights.LFPropensity = r.Weights.LFPropensity
				}
				for j, s := range h.LearnedLFStats() {
					if j >= len(data.L[0]) { continue }
					t.Logf("stats %d acc %.4f %.4f cov %.4f %.4f", j, s.Accuracy, r.Stats.Accuracy[j], s.Coverage, r.Stats.Coverage[j])
					if c.Cardinality == 2 {
						t.Logf("   prec %.4f %.4f rec %.4f %.4f",s.Precision, r.Stats.Precision[j], s.Recall, r.Stats.Recall[j])
					}
				}
			}
		})
	}
	t.Log(ran)
}
