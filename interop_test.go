package workbench_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"slices"
	"testing"

	"workbench/annotations"
	"workbench/annotations/lfs"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

const interop = "testdata/oracle/interop/"

func interopOpen(t *testing.T, name string) (context.Context, *session.Session) {
	t.Helper()
	ctx := context.Background()
	s, err := session.Open(ctx, interop+name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return ctx, s
}

func interopJSON(t *testing.T, name string, v any) {
	t.Helper()
	b, err := os.ReadFile(interop + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatal(err)
	}
}

func near(a, b, tol float64) bool {
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.IsNaN(a) && math.IsNaN(b)
	}
	return math.Abs(a-b) <= tol*max(1, math.Abs(a), math.Abs(b))
}

func nearAll(t *testing.T, what string, want, got []float64, tol float64) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
		return
	}
	for i := range want {
		if !near(want[i], got[i], tol) {
			t.Errorf("%s[%d] = %v, want %v", what, i, got[i], want[i])
			return
		}
	}
}

func entries(m *matrix.LabelMatrix) [][3]float64 {
	e := [][3]float64{}
	for _, x := range m.Entries() {
		e = append(e, [3]float64{float64(x.Row), float64(x.Col), float64(x.Value)})
	}
	return e
}

func keyNames(m *matrix.LabelMatrix) []string {
	names := []string{}
	for _, k := range m.Keys() {
		names = append(names, k.Name)
	}
	return names
}

// TestInteropText holds the text helpers and Python's regular expressions on odd
// sentences, words at odd offsets, spans within words, overlapping and beyond
// the text.
func TestInteropText(t *testing.T) {
	ctx, s := interopOpen(t, "text.db")
	var w struct {
		IDs        []int64
		Candidates []map[string]json.RawMessage
		LFLabels   map[string]string `json:"lf_labels"`
	}
	interopJSON(t, "text.json", &w)
	for _, m := range w.Candidates {
		var id int64
		json.Unmarshal(m["id"], &id)
		c, err := candidates.ByID(ctx, s, id)
		if err != nil {
			t.Fatal(err)
		}
		check := func(key string, got any, err error) {
			t.Helper()
			want, ok := m[key]
			if !ok || string(want) == "null" { // Snorkel raises
				return
			}
			b, _ := json.Marshal(got)
			var x, y any
			json.Unmarshal(want, &x)
			json.Unmarshal(b, &y)
			if y == nil {
				y = []any{}
			}
			if err != nil || !reflect.DeepEqual(x, y) {
				t.Errorf("candidate %d, %s: %s, %v; want %s", id, key, b, err, want)
			}
		}
		x, err := candidates.TaggedText(&c)
		check("tagged", x, err)
		x, err = candidates.TextBetween(&c)
		check("between", x, err)
		b, err := candidates.IsInverted(&c)
		check("inverted", b, err)
		b, err = candidates.ContainsToken(&c, "Married", "words", false)
		check("contains", b, err)
		for _, n := range []int{1, 3} {
			for _, cs := range []bool{false, true} {
				o := candidates.Tokens{NMax: n, CaseSensitive: cs}
				k := fmt.Sprintf("%d/%v", n, cs)
				v, err := candidates.BetweenTokens(&c, o)
				check("btw/"+k, v, err)
				for _, win := range []int{1, 3, 50} {
					v, err := candidates.LeftTokens(&c, win, o)
					check(fmt.Sprintf("left/%d/%s", win, k), v, err)
					v, err = candidates.RightTokens(&c, win, o)
					check(fmt.Sprintf("right/%d/%s", win, k), v, err)
				}
			}
		}
		spans, words := []string{}, [][2]int{}
		for _, a := range c.Args {
			spans = append(spans, a.Span.Text())
			from, to, err := a.Span.WordRange()
			if err != nil {
				t.Error(err)
			}
			words = append(words, [2]int{from, to})
		}
		check("spans", spans, nil)
		check("words", words, nil)
		near, err := candidates.SentenceCandidateSpans(ctx, s, &c)
		ids := []int64{}
		for _, p := range near {
			ids = append(ids, p.ID)
		}
		slices.Sort(ids)
		check("sent_spans", ids, err)
	}
	file, err := lfs.Read(interop + "text.yaml")
	if err != nil {
		t.Fatal(err)
	}
	L, err := annotations.LabelAnnotator{LFs: file.LFs, Subclass: file.Subclass}.Labels(ctx, s, annotations.ApplyOptions{Selection: annotations.Selection{Split: 0, Type: "spouse"}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(L.Candidates(), w.IDs) {
		t.Fatal("other candidates")
	}
	for j, k := range L.Keys() {
		want, ok := w.LFLabels[k.Name]
		if !ok {
			continue
		}
		for i := range L.Rows() {
			if (L.At(i, j) != 0) != (want[i] == '1') {
				t.Errorf("%s on candidate %d: %d, Python's re says %c", k.Name, w.IDs[i], L.At(i, j), want[i])
				break
			}
		}
	}
}
