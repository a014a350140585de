package structure_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning/dependency"
	"workbench/learning/structure"
)

// readJSON reads a file into v and reports whether it exists.
func readJSON(t testing.TB, path string, v any) bool {
	t.Helper()
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return false
	}
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return true
}

// labels makes a label matrix of n columns from dense rows.
func labels(t testing.TB, n int, rows [][]int16) *matrix.LabelMatrix {
	t.Helper()
	candidates := make([]int64, len(rows))
	var entries []matrix.Entry[int16]
	for i, row := range rows {
		candidates[i] = int64(1000 + i)
		for j, v := range row {
			entries = append(entries, matrix.Entry[int16]{Row: i, Col: j, Value: v})
		}
	}
	keys := make([]matrix.Key, n)
	for j := range keys {
		keys[j] = matrix.Key{ID: int64(j + 1), Name: fmt.Sprintf("LF_%d", j)}
	}
	L, err := matrix.New(candidates, keys, entries)
	if err != nil {
		t.Fatal(err)
	}
	return L
}

// rows is the opposite of labels.
func rows(L *matrix.LabelMatrix) [][]int16 {
	dense := make([][]int16, L.Rows())
	for i := range dense {
		dense[i] = make([]int16, L.Cols())
		cols, vals := L.Row(i)
		for x, j := range cols {
			dense[i][j] = vals[x]
		}
	}
	return dense
}

// independent draws m × n labels: each LF votes with the given probability,
// and is right in three of four cases.
func independent(t testing.TB, m, n int, coverage float64, seed uint64) *matrix.LabelMatrix {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 7))
	dense := make([][]int16, m)
	for i := range dense {
		y := int16(1 - 2*random.IntN(2))
		dense[i] = make([]int16, n)
		for j := range n {
			if random.Float64() < coverage {
				dense[i][j] = y
				if random.IntN(4) == 0 {
					dense[i][j] = -y
				}
			}
		}
	}
	return labels(t, n, dense)
}

// pick selects dependencies, which must not fail.
func pick(t testing.TB, s *structure.DependencySelector, L *matrix.LabelMatrix) *structure.Selection {
	t.Helper()
	sel, err := s.Select(t.Context(), L)
	if err != nil {
		t.Fatal(err)
	}
	return sel
}

// distance is the largest difference between two lists of vectors, infinite
// where their shapes differ or a NaN is among them.
func distance(a, b [][]float64) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	worst := 0.0
	for j := range a {
		if len(a[j]) != len(b[j]) {
			return math.Inf(1)
		}
		for k := range a[j] {
			d := math.Abs(a[j][k] - b[j][k])
			if math.IsNaN(d) {
				return math.Inf(1)
			}
			worst = max(worst, d)
		}
	}
	return worst
}

// sameBits reports whether two lists of vectors are equal to the last bit.
func sameBits(a, b [][]float64) bool {
	return slices.EqualFunc(a, b, func(v, w []float64) bool {
		return slices.EqualFunc(v, w, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
	})
}

// triples are dependencies as deps.json writes them.
func triples(deps []dependency.Dependency) [][3]int {
	list := [][3]int{}
	for _, d := range deps {
		list = append(list, [3]int{d.J, d.K, int(d.Type)})
	}
	return list
}

// everyOption lists the four combinations of the two switches.
func everyOption() []structure.DependencySelector {
	var list []structure.DependencySelector
	for bits := range 4 {
		s := structure.NewDependencySelector()
		s.HigherOrder, s.Propensity = bits&1 != 0, bits&2 != 0
		list = append(list, *s)
	}
	return list
}

// title names a selector's options.
func title(s *structure.DependencySelector) string {
	return fmt.Sprintf("higher_order=%v,propensity=%v,threshold=%v,truncation=%d", s.HigherOrder, s.Propensity, s.Threshold, s.Truncation)
}
