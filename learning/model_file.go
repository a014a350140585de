package learning

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"workbench/annotations/matrix"
	"workbench/learning/dependency"
)

// ErrModelFile says that a document is not a model that can be read.
var ErrModelFile = errors.New("is not a model of workbench")

// modelFormat and modelVersion mark the documents that this release writes.
const (
	modelFormat  = "workbench generative model"
	modelVersion = 1
)

// longestFile is how many bytes a document may have; one of 100,000 LFs has 20
// MiB.
const longestFile = 256 << 20

// modelDocument is a model as JSON.
type modelDocument struct {
	Format      string        `json:"format"`
	Version     int           `json:"version"`
	Cardinality int           `json:"cardinality"`
	KeyGroup    int           `json:"key_group"`
	LFs         []string      `json:"lfs"`
	Options     ModelOptions  `json:"options"`
	Training    Training      `json:"training"`
	Weights     Weights       `json:"weights"`
	Accuracies  []lfStatistic `json:"learned_lf_stats"`
	Status      Status        `json:"status"`
	Warnings    []string      `json:"warnings"`
}

type lfStatistic struct {
	LF        string   `json:"lf"`
	Accuracy  *float64 `json:"accuracy"` // null if the LF is believed never to vote
	Coverage  float64  `json:"coverage"`
	Precision *float64 `json:"precision"` // of two classes; null if it is believed never to vote 1
	Recall    *float64 `json:"recall"`    // of two classes
}

// number is x, nil for NaN, which JSON does not have.
func number(x float64) *float64 {
	if math.IsNaN(x) {
		return nil
	}
	return &x
}

// WriteTo writes the trained model as a JSON document, which [ReadModel]
// reads. Numbers keep all their digits.
func (g *GenerativeModel) WriteTo(w io.Writer) (int64, error) {
	if g.Cardinality == 0 {
		return 0, ErrUntrained
	}
	d := modelDocument{Format: modelFormat, Version: modelVersion, Cardinality: g.Cardinality, KeyGroup: g.KeyGroup,
		LFs: append([]string{}, g.LFs...), Options: g.Options, Training: g.Training, Weights: g.Weights, Accuracies: []lfStatistic{},
		Status: g.Status, Warnings: append([]string{}, g.Warnings...)}
	d.Weights.Dependencies = append([]dependency.Dependency{}, g.Weights.Dependencies...) // [], not null
	for _, s := range g.LearnedLFStats() {
		stat := lfStatistic{LF: s.Name, Coverage: s.Coverage, Accuracy: number(s.Accuracy)}
		if g.Cardinality == 2 {
			stat.Precision, stat.Recall = number(s.Precision), number(s.Recall)
		}
		d.Accuracies = append(d.Accuracies, stat)
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return 0, err
	}
	n, err := w.Write(append(text, '\n'))
	return int64(n), err
}

// ReadModel reads a model that [GenerativeModel.WriteTo] wrote. What is no
// such document, one of an unknown version, or one whose parts do not fit
// together is [ErrModelFile].
func ReadModel(r io.Reader) (*GenerativeModel, error) {
	text, err := readLimited(r)
	if err != nil {
		return nil, err
	}
	if !json.Valid(text) {
		return nil, fmt.Errorf("%w: it is not JSON", ErrModelFile)
	}
	// The version comes first: of another one nothing else is known, not even
	// what type its parts have.
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(text, &head); err != nil || head.Format != modelFormat {
		switch head.Format {
		case "":
			return nil, fmt.Errorf("%w: it is a document of another kind", ErrModelFile)
		case labelModelFormat:
			return nil, &otherModelError{is: "label model", not: "generative model"}
		}
		return nil, fmt.Errorf("%w: its format is %q", ErrModelFile, head.Format)
	}
	if head.Version != modelVersion {
		return nil, fmt.Errorf("%w that this release can read: its version is %d, not %d", ErrModelFile, head.Version, modelVersion)
	}
	// Nothing unknown may be in it: an option that we would pass over could
	// change what the weights mean.
	var d modelDocument
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&d); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModelFile, err)
	}
	g := &GenerativeModel{Options: d.Options, Cardinality: d.Cardinality, KeyGroup: d.KeyGroup, LFs: d.LFs,
		Training: d.Training, Weights: d.Weights, Status: d.Status, Warnings: d.Warnings}
	if err := g.checkShape(); err != nil {
		return nil, err
	}
	g.learned = newLearnedStats(g)
	return g, nil
}

// largestWeight is far above what training can reach from the numbers that
// [option.CheckNumber] accepts, and far below where sums of weights overflow.
const largestWeight = 1e150

// checkShape reports parts of a document that do not fit together.
func (g *GenerativeModel) checkShape() error {
	if g.Cardinality < 2 || g.Cardinality > matrix.MaxCardinality {
		return fmt.Errorf("%w: its cardinality is %d", ErrModelFile, g.Cardinality)
	}
	if option := g.Options.binaryOnly(); option != "" && g.Cardinality > 2 {
		return fmt.Errorf("%w: it has %s, which exists for two classes only, and %d classes", ErrModelFile, option, g.Cardinality)
	}
	for _, s := range g.Training.RangeSizes {
		if g.Cardinality == 2 || s.Classes < 1 || s.Classes > g.Cardinality || s.Candidates < 1 {
			return fmt.Errorf("%w: %d candidates with %d of %d classes", ErrModelFile, s.Candidates, s.Classes, g.Cardinality)
		}
	}
	seen := make(map[string]bool)
	for _, name := range g.LFs {
		if seen[name] {
			return fmt.Errorf("%w: it has two LFs called %q", ErrModelFile, name)
		}
		seen[name] = true
	}
	var all []float64
	for _, kind := range factorKinds() {
		weights := kind.load(&g.Weights)
		if n := kind.count(len(g.LFs)); len(weights) != n {
			return fmt.Errorf("%w: %d weights of %s for %d LFs", ErrModelFile, len(weights), kind.name, n)
		}
		all = append(all, weights...)
	}
	for _, d := range g.Weights.Dependencies {
		if err := d.Check(len(g.LFs), g.Cardinality); err != nil {
			return fmt.Errorf("%w: %w", ErrModelFile, err)
		}
		all = append(all, d.Weight)
	}
	for _, w := range all {
		if !(math.Abs(w) <= largestWeight) {
			return fmt.Errorf("%w: it has the weight %v", ErrModelFile, w)
		}
	}
	return nil
}
