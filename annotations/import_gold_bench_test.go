package annotations_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

// goldBench is a database of 100,000 candidates with two spans each, in a
// sentence of their own.
func goldBench(b *testing.B) (s *session.Session, path string) {
	b.Helper()
	path = filepath.Join(b.TempDir(), "gold.db")
	made, err := session.Create(b.Context(), path)
	must(b, err)
	c, err := candidates.CandidateSubclass("Spouse", []string{"person1", "person2"})
	must(b, err)
	must(b, c.Create(b.Context(), made))
	must(b, made.Close())
	execute(b, path, "PRAGMA synchronous = OFF", "PRAGMA cache_size = -200000", "BEGIN",
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
			INSERT INTO candidate (id, type, split) SELECT i, 'spouse', i % 3 FROM n`,
		`INSERT INTO context (id, type, stable_id) SELECT 3 * id, 'sentence', 'doc-' || id || '::sentence:0:40' FROM candidate
			UNION ALL SELECT 3 * id + 1, 'span', 'doc-' || id || '::span:0:9' FROM candidate
			UNION ALL SELECT 3 * id + 2, 'span', 'doc-' || id || '::span:20:29' FROM candidate`,
		`INSERT INTO sentence (id, position, text, words, char_offsets, abs_char_offsets)
			SELECT 3 * id, 0, 'Talia Zha and so on and Marta Lin as well', X'80025D2E', X'80025D2E', X'80025D2E' FROM candidate`,
		`INSERT INTO span (id, sentence_id, char_start, char_end) SELECT 3 * id + 1, 3 * id, 0, 9 FROM candidate
			UNION ALL SELECT 3 * id + 2, 3 * id, 20, 29 FROM candidate`,
		"INSERT INTO spouse (id, person1_id, person2_id) SELECT id, 3 * id + 1, 3 * id + 2 FROM candidate",
		"COMMIT")
	return open(b, path, session.Writable()), path
}

// exportTo writes the template of all candidates, or the labels.
func exportTo(b *testing.B, s *session.Session, c *candidates.Subclass, template bool) *bytes.Buffer {
	var out bytes.Buffer
	w := annotations.NewGoldWriter(&out, '\t', annotations.GoldColumns{Args: c.Args, Template: template})
	done, err := annotations.ExportGold(b.Context(), s, annotations.GoldExportOptions{Annotator: "gold", Subclass: c, Template: template},
		func(row annotations.GoldRow) error {
			if row.Unlabelled && !template {
				b.Fatal("a row without a label")
			}
			row.Unlabelled, row.Label = false, 1
			return w.Write(row)
		})
	must(b, err)
	must(b, w.Flush())
	if done.Rows != 100_000 {
		b.Fatalf("%d rows", done.Rows)
	}
	return &out
}

func BenchmarkImportGold(b *testing.B) {
	s, path := goldBench(b)
	c := spouse(b, s)
	text := exportTo(b, s, c, true).Bytes()
	for name, symmetric := range map[string]bool{"plain": false, "symmetric": true} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				execute(b, path, "PRAGMA synchronous = OFF", "DELETE FROM gold_label", "DELETE FROM stable_label")
				b.StartTimer()
				report, err := annotations.ImportGold(b.Context(), s, annotations.ReadGold("", bytes.NewReader(text), annotations.GoldFormat{Args: c.Args, Notation: annotations.Notation{Abstain: new(int)}}),
					annotations.GoldImportOptions{Annotator: "gold", Subclass: c, Symmetric: symmetric})
				must(b, err)
				if report.Gold.Added != 100_000 {
					b.Fatalf("%+v", report)
				}
			}
			b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
	b.Run("again", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			report, err := annotations.ImportGold(b.Context(), s, annotations.ReadGold("", bytes.NewReader(text), annotations.GoldFormat{Args: c.Args, Notation: annotations.Notation{Abstain: new(int)}}),
				annotations.GoldImportOptions{Annotator: "gold", Subclass: c})
			must(b, err)
			if report.Gold.Present != 100_000 {
				b.Fatalf("%+v", report)
			}
		}
	})
	b.Run("export", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			exportTo(b, s, c, false)
		}
	})
	b.Run("reload", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			b.StopTimer()
			execute(b, path, "PRAGMA synchronous = OFF", "DELETE FROM gold_label")
			b.StartTimer()
			done, err := annotations.ReloadAnnotatorLabels(b.Context(), s, c, "gold", 1, false)
			must(b, err)
			if done.Added != 33_334 {
				b.Fatalf("%d added", done.Added)
			}
		}
	})
}
