package learning

// Method says how weights were learned.
type Method string

// The ways to learn weights.
const (
	// MeanPath follows the mean path of Snorkel's training to its end.
	MeanPath Method = "mean"
	// MeanPathConverged drives the same objective to its maximum.
	MeanPathConverged Method = "converge"
	// Gibbs repeats Snorkel's own sampled training, draw for draw.
	Gibbs Method = "gibbs"
	// Estimate averages a few sampled trainings, where too many LFs depend on
	// each other for exact inference.
	Estimate Method = "estimate"
)

// Training records how a model was trained, in Snorkel's names.
type Training struct {
	Method                  Method    `json:"method"`
	Candidates              int       `json:"candidates"`
	Epochs                  int       `json:"epochs"`
	StepSize                float64   `json:"step_size"`
	Decay                   float64   `json:"decay"`
	RegParam                float64   `json:"reg_param"`
	RegType                 int       `json:"reg_type"`
	LFAccPriorWeights       []float64 `json:"LF_acc_prior_weights"` // null for the default
	LFAccPriorWeightDefault float64   `json:"LF_acc_prior_weight_default"`
	KnownLabels             int       `json:"known_labels"` // how many labels were given
	LabelPriorWeight        float64   `json:"label_prior_weight"`
	InitDeps                float64   `json:"init_deps"`
	InitClassPrior          float64   `json:"init_class_prior"`
	CandidateRanges         bool      `json:"candidate_ranges"` // whether classes were limited
	// RangeSizes counts the candidates by how many classes their ranges leave;
	// nil without ranges.
	RangeSizes []RangeSize `json:"range_sizes,omitempty"`
	Seed       *uint32     `json:"seed,omitempty"` // of Gibbs
	BurnIn     *int        `json:"burn_in,omitempty"`
	Truncation *int        `json:"truncation,omitempty"`
	// StandardError is the largest one among the weights, where they are
	// estimates; else 0.
	StandardError float64 `json:"standard_error,omitempty"`
}

func (o *TrainOptions) record(candidates int) Training {
	t := Training{Method: MeanPath, Candidates: candidates, Epochs: o.Epochs, StepSize: o.StepSize, Decay: o.Decay,
		RegParam: o.RegParam, RegType: o.RegType, LFAccPriorWeights: o.LFAccPriorWeights,
		LFAccPriorWeightDefault: o.LFAccPriorWeightDefault, LabelPriorWeight: o.LabelPriorWeight,
		InitDeps: o.InitDeps, InitClassPrior: o.InitClassPrior, CandidateRanges: o.CandidateRanges != nil}
	switch {
	case o.Gibbs != nil:
		t.Method = Gibbs
		t.Seed, t.BurnIn, t.Truncation = &o.Gibbs.Seed, &o.Gibbs.BurnIn, &o.Gibbs.Truncation
	case o.Converge:
		t.Method = MeanPathConverged
	}
	for _, y := range o.Labels {
		if y != 0 {
			t.KnownLabels++
		}
	}
	return t
}
