package learning_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

// written is a model as a document.
func written(t testing.TB, g *learning.GenerativeModel) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := g.WriteTo(&b)
	if err != nil {
		t.Fatal(err)
	}
	if n != int64(b.Len()) {
		t.Errorf("WriteTo counts %d bytes, wrote %d", n, b.Len())
	}
	return b.Bytes()
}

func TestWrittenModelReadsBackToTheBit(t *testing.T) {
	t.Parallel()
	for _, k := range []int{2, 5} {
		L, _ := synthetic(t, 400, 4, k, 0.5, 40)
		g := train(t, L, full(k), quick(k))
		g.KeyGroup, g.LFs[2] = 3, "LF \"π\" <a&b>\n"
		g.Weights.LFAccuracy[0] = math.Nextafter(0.1, 1)
		g.Weights.LFPropensity[1] = math.SmallestNonzeroFloat64
		g.Weights.LFPropensity[2] = math.Copysign(0, -1)
		g.Warnings = []string{"one", "two"}
		text := written(t, g)
		got, err := learning.ReadModel(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if !sameBits(allWeights(got), allWeights(g)) {
			t.Errorf("K=%d: weights %v, want %v", k, allWeights(got), allWeights(g))
		}
		if got.Options != g.Options || got.Cardinality != k || got.KeyGroup != 3 || got.Status != g.Status ||
			!slices.Equal(got.LFs, g.LFs) || !slices.Equal(got.Warnings, g.Warnings) {
			t.Errorf("K=%d: %+v, want %+v", k, got, g)
		}
		if again := written(t, got); !bytes.Equal(again, text) {
			t.Errorf("K=%d: the model that was read writes another document:\n%s\n%s", k, text, again)
		}
	}
}

func TestEveryTrainedModelCanBeWrittenAndRead(t *testing.T) {
	t.Parallel()
	for name, L := range map[string]*matrix.LabelMatrix{
		"no LFs":    labels(t, 0, make([][]int16, 3)),
		"no data":   labels(t, 2, nil),
		"one class": labels(t, 2, slices.Repeat([][]int16{{1, 1}}, 10)),
	} {
		o := learning.DefaultTrainOptions()
		o.StepSize, o.RegType = 1, learning.RegNone
		g := train(t, L, full(2), o)
		if got, err := learning.ReadModel(bytes.NewReader(written(t, g))); err != nil || !sameBits(allWeights(got), allWeights(g)) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestAccuracyOfAnLFThatNeverVotesIsNull(t *testing.T) {
	t.Parallel()
	g := fixed(2, 1, 1)
	g.Weights.LFPropensity[1] = -1000
	var d struct {
		Stats []struct {
			LF        string   `json:"lf"`
			Accuracy  *float64 `json:"accuracy"`
			Coverage  float64  `json:"coverage"`
			Precision *float64 `json:"precision"`
			Recall    *float64 `json:"recall"`
		} `json:"learned_lf_stats"`
	}
	if err := json.Unmarshal(written(t, g), &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Stats) != 2 || d.Stats[0].Accuracy == nil || *d.Stats[0].Accuracy != g.LearnedLFStats()[0].Accuracy ||
		d.Stats[0].Precision == nil || *d.Stats[0].Precision != g.LearnedLFStats()[0].Precision || *d.Stats[0].Recall != g.LearnedLFStats()[0].Recall ||
		d.Stats[1].Precision != nil || *d.Stats[1].Recall != 0 ||
		d.Stats[1].Accuracy != nil || d.Stats[1].Coverage != 0 || d.Stats[1].LF != "LF_1" {
		t.Errorf("%+v", d.Stats)
	}
}

// spoiled are documents that are no model, each made from one that is.
func spoiled(t testing.TB) map[string][]byte {
	text := written(t, fixed(3, 1, 0.5))
	replace := func(old, new string) []byte {
		if bytes.Count(text, []byte(old)) == 0 {
			t.Fatalf("the document has no %s:\n%s", old, text)
		}
		return bytes.Replace(text, []byte(old), []byte(new), 1)
	}
	return map[string][]byte{
		"empty":                     nil,
		"not JSON":                  []byte("LF_1\t0.7\n"),
		"cut off":                   text[:len(text)/2],
		"two documents":             slices.Concat(text, text),
		"a list":                    []byte("[1, 2]"),
		"null":                      []byte("null"),
		"another document":          []byte(`{"lfs": []}`),
		"another format":            replace(`"workbench generative model"`, `"a\nb"`),
		"format of another type":    replace(`"workbench generative model"`, `7`),
		"unknown version":           replace(`"version": 1`, `"version": 2`),
		"no version":                replace(`"version": 1,`, ``),
		"cardinality 1":             replace(`"cardinality": 3`, `"cardinality": 1`),
		"cardinality -3":            replace(`"cardinality": 3`, `"cardinality": -3`),
		"cardinality 40000":         replace(`"cardinality": 3`, `"cardinality": 40000`),
		"cardinality as text":       replace(`"cardinality": 3`, `"cardinality": "3"`),
		"class prior for 3 classes": replace(`"class_prior": false`, `"class_prior": true`),
		"missing weights":           replace(`"lf_accuracy"`, `"lf_accurasy"`),
		"too few weights":           replace("1,\n      0.5", "1"),
		"too many weights":          replace("1,\n      0.5", "1, 2, 3"),
		"weights are null":          replace("[\n      1,\n      0.5\n    ]", "null"),
		"duplicate LF":              replace(`"LF_1"`, `"LF_0"`),
		"NaN":                       replace("0.5", "NaN"),
		"Infinity":                  replace("0.5", "Infinity"),
		"number out of range":       replace("0.5", "1e999"),
		"weight too large to add":   replace("0.5", "-1e308"),
		"unknown field":             replace(`"version": 1`, `"version": 1, "de\nps": []`),
		"unknown option":            replace(`"lf_prior": false`, `"lf_prior": false, "temperature": 2`),
		"LFs of another type":       replace(`"LF_1"`, `1`),
	}
}

func TestDocumentsThatAreNoModelAreRefusedInOneLine(t *testing.T) {
	t.Parallel()
	for name, text := range spoiled(t) {
		g, err := learning.ReadModel(bytes.NewReader(text))
		if !errors.Is(err, learning.ErrModelFile) || g != nil {
			t.Errorf("%s: %v, %v, want ErrModelFile", name, g, err)
			continue
		}
		if strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("%s: %q is not one line", name, err)
		}
	}
}

func TestUnknownVersionIsSaidEvenWhenTheRestIsUnknownToo(t *testing.T) {
	t.Parallel()
	_, err := learning.ReadModel(strings.NewReader(`{"format": "workbench generative model", "version": 9, "weights": "elsewhere"}`))
	if err == nil || !strings.Contains(err.Error(), "version is 9") {
		t.Errorf("%v does not say that the version is 9", err)
	}
}

// failing is a reader and writer that breaks.
type failing struct{}

var errBroken = errors.New("broken")

func (failing) Read([]byte) (int, error)  { return 0, errBroken }
func (failing) Write([]byte) (int, error) { return 0, errBroken }

func TestBrokenFilesAreNotBadModels(t *testing.T) {
	t.Parallel()
	if _, err := learning.ReadModel(failing{}); !errors.Is(err, errBroken) || errors.Is(err, learning.ErrModelFile) {
		t.Errorf("ReadModel: %v", err)
	}
	if _, err := fixed(2, 1).WriteTo(failing{}); !errors.Is(err, errBroken) {
		t.Errorf("WriteTo: %v", err)
	}
}

// FuzzReadModel reads documents made from real models. Whatever is accepted
// must work.
func FuzzReadModel(f *testing.F) {
	for _, k := range []int{2, 4} {
		L, _ := synthetic(f, 100, 3, k, 0.5, 41)
		f.Add(written(f, train(f, L, full(k), quick(k))))
	}
	for _, text := range spoiled(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		g, err := learning.ReadModel(bytes.NewReader(text))
		if err != nil {
			if !errors.Is(err, learning.ErrModelFile) || strings.ContainsAny(err.Error(), "\n\r") {
				t.Fatalf("%q is not ErrModelFile in one line", err)
			}
			return
		}
		keys := make([]matrix.Key, len(g.LFs))
		var entries []matrix.Entry[int16]
		for j, name := range g.LFs {
			keys[j] = matrix.Key{ID: int64(j), Name: name}
			entries = append(entries, matrix.Entry[int16]{Row: j % 3, Col: j, Value: classLabel(j%2, g.Cardinality)})
		}
		L, err := matrix.New(ids(4), keys, entries)
		if err != nil {
			t.Fatal(err)
		}
		checkSound(t, g, L)
		for _, s := range g.LearnedLFStats() {
			for _, x := range []float64{s.Accuracy, s.Coverage, s.Precision, s.Recall} {
				if x < 0 || x > 1+1e-9 { // NaN where nothing is expected to vote
					t.Fatalf("%+v", s)
				}
			}
		}
		if _, err := learning.ReadModel(bytes.NewReader(written(t, g))); err != nil {
			t.Fatalf("a model that was read cannot be read again: %v", err)
		}
	})
}
