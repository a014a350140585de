package annotations_test

import (
	"context"
	"errors"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
)

// column is a label matrix of one labeling function.
func column(t *testing.T, labels ...int16) *matrix.LabelMatrix {
	t.Helper()
	var b matrix.Builder[int16]
	ids := make([]int64, len(labels))
	for i, v := range labels {
		ids[i] = int64(i + 1)
		if v != 0 {
			b.Add(int32(i), 0, v)
		}
	}
	m, err := b.Matrix(ids, []matrix.Key{{ID: 1, Name: "LF"}})
	must(t, err)
	return m
}

func TestChooseCardinality(t *testing.T) {
	ctx := context.Background()
	empty := open(t, copyOracle(t, "DELETE FROM marginal"))
	stored := open(t, copyOracle(t, "DELETE FROM marginal", "INSERT INTO marginal (candidate_id, training, value, probability) VALUES (1, 1, 3, 0.5)"))
	binary, two, five := column(t, 1, -1, 0), column(t, 1, 2), column(t, 1, 5, 2)
	other := new(annotations.OtherCardinalityError)
	for _, test := range []struct {
		name         string
		given, model int
		stored       bool
		matrices     []*matrix.LabelMatrix
		want         int
		err          error
	}{
		{"given", 3, 0, false, []*matrix.LabelMatrix{two}, 3, nil},
		{"given and the model's", 3, 3, false, []*matrix.LabelMatrix{two}, 3, nil},
		{"the model's", 0, 7, true, []*matrix.LabelMatrix{five, nil}, 7, nil},
		{"not the model's", 3, 2, false, nil, 0, other},
		{"a −1 means two", 0, 0, true, []*matrix.LabelMatrix{binary, nil}, 2, nil},
		{"but not beside larger labels", 0, 0, false, []*matrix.LabelMatrix{five, binary}, 0, matrix.ErrBadLabel},
		{"the largest label", 0, 0, false, []*matrix.LabelMatrix{two, five}, 5, nil},
		{"stored marginals", 0, 0, true, []*matrix.LabelMatrix{two}, 4, nil},
		{"the larger one", 0, 0, true, []*matrix.LabelMatrix{five}, 5, nil},
		{"unclear", 0, 0, false, []*matrix.LabelMatrix{two, nil}, 0, matrix.ErrCardinality},
		{"nothing", 0, 0, false, nil, 2, nil},
		{"too small", 4, 0, false, []*matrix.LabelMatrix{five}, 0, matrix.ErrBadLabel},
	} {
		s := empty
		if test.stored {
			s = stored
		}
		got, err := annotations.ChooseCardinality(ctx, s, test.given, test.model, test.matrices...)
		wrong := !errors.Is(err, test.err)
		if test.err == other {
			wrong = !errors.As(err, &other) || other.Model != test.model || other.Given != test.given
		}
		if got != test.want || wrong {
			t.Errorf("%s: %d, %v, want %d, %v", test.name, got, err, test.want, test.err)
		}
	}
}
