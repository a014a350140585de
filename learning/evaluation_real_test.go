package learning_test

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning"
)

const realSets = "../../shared/bench/real"

// peer are the figures that another program came to.
type peer struct{ Acc, F1, LL float64 }

// realSet is a label matrix of the real world with what others make of it.
type realSet struct {
	L     *matrix.LabelMatrix
	gold  []int16
	k     int
	kind  string // crowd or lf
	peers map[string]peer
}

// readRealSet reads one of them. Candidates that only have a gold label have a
// row without labels.
func readRealSet(t testing.TB, name string) *realSet {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(realSets, "figures.json"))
	if os.IsNotExist(err) {
		t.Skipf("%s is not on this machine and may not be copied into testdata", realSets)
	}
	if err != nil {
		t.Fatal(err)
	}
	var figures map[string]struct {
		Meta struct {
			Classes int
			Kind    string
		}
		Peers map[string]*peer
	}
	if err := json.Unmarshal(text, &figures); err != nil {
		t.Fatal(err)
	}
	set := &realSet{k: figures[name].Meta.Classes, peers: make(map[string]peer)}
	for method, p := range figures[name].Peers {
		if p != nil {
			set.peers[method] = *p
		}
	}
	set.kind = figures[name].Meta.Kind
	set.L, set.gold = readVotes(t, name)
	return set
}

// readVotes reads a label matrix and its gold labels, 0 where there is none.
func readVotes(t testing.TB, name string) (*matrix.LabelMatrix, []int16) {
	t.Helper()
	rows, cols := make(map[string]int), make(map[string]int)
	var candidates []int64
	var keys []matrix.Key
	row := func(id string) int {
		i, ok := rows[id]
		if !ok {
			i = len(candidates)
			rows[strings.Clone(id)] = i
			candidates = append(candidates, int64(i+1))
		}
		return i
	}
	var gold []int16
	var entries matrix.Builder[int16]
	for v := range gzipRows(t, name+"_labels.csv.gz") {
		col, ok := cols[v[1]]
		if !ok {
			col = len(keys)
			key := strings.Clone(v[1])
			cols[key] = col
			keys = append(keys, matrix.Key{ID: int64(col + 1), Name: key})
		}
		entries.Add(int32(row(v[0])), int32(col), labelIn(t, v[2]))
	}
	for v := range gzipRows(t, name+"_truth.csv.gz") {
		i := row(v[0])
		gold = append(gold, make([]int16, max(0, i+1-len(gold)))...)
		gold[i] = labelIn(t, v[1])
	}
	gold = slices.Concat(gold, make([]int16, len(candidates)-len(gold)))
	L, err := entries.Matrix(candidates, keys)
	if err != nil {
		t.Fatal(err)
	}
	return L, gold
}

func labelIn(t testing.TB, text string) int16 {
	t.Helper()
	v, err := strconv.ParseInt(text, 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	return int16(v)
}

// gzipRows reads the rows below the header, each of which is good until the next.
func gzipRows(t testing.TB, name string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		t.Helper()
		f, err := os.Open(filepath.Join(realSets, name))
		if os.IsNotExist(err) {
			t.Skipf("%s is not on this machine and may not be copied into testdata", filepath.Join(realSets, name))
		}
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(z)
		r.ReuseRecord = true
		for n := 0; ; n++ {
			row, err := r.Read()
			switch {
			case err == io.EOF && n > 1:
				return
			case err != nil:
				t.Fatalf("%s: %d rows, %v", name, n, err)
			case n > 0 && !yield(row):
				return
			}
		}
	}
}

// Accuracy, macro F1 and log loss of the majority vote are those that another
// program computed, and those of the weighted vote are crowd-kit's. They have four
// decimals.
func TestEvaluationOfRealLabels(t *testing.T) {
	for _, name := range []string{"leaves", "yoruba", "sms", "mill"} {
		set := readRealSet(t, name)
		for method, p := range map[string]*matrix.Marginals{"mvhard": learning.VoteMarginals(set.L, set.k), "ck_wawa": weightedVote(t, set.L, set.k)} {
			e, want := evaluation(t, p, set.gold), set.peers[method]
			if distance([]float64{e.Accuracy, e.MacroF1, e.LogLoss}, []float64{want.Acc, want.F1, want.LL}) > 0.5001e-4 {
				t.Errorf("%s, %s: accuracy %.6f, macro F1 %.6f, log loss %.6f, want %+v", name, method, e.Accuracy, e.MacroF1, e.LogLoss, want)
			}
		}
	}
}
