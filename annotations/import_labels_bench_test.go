package annotations_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"workbench/session"
)

// BenchmarkImportLabels imports 100,000 labels. In the long table the candidates
// come in no order, and ten labeling functions share them.
func BenchmarkImportLabels(b *testing.B) {
	s, path := goldBench(b)
	var byID, byStable, long bytes.Buffer
	byID.WriteString("candidate_id,a\n")
	byStable.WriteString("person1,person2,a\n")
	long.WriteString("candidate_id,key,value\n")
	for i := 1; i <= 100_000; i++ {
		fmt.Fprintf(&byID, "%d,1\n", i)
		fmt.Fprintf(&byStable, "doc-%d::span:0:9,doc-%d::span:20:29,1\n", i, i)
		fmt.Fprintf(&long, "%d,lf%d,1\n", i*7919%100_000+1, i%10)
	}
	for _, table := range []struct{ name, text string }{{"ids", byID.String()}, {"stable ids", byStable.String()}, {"long", long.String()}} {
		b.Run(table.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				execute(b, path, "PRAGMA synchronous = OFF", "DELETE FROM label", "DELETE FROM label_key")
				b.StartTimer()
				importLabels(b, s, table.text)
			}
			b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func importLabels(b *testing.B, s *session.Session, text string) {
	done, err := importTable(b.Context(), b, s, labelImport{}, strings.NewReader(text))
	must(b, err)
	if done.Labels != 100_000 {
		b.Fatalf("%+v", done)
	}
}
