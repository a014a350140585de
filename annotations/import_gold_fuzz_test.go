package annotations_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

// FuzzImportGold imports files of any bytes. What is refused changes nothing
// and names a line; what is taken can be imported again without adding
// anything, and what is exported then says the same. The seeds are the stable
// labels that Snorkel wrote.
func FuzzImportGold(f *testing.F) {
	path := copyOracle(f, "DELETE FROM gold_label", "DELETE FROM stable_label", "DELETE FROM gold_label_key")
	s := open(f, path, session.Writable())
	c := spouse(f, s)
	rows := lines(f, testdata+"oracle/snorkel07.db", "SELECT context_stable_ids || '~~' || value FROM stable_label WHERE annotator_name = 'gold' LIMIT 12")
	if len(rows) != 12 {
		f.Fatalf("%d rows to begin with", len(rows))
	}
	text := tsv(rows...)
	for _, seed := range []string{
		text,
		strings.ReplaceAll(text, "\t", ","),
		"\ufeff" + strings.ReplaceAll(text, "\n", "\r\n"),
		strings.ReplaceAll(text, "\t1\n", "\t\n"),
		strings.ReplaceAll(text, "\t-1\n", "\tfalse\n"),
		strings.ReplaceAll(strings.ReplaceAll(text, "\t1\n", "\t0.5\n"), "doc-06", `"doc-06"`),
		text + text[len("person1\tperson2\tlabel\n"):],
	} {
		f.Add([]byte(seed), true, 1)
		f.Add([]byte(seed), false, -1)
	}
	f.Fuzz(func(t *testing.T, data []byte, symmetric bool, number int) {
		split := &number
		if number < 0 {
			split = nil
		}
		again := func() (*annotations.ImportedGold, error) {
			return annotations.ImportGold(t.Context(), s, annotations.ReadGold("", bytes.NewReader(data), annotations.GoldFormat{Args: c.Args, Notation: annotations.Notation{Abstain: new(int)}}),
				annotations.GoldImportOptions{Annotator: "fuzz", Subclass: c, Split: split, Symmetric: symmetric})
		}
		defer execute(t, path, "DELETE FROM stable_label", "DELETE FROM gold_label", "DELETE FROM gold_label_key")
		report, err := again()
		if err != nil {
			var row *candidates.RecordError
			if !errors.As(err, &row) || row.Line < 1 {
				t.Errorf("error %v names no line", err)
			}
			equal(t, "what a refused file left", lines(t, path, "SELECT 1 FROM stable_label UNION ALL SELECT 1 FROM gold_label_key"), []string{})
			return
		}
		stored := lines(t, path, "SELECT * FROM stable_label")
		if labelled := report.Rows - report.Unlabelled - report.Repeated; len(stored) < labelled || len(stored) != report.Stable.Added {
			t.Errorf("%d stable labels of %d rows, said to be %d", len(stored), labelled, report.Stable.Added)
		}
		second, err := again()
		must(t, err)
		if second.Stable.Added+second.Gold.Added+second.Stable.Different+second.Gold.Different+second.Earlier != 0 ||
			second.Stable.Present != report.Stable.Added || second.Gold.Present != report.Gold.Added || len(second.Problems) != len(report.Problems) {
			t.Errorf("the first time %+v, the second %+v", report, second)
		}
		before := exportGold(t, s, "fuzz")
		execute(t, path, "DELETE FROM stable_label", "DELETE FROM gold_label")
		_, err = importGold(t, s, before, "fuzz", nil, false)
		must(t, err)
		if after := exportGold(t, s, "fuzz"); after != before {
			t.Errorf("exported\n%s\nand after importing that\n%s", before, after)
		}
	})
}

// FuzzReadGold reads files of any bytes, without a database and so much faster:
// rows come in order and can be written and read again, and errors name a line.
func FuzzReadGold(f *testing.F) {
	rows := lines(f, testdata+"oracle/snorkel07.db", "SELECT context_stable_ids || '~~' || value FROM stable_label")
	if len(rows) == 0 {
		f.Fatal("no rows to begin with")
	}
	text := tsv(rows[:8]...)
	f.Add(text)
	f.Add(strings.ReplaceAll(text, "\t", ","))
	f.Add("\ufeff\r\n" + strings.ReplaceAll(text, "\n", "\r\n"))
	f.Add(strings.Replace(text, "doc-06", "\"doc\n06\"\"", 1))
	one := tsv(rows[:1]...)
	header, row, _ := strings.Cut(one, "\n")
	f.Add(one)
	f.Add(header)
	f.Add(header + "\n" + header + "\n")
	f.Add(one + row)
	f.Add(header + "\tcomment\n" + strings.TrimSuffix(row, "\n") + "\tas it is\n")
	f.Add(strings.ReplaceAll(one, "\t", ";"))
	f.Add(one + "\n\n\t\t\n")
	for _, label := range []string{"true", "FALSE", "1.0", "-1", "0", "", "nan", "2", "1e0", "\"1\"", "99999999999999999999"} {
		f.Add(header + "\n" + strings.TrimRight(row[:strings.LastIndexByte(strings.TrimRight(row, "\n"), '\t')+1], "\n") + label + "\n")
	}
	f.Fuzz(func(t *testing.T, text string) {
		args := []string{"person1", "person2"}
		var out bytes.Buffer
		w := annotations.NewGoldWriter(&out, '\t', annotations.GoldColumns{Args: args})
		var read []annotations.GoldRow
		last := 1
		for row, err := range annotations.ReadGold("", strings.NewReader(text), annotations.GoldFormat{Args: args, Notation: annotations.Notation{Abstain: new(int)}}) {
			var bad *candidates.RecordError
			if errors.As(err, &bad) && bad.Line >= last {
				return
			}
			must(t, err)
			if row.Line <= last || len(row.StableIDs) != 2 {
				t.Fatalf("row %+v after line %d", row, last)
			}
			last = row.Line
			read = append(read, row)
			must(t, w.Write(row))
		}
		must(t, w.Flush())
		for row, err := range annotations.ReadGold("", &out, annotations.GoldFormat{Args: args, Notation: annotations.Notation{Abstain: new(int)}}) {
			must(t, err)
			want := read[0]
			read = read[1:]
			if !slices.Equal(row.StableIDs, want.StableIDs) || row.Label != want.Label || row.Unlabelled != want.Unlabelled {
				t.Fatalf("read %+v, written %+v", row, want)
			}
		}
		if len(read) > 0 {
			t.Fatalf("%d rows were lost", len(read))
		}
	})
}
