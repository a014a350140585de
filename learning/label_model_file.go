package learning

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"workbench/learning/latent"
)

// labelModelFormat and labelModelVersion mark the documents of label models.
const (
	labelModelFormat  = "workbench label model"
	labelModelVersion = 1
)

// labelModelDocument is a label model as JSON.
type labelModelDocument struct {
	Format        string             `json:"format"`
	Version       int                `json:"version"`
	Cardinality   int                `json:"cardinality"`
	KeyGroup      int                `json:"key_group"`
	Family        string             `json:"family"`
	Reason        string             `json:"reason"`
	Status        Status             `json:"status"`
	LogLikelihood *float64           `json:"log_likelihood"` // null where no such model was fitted
	Criterion     *float64           `json:"criterion"`
	ClassPrior    []float64          `json:"class_prior"`
	Dependencies  []FittedDependency `json:"dependencies"`
	Path          []DependencyStep   `json:"path"`
	LFs           []fittedLFDocument `json:"lfs"`
	Warnings      []string           `json:"warnings"`
	Members       []*latent.Member   `json:"members"`
}

type fittedLFDocument struct {
	LF         string   `json:"lf"`
	J          int      `json:"j"`
	Accuracy   *float64 `json:"accuracy"`
	AccuracySE *float64 `json:"accuracy_se"`
	Coverage   float64  `json:"coverage"`
	Votes      int      `json:"votes"`
	Polarity   []int16  `json:"polarity"`
	Family     string   `json:"family"`
}

// WriteTo writes the model as a JSON document, which [ReadLabelModel] reads.
// Numbers keep all their digits.
func (m *LabelModel) WriteTo(w io.Writer) (int64, error) {
	if m.Cardinality == 0 {
		return 0, ErrUntrained
	}
	d := labelModelDocument{Format: labelModelFormat, Version: labelModelVersion, Cardinality: m.Cardinality, KeyGroup: m.KeyGroup,
		Family: m.Family, Reason: m.Reason, Status: m.Status, LogLikelihood: number(m.LogLikelihood), Criterion: number(m.Criterion),
		ClassPrior: m.ClassPrior, Dependencies: append([]FittedDependency{}, m.Dependencies...), Path: append([]DependencyStep{}, m.Path...),
		LFs: []fittedLFDocument{}, Warnings: append([]string{}, m.Warnings...), Members: m.members}
	for _, f := range m.Fitted {
		d.LFs = append(d.LFs, fittedLFDocument{f.Name, f.J, number(f.Accuracy), number(f.AccuracySE), f.Coverage, f.Votes,
			append([]int16{}, f.Polarity...), f.Family})
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return 0, err
	}
	n, err := w.Write(append(text, '\n'))
	return int64(n), err
}

// ReadLabelModel reads a model that [LabelModel.WriteTo] wrote. What is no such
// document, one of an unknown version, or one whose parts do not fit together is
// [ErrModelFile].
func ReadLabelModel(r io.Reader) (*LabelModel, error) {
	text, err := readLimited(r)
	if err != nil {
		return nil, err
	}
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(text, &head); err != nil || head.Format != labelModelFormat {
		if head.Format == modelFormat {
			return nil, &otherModelError{is: "generative model", not: "label model"}
		}
		return nil, fmt.Errorf("%w: it is no label model", ErrModelFile)
	}
	if head.Version != labelModelVersion {
		return nil, fmt.Errorf("%w that this release can read: its version is %d, not %d", ErrModelFile, head.Version, labelModelVersion)
	}
	var d labelModelDocument
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&d); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModelFile, err)
	}
	m := &LabelModel{Cardinality: d.Cardinality, KeyGroup: d.KeyGroup, Family: d.Family, Reason: d.Reason, Status: d.Status,
		LogLikelihood: orNaN(d.LogLikelihood), Criterion: orNaN(d.Criterion), ClassPrior: d.ClassPrior,
		Dependencies: d.Dependencies, Path: d.Path, Warnings: d.Warnings, members: d.Members}
	seen := make(map[string]bool)
	for _, f := range d.LFs {
		if seen[f.LF] {
			return nil, fmt.Errorf("%w: it has two LFs called %q", ErrModelFile, f.LF)
		}
		seen[f.LF] = true
		m.LFs = append(m.LFs, f.LF)
		m.Fitted = append(m.Fitted, FittedLF{f.LF, f.J, orNaN(f.Accuracy), orNaN(f.AccuracySE), f.Coverage, f.Votes, f.Polarity, f.Family})
	}
	if err := m.checkShape(); err != nil {
		return nil, err
	}
	return m, nil
}

// orNaN is the number, or NaN for null.
func orNaN(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}
