package annotations_test

import (
	"bytes"
	"regexp"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
)

// FuzzReadLabelTable reads tables of any bytes. An error is one line that names the
// table; without one, everything fits together.
func FuzzReadLabelTable(f *testing.F) {
	for _, table := range []string{"task,worker,label\nt1,w1,ham\nt1,w2,spam\nt2,w1,ham\n", "id,text,gold,a,b\nx,y,1,1,-1\nz,,,0,1.0\n",
		"a;b\n1;2\n;3\n", `{"id": 1, "a": true, "b": null}`, "a\tb\n0\t2\n1\tNaN\n"} {
		f.Add([]byte(table), true, 0)
		f.Add([]byte(table), false, 3)
	}
	f.Add(npy(f, "<i8", "(2, 2)", false, []int64{0, 1, 2, 3}), true, 0)
	f.Add(parquetOf(f, []struct{ A, B int64 }{{1, 2}, {3, 1}}...), false, 0)
	line := regexp.MustCompile(`^t:.*$`)
	f.Fuzz(func(t *testing.T, table []byte, nine bool, cardinality int) {
		o := annotations.LabelTableOptions{Conflicts: annotations.KeepLast}
		if nine {
			o.Abstain = pointer(-1)
		}
		if cardinality >= 2 && cardinality < 100 {
			o.Cardinality = cardinality
		}
		got, err := readTable(t, bytes.NewReader(table), o)
		if err != nil {
			if !line.MatchString(annotations.OneLine(err.Error())) {
				t.Errorf("the error names no table: %v", err)
			}
			return
		}
		if err := matrix.CheckLabels(got.L, got.Cardinality); err != nil {
			t.Error(err)
		}
		m := got.L.Rows()
		if len(got.IDs) != m || got.Text != nil && len(got.Text) != m || got.Gold != nil && len(got.Gold) != m {
			t.Errorf("%d ids, %d texts and %d gold labels of %d candidates", len(got.IDs), len(got.Text), len(got.Gold), m)
		}
		if got.Classes != nil && len(got.Classes.Names) != got.Cardinality {
			t.Errorf("%d classes: %v", got.Cardinality, got.Classes.Names)
		}
		for _, v := range got.Gold {
			if v != 0 && !matrix.Fits(v, got.Cardinality) {
				t.Errorf("gold label %d of %d classes", v, got.Cardinality)
			}
		}
	})
}
