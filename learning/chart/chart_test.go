package chart_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/png"
	"regexp"
	"slices"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/learning/chart"
)

// written is a picture in a format.
func written(t *testing.T, picture *chart.Picture, err error, format chart.Format) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := picture.Write(&b, format); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// printed is what stands in a picture, text by text.
func printed(t *testing.T, picture *chart.Picture, err error) []string {
	t.Helper()
	var svg struct {
		Groups []struct {
			Texts  []string `xml:"text"`
			Groups []struct {
				Texts []string `xml:"text"`
			} `xml:"g"`
		} `xml:"g"`
	}
	if err := xml.Unmarshal(written(t, picture, err, chart.SVG), &svg); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, outer := range svg.Groups {
		list = append(list, outer.Texts...)
		for _, inner := range outer.Groups {
			list = append(list, inner.Texts...)
		}
	}
	return list
}

// counts is a histogram of classes with these many candidates in each of 20 bins.
func counts(classes ...[]int) *matrix.Histogram {
	h := &matrix.Histogram{Bins: 20}
	for _, some := range classes {
		h.Counts = append(h.Counts, append(some, make([]int, h.Bins-len(some))...))
	}
	return h
}

// The axis of candidates has whole numbers, from none upwards.
func TestHistogramCountsCandidates(t *testing.T) {
	for _, x := range []struct {
		most int
		want []string
	}{
		{0, []string{"0", "1"}},
		{1, []string{"0", "1"}},
		{2, []string{"0", "1", "2"}},
		{7, []string{"0", "2", "4", "6"}},
		{25, []string{"0", "5", "10", "15", "20", "25"}},
		{26, []string{"0", "10", "20"}},
		{1234567, []string{"0", "500\u2009000", "1\u2009000\u2009000"}},
	} {
		picture, err := chart.Histogram(counts([]int{x.most}), chart.HistogramOptions{})
		list := printed(t, picture, err)
		end := slices.IndexFunc(list, func(s string) bool { return strings.HasSuffix(s, " candidates") })
		got := list[end+1:]
		got = got[:min(len(got), len(x.want)+1)]
		// The numbers of the other axis follow, from 0 again.
		if len(got) != len(x.want)+1 || !slices.Equal(got[:len(x.want)], x.want) || got[len(x.want)] != "0" {
			t.Errorf("up to %d: %q, want %q", x.most, list, x.want)
		}
	}
}

// Each class has a panel under its name; two classes need none.
func TestHistogramOfClasses(t *testing.T) {
	h := counts([]int{3}, []int{4}, []int{5})
	picture, err := chart.Histogram(h, chart.HistogramOptions{Title: "Mine"})
	list := printed(t, picture, err)
	for _, want := range []string{"Mine", "class 1", "class 2", "class 3", "probability", "candidates"} {
		if !slices.Contains(list, want) {
			t.Errorf("%q lacks %q", list, want)
		}
	}
	picture, err = chart.Histogram(h, chart.HistogramOptions{Classes: []string{"a\x01b", strings.Repeat("long", 99), "c"}})
	list = printed(t, picture, err)
	if !slices.Contains(list, "a\ufffdb") || !slices.Contains(list, "c") ||
		!slices.ContainsFunc(list, func(s string) bool {
			return strings.HasPrefix(s, "longlong") && strings.HasSuffix(s, "…") && len(s) < 60
		}) {
		t.Errorf("%q", list)
	}
	picture, err = chart.Histogram(counts([]int{3}), chart.HistogramOptions{})
	if list := printed(t, picture, err); slices.Contains(list, "class 1") {
		t.Errorf("%q", list)
	}
}

// However tall a bar is, it ends below the title.
func TestBarsLeaveRoomForTheTitle(t *testing.T) {
	picture, err := chart.Histogram(counts([]int{20}), chart.HistogramOptions{Title: "Mine"})
	svg := string(written(t, picture, err, chart.SVG))
	var title, height float64
	if m := regexp.MustCompile(`y="(-?[0-9.]+)"[^>]*>20 candidates<`).FindStringSubmatch(svg); m == nil {
		t.Fatal(svg)
	} else if _, err := fmt.Sscan(m[1], &title); err != nil {
		t.Fatal(err)
	}
	top := 0.0
	for _, m := range regexp.MustCompile(`M[0-9.]+,[0-9.]+L[0-9.]+,[0-9.]+L[0-9.]+,([0-9.]+)L[0-9.]+,[0-9.]+Z"[^>]*fill:#4878B0`).FindAllStringSubmatch(svg, -1) {
		if _, err := fmt.Sscan(m[1], &height); err != nil {
			t.Fatal(err)
		}
		top = max(top, height)
	}
	if top == 0 || top > -title-5 {
		t.Errorf("a bar up to %v under a line at %v: %s", top, -title, svg)
	}
}

// labelMatrix has three labeling functions: the first two meet once and agree,
// the third meets nobody.
func labelMatrix(t *testing.T) *matrix.LabelMatrix {
	t.Helper()
	L, err := matrix.New([]int64{1, 2, 3}, []matrix.Key{{ID: 1, Name: "a"}, {ID: 2, Name: "b"}, {ID: 3, Name: "c"}},
		[]matrix.Entry[int16]{{Row: 0, Col: 0, Value: 1}, {Row: 0, Col: 1, Value: 1}, {Row: 1, Col: 2, Value: -1}})
	if err != nil {
		t.Fatal(err)
	}
	return L
}

func TestAgreement(t *testing.T) {
	picture, err := chart.Agreement(labelMatrix(t), chart.AgreementOptions{Title: "Mine"})
	list := printed(t, picture, err)
	slices.Sort(list)
	// Each name twice, the agreement in two cells and in the key.
	want := []string{"0", "100", "100", "100", "50", "Mine", "a", "a", "agreement where both vote, in percent", "b", "b", "c", "c", "never meet"}
	if !slices.Equal(list, want) {
		t.Errorf("%q, want %q", list, want)
	}
}

func TestReliability(t *testing.T) {
	c := learning.Comparison{Labels: labelMatrix(t), Gold: []int16{1, 1, 0}}
	list, err := c.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	picture, err := chart.Reliability(list, chart.ReliabilityOptions{})
	texts := printed(t, picture, err)
	for _, want := range []string{"majority vote", "weighted vote", "Snorkel's default", "accuracy 0.500, calibration error 0.500"} {
		if !slices.Contains(texts, want) {
			t.Errorf("%q lacks %q", texts, want)
		}
	}
}

// The same data make the same bytes.
func TestPicturesAreDeterministic(t *testing.T) {
	for _, format := range []chart.Format{chart.PNG, chart.SVG} {
		var before []byte
		for range 2 {
			picture, err := chart.Agreement(labelMatrix(t), chart.AgreementOptions{Title: "Mine"})
			now := written(t, picture, err, format)
			if before != nil && !bytes.Equal(before, now) {
				t.Errorf("%s: other bytes", format)
			}
			before = now
		}
		if format == chart.PNG {
			if _, err := png.Decode(bytes.NewReader(before)); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestPicturesRefuse(t *testing.T) {
	L := labelMatrix(t)
	if _, err := chart.Agreement(L.SelectCols([]int{0}), chart.AgreementOptions{}); err == nil {
		t.Error("one labeling function has a heat map")
	}
	if _, err := chart.Agreement(L.SelectCols(make([]int, 401)), chart.AgreementOptions{}); err == nil {
		t.Error("401 labeling functions have a heat map")
	}
	if _, err := chart.Histogram(counts(make([][]int, 101)...), chart.HistogramOptions{}); err == nil {
		t.Error("101 classes have a histogram")
	}
	if _, err := chart.Histogram(counts([]int{1}), chart.HistogramOptions{Classes: []string{"a", "b"}}); err == nil {
		t.Error("two names are taken for one class")
	}
	if _, err := chart.Reliability(nil, chart.ReliabilityOptions{}); err == nil {
		t.Error("nothing has a reliability diagram")
	}
	picture, err := chart.Agreement(L, chart.AgreementOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := picture.Write(&bytes.Buffer{}, "pdf"); err == nil {
		t.Error("pdf is a format")
	}
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]chart.Format{"a.png": chart.PNG, "b.SVG": chart.SVG, "c.pdf": "", "png": "", "": ""} {
		if f, ok := chart.FormatOf(name); ok != (want != "") || ok && f != want {
			t.Errorf("%q is %q, %t", name, f, ok)
		}
	}
}

func TestLines(t *testing.T) {
	grown := chart.Line{Name: "load", X: []float64{1e4, 1e5, 1e6}, Y: []float64{0.002, 0.02, 0.25}}
	plain := grown
	plain.Dashed = true
	panels := []chart.LinePanel{{Name: "seconds", Lines: []chart.Line{grown, plain}}, {Name: "MiB", Lines: []chart.Line{{"fit", []float64{1e4}, []float64{20}, false}}}}
	picture, err := chart.Lines(panels, chart.LinesOptions{Title: "Growth", Note: "dashed: plain", XLabel: "labels"})
	texts := printed(t, picture, err)
	for _, want := range []string{"Growth", "dashed: plain", "labels", "seconds", "MiB", "load", "fit", "0.001", "1", "100", "1\u2009000\u2009000"} {
		if !slices.Contains(texts, want) {
			t.Errorf("no text %q in %q", want, texts)
		}
	}
	if n := len(texts) - len(slices.Compact(slices.Sorted(slices.Values(texts)))); n == 0 {
		t.Error("the panels do not share the axis of X")
	}
	for _, bad := range [][]chart.LinePanel{
		nil, make([]chart.LinePanel, 101), {{Name: "none"}}, {{Lines: []chart.Line{{X: []float64{1}, Y: []float64{0}}}}},
		{{Lines: []chart.Line{{X: []float64{1, 2}, Y: []float64{1}}}}},
	} {
		if _, err := chart.Lines(bad, chart.LinesOptions{}); err == nil {
			t.Errorf("lines in %d panels are drawn", len(bad))
		}
	}
}
