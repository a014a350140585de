package structure_test

import (
	"reflect"
	"testing"

	"workbench/annotations/matrix"
	"workbench/learning/structure"
)

// oracle is deps.json: what Snorkel's DependencySelector computed.
type oracle struct {
	Matrices map[string][][]int16
	Cases    []struct {
		Matrix      string
		Threshold   float64
		HigherOrder bool `json:"higher_order"`
		Propensity  bool
		Truncation  int
		Deps        [][3]int
		Weights     [][]float64
	}
}

// spouses is the train split of a database that is used in place and never
// copied: nil where it is not there.
func spouses(t *testing.T) *matrix.LabelMatrix {
	var file struct {
		BySplit map[string]struct {
			L struct {
				Shape [2]int
				COO   [][3]int
			}
		} `json:"by_split"`
	}
	if !readJSON(t, "../../../shared/oracle/spouse_small.json", &file) {
		return nil
	}
	L := file.BySplit["0"].L
	dense := make([][]int16, L.Shape[0])
	for i := range dense {
		dense[i] = make([]int16, L.Shape[1])
	}
	for _, e := range L.COO {
		dense[e[0]][e[1]] = int16(e[2])
	}
	return labels(t, L.Shape[1], dense)
}

// Select finds exactly the dependencies that Snorkel finds, in deps.json's
// order, and the same weights.
func TestOracle(t *testing.T) {
	t.Parallel()
	// Both run the same deterministic loop in float64 and differ only in the
	// order of sums and the last bits of exp. Over 10·m steps of size 1/m that
	// comes to some 1e-14; 1e-11 is what a mistake could not hide in.
	const tolerance = 1e-11
	var file oracle
	if !readJSON(t, "../../testdata/oracle/deps.json", &file) || len(file.Cases) == 0 {
		t.Fatal("deps.json has no cases")
	}
	matrices := map[string]*matrix.LabelMatrix{}
	for name, dense := range file.Matrices {
		matrices[name] = labels(t, len(dense[0]), dense)
	}
	const used = "spouse_small.db L_train (split 0, key_group 0)"
	if L := spouses(t); L != nil {
		matrices[used] = L
	}
	worst := 0.0
	for _, c := range file.Cases {
		s := structure.DependencySelector{HigherOrder: c.HigherOrder, Propensity: c.Propensity, Threshold: c.Threshold, Truncation: c.Truncation}
		t.Run(c.Matrix+"/"+title(&s), func(t *testing.T) {
			L := matrices[c.Matrix]
			if L == nil && c.Matrix == used {
				t.Skip("its database is not here")
			}
			sel := pick(t, &s, L)
			if got := triples(sel.Dependencies); !reflect.DeepEqual(got, c.Deps) {
				t.Errorf("dependencies are\n%v, not\n%v", got, c.Deps)
			}
			d := distance(sel.Weights, c.Weights)
			if worst = max(worst, d); d > tolerance {
				t.Errorf("weights differ by %.1e", d)
			}
		})
	}
	t.Logf("largest difference of a weight: %.1e", worst)
}
