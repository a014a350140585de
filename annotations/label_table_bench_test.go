package annotations_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"workbench/annotations"
)

// BenchmarkReadLabelTable reads 200,000 labels: votes on 50,000 tasks by 1,000
// workers, with classes in words, and a column per labeling function.
func BenchmarkReadLabelTable(b *testing.B) {
	var long, wide bytes.Buffer
	long.WriteString("task,worker,label\n")
	wide.WriteString("id,a,b,c,d\n")
	classes := []string{"ham", "spam", "eggs"}
	for i := range 200_000 {
		fmt.Fprintf(&long, "task %d,worker %d,%s\n", i%50_000, i/50_000*250+i%250, classes[i%3])
	}
	for i := range 50_000 {
		fmt.Fprintf(&wide, "%d,1,-1,-1,%d\n", i, i%2*2-1)
	}
	for _, table := range []struct{ name, text string }{{"long", long.String()}, {"wide", wide.String()}} {
		b.Run(table.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				t, err := readTable(b, strings.NewReader(table.text), annotations.LabelTableOptions{})
				must(b, err)
				if t.L.NNZ() != 200_000 {
					b.Fatal(t.L.NNZ())
				}
			}
			b.ReportMetric(200_000*float64(b.N)/b.Elapsed().Seconds(), "labels/s")
		})
	}
}
