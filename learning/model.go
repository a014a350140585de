package learning

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"workbench/annotations/matrix"
)

// Model is a label model that was trained or read: a [*GenerativeModel] or a
// [*LabelModel].
type Model interface {
	// Marginals returns P(y | l) for each of the m candidates of L, whose LFs are
	// matched to the model's by name; [ErrOtherLFs] if they are not the same, and
	// [matrix.ErrBadLabel] for a label of no class.
	Marginals(L *matrix.LabelMatrix) (*matrix.Marginals, error)
	// MarginalsWithin is Marginals where each candidate can only have the classes
	// in its range (see [TrainOptions]); the others get probability 0.
	MarginalsWithin(L *matrix.LabelMatrix, ranges [][]int16) (*matrix.Marginals, error)
	// Summary says what the model is about.
	Summary() ModelSummary
	// LFAccuracies has how often each LF is believed to be right where it votes,
	// in the order of the summary's LFs; NaN where it is believed never to vote.
	LFAccuracies() []float64
	// WriteTo writes the model as a JSON document, which [ReadAnyModel] reads.
	WriteTo(w io.Writer) (int64, error)
}

// ModelSummary says what a [Model] is about.
type ModelSummary struct {
	Cardinality  int      // K
	KeyGroup     int      // of the LFs
	LFs          []string // n names
	Dependencies int      // how many pairs of them depend on each other
}

// Summary says what the model is about.
func (g *GenerativeModel) Summary() ModelSummary {
	return ModelSummary{g.Cardinality, g.KeyGroup, g.LFs, len(g.Weights.Dependencies)}
}

// LFAccuracies has the accuracies of [GenerativeModel.LearnedLFStats].
func (g *GenerativeModel) LFAccuracies() []float64 {
	stats := g.LearnedLFStats()
	list := make([]float64, len(stats))
	for j, s := range stats {
		list[j] = s.Accuracy
	}
	return list
}

// Summary says what the model is about.
func (m *LabelModel) Summary() ModelSummary {
	return ModelSummary{m.Cardinality, m.KeyGroup, m.LFs, len(m.Dependencies)}
}

// LFAccuracies has the share of each LF's votes that are right, as expected.
func (m *LabelModel) LFAccuracies() []float64 {
	list := make([]float64, len(m.Fitted))
	for j, f := range m.Fitted {
		list[j] = f.Accuracy
	}
	return list
}

// ReadAnyModel reads a model of either kind, as [ReadModel] and [ReadLabelModel]
// do.
func ReadAnyModel(r io.Reader) (Model, error) {
	text, err := readLimited(r)
	if err != nil {
		return nil, err
	}
	if formatOf(text) == labelModelFormat {
		return ReadLabelModel(bytes.NewReader(text))
	}
	return ReadModel(bytes.NewReader(text))
}

// readLimited reads a document whole.
func readLimited(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, longestFile+1))
	if err == nil && len(text) > longestFile {
		err = fmt.Errorf("%w: it is longer than %d MiB", ErrModelFile, longestFile>>20)
	}
	return text, err
}

// formatOf is what a document says that it is, "" if that is nothing.
func formatOf(text []byte) string {
	var head struct {
		Format string `json:"format"`
	}
	if json.Unmarshal(text, &head) != nil {
		return ""
	}
	return head.Format
}

// otherModelError is [ErrModelFile] for a model of the other kind.
type otherModelError struct{ is, not string }

func (e *otherModelError) Error() string { return fmt.Sprintf("is a %s, not a %s", e.is, e.not) }

func (e *otherModelError) Is(target error) bool { return target == ErrModelFile }
