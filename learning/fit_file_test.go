package learning_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"workbench/learning"
)

// A document that was read is written again to the byte.
func TestLabelModelsOfAllFamiliesAreReadAsWritten(t *testing.T) {
	t.Parallel()
	for family, d := range familyWorlds(t) {
		m := fitModel(t, d.L, learning.FitOptions{Cardinality: d.k()})
		m.KeyGroup = 3
		text := document(t, m)
		read, err := learning.ReadLabelModel(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", family, err)
		}
		if again := document(t, read); !bytes.Equal(again, text) {
			t.Errorf("%s: the model that was read writes another document", family)
		}
		if !sameBits(fitMarginals(t, read, d.L).P, fitMarginals(t, m, d.L).P) {
			t.Errorf("%s: the model that was read has other marginals", family)
		}
	}
	if _, err := new(learning.LabelModel).WriteTo(&bytes.Buffer{}); !errors.Is(err, learning.ErrUntrained) {
		t.Errorf("writing an empty model: %v", err)
	}
}

// smallModels are documents of three LFs and three classes: one with a
// dependency, and one of annotators.
func smallModels(t testing.TB) (components, annotators []byte) {
	t.Helper()
	w := voters(3, []float64{.5, .3, .2}, func(int) [][]float64 { return coin(3, []float64{.8}, []float64{.8}) })
	L := w.draw(t, 600, 1).L
	components = document(t, fitModel(t, L, learning.FitOptions{Cardinality: 3}))
	annotators = document(t, fitModel(t, L, learning.FitOptions{Cardinality: 3, Abstentions: learning.AbstentionsIgnored}))
	return components, annotators
}

// edited is a document with one part replaced: the path goes through objects
// by name and through lists by number.
func edited(t testing.TB, text []byte, value any, path ...any) []byte {
	t.Helper()
	var d any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&d); err != nil {
		t.Fatal(err)
	}
	at := d
	for i, step := range path {
		last := i == len(path)-1
		switch step := step.(type) {
		case string:
			object := at.(map[string]any)
			if last {
				object[step] = value
			}
			at = object[step]
		case int:
			list := at.([]any)
			if last {
				list[step] = value
			}
			at = list[step]
		}
	}
	out, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// list is a list of n equal things.
func list(n int, x any) []any {
	l := make([]any, n)
	for i := range l {
		l[i] = x
	}
	return l
}

func TestLabelModelFilesWhosePartsDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	one, many := smallModels(t)
	for name, text := range map[string][]byte{
		"nothing":             nil,
		"no JSON":             []byte("model"),
		"a list":              []byte("[]"),
		"half of it":          one[:len(one)/2],
		"other format":        edited(t, one, "workbench generative model", "format"),
		"other version":       edited(t, one, 2, "version"),
		"an unknown part":     edited(t, one, 1, "more"),
		"no cardinality":      edited(t, one, 0, "cardinality"),
		"one class":           edited(t, one, 1, "cardinality"),
		"another cardinality": edited(t, one, 4, "cardinality"),
		"huge cardinality":    edited(t, one, 1<<30, "cardinality"),
		"a status of numbers": edited(t, one, 3, "status"),
		"LFs of one name":     edited(t, one, "LF_0", "lfs", 1, "lf"),
		"an LF less":          edited(t, one, list(0, 1), "lfs"),

		"short report":           edited(t, one, list(2, .5), "class_prior"),
		"dependency beyond":      edited(t, one, list(1, map[string]any{"j": 0, "k": 3}), "dependencies"),
		"dependency on itself":   edited(t, one, list(1, map[string]any{"j": 1, "k": 1}), "dependencies"),
		"step before":            edited(t, one, list(1, map[string]any{"j": -1, "k": 1}), "path"),
		"LF in another place":    edited(t, one, 2, "lfs", 1, "j"),
		"an LF's vote beyond":    edited(t, one, list(1, 4), "lfs", 1, "polarity"),
		"an LF that votes for 0": edited(t, one, list(1, 0), "lfs", 1, "polarity"),

		"a member is none":  edited(t, one, list(1, nil), "members"),
		"members are none":  edited(t, one, nil, "members"),
		"no members":        edited(t, one, list(0, 1), "members"),
		"member of no kind": edited(t, one, "", "members", 0, "kind"),
		"other kind":        edited(t, one, "annotators", "members", 0, "kind"),
		"short prior":       edited(t, one, list(2, .5), "members", 0, "class"),
		"negative prior":    edited(t, one, list(3, -1), "members", 0, "class"),
		"prior beyond 1":    edited(t, one, list(3, 2), "members", 0, "class"),
		"prior of nothing":  edited(t, one, list(3, 0), "members", 0, "class"),
		"short background":  edited(t, one, list(2, .5), "members", 0, "uncovered"),

		"factor of no LFs":       edited(t, one, list(0, 1), "members", 0, "factors", 0, "lfs"),
		"factor of an LF beyond": edited(t, one, list(1, 3), "members", 0, "factors", 0, "lfs"),
		"factor of a negative":   edited(t, one, list(1, -1), "members", 0, "factors", 0, "lfs"),
		"factor of two LFs":      edited(t, one, list(2, 0), "members", 0, "factors", 0, "lfs"),
		"LF in two factors":      edited(t, edited(t, one, list(1, 1), "members", 0, "factors", 0, "lfs"), list(1, 1), "members", 0, "factors", 1, "lfs"),
		"no answers":             edited(t, one, list(0, 1), "members", 0, "factors", 0, "answers"),
		"fewer answers":          edited(t, one, list(1, []int{0, 1}), "members", 0, "factors", 0, "answers"),
		"answers of no class":    edited(t, one, list(1, []int{0, 1, 2, 4}), "members", 0, "factors", 0, "answers"),
		"negative answers":       edited(t, one, list(1, []int{-1, 1, 2, 3}), "members", 0, "factors", 0, "answers"),
		"answers descend":        edited(t, one, list(1, []int{3, 2, 1, 0}), "members", 0, "factors", 0, "answers"),
		"too few probabilities":  edited(t, one, list(11, -1), "members", 0, "factors", 0, "log_p"),
		"too many":               edited(t, one, list(13, -1), "members", 0, "factors", 0, "log_p"),
		"beyond floats":          edited(t, one, list(12, json.Number("1e999")), "members", 0, "factors", 0, "log_p"),

		"short share":      edited(t, many, list(1, 1), "members", 1, "share"),
		"negative share":   edited(t, many, list(4, -1), "members", 1, "share"),
		"share of nothing": edited(t, many, list(4, 0), "members", 1, "share"),
		"class of nothing": edited(t, many, list(3, 0), "members", 1, "class"),
		"short table":      edited(t, many, list(26, -1), "members", 1, "table"),
		"short usual":      edited(t, many, list(8, -1), "members", 1, "usual"),
		"annotators less":  edited(t, many, list(0, -1), "lfs"),
	} {
		if m, err := learning.ReadLabelModel(bytes.NewReader(text)); m != nil || !errors.Is(err, learning.ErrModelFile) {
			t.Errorf("%s: %v, %v", name, m, err)
		}
	}
}

// FuzzReadLabelModel reads documents made from real models. Whatever is accepted
// computes probabilities and writes itself in a form that reads back.
func FuzzReadLabelModel(f *testing.F) {
	one, many := smallModels(f)
	f.Add(one)
	f.Add(many)
	f.Add(edited(f, one, list(1, []int{0, 2}), "members", 0, "factors", 0, "answers"))
	f.Add(edited(f, many, list(27, 0), "members", 1, "table"))
	f.Add(edited(f, one, list(3, 0), "members", 0, "class"))
	f.Add(edited(f, many, list(4, 0), "members", 1, "share"))
	f.Add([]byte(strings.ReplaceAll(string(one), "-", "")))
	L := labels(f, 3, [][]int16{{1, 2, 3}, {0, 0, 0}, {2, 0, 1}, {3, 3, 3}, {0, 1, 0}})
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := learning.ReadLabelModel(bytes.NewReader(text))
		if err != nil {
			if !errors.Is(err, learning.ErrModelFile) {
				t.Fatal(err)
			}
			return
		}
		var b bytes.Buffer
		if _, err := m.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		if _, err := learning.ReadLabelModel(&b); err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		p, err := m.Marginals(L)
		if err != nil {
			return // it has other LFs, or fewer classes
		}
		for _, x := range p.P {
			if math.IsNaN(x) || x < 0 || x > 1+1e-9 {
				t.Fatalf("marginals %v", p.P)
			}
		}
	})
}
