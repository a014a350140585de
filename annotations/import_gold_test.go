package annotations_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

// importGold imports a text as a file.
func importGold(t testing.TB, s *session.Session, text, annotator string, split *int, symmetric bool) (*annotations.ImportedGold, error) {
	t.Helper()
	c := spouse(t, s)
	return annotations.ImportGold(t.Context(), s, annotations.ReadGold("", strings.NewReader(text), annotations.GoldFormat{Args: c.Args, Notation: annotations.Notation{Abstain: new(int)}}),
		annotations.GoldImportOptions{Annotator: annotator, Subclass: c, Split: split, Symmetric: symmetric})
}

// exportGold writes the gold labels of every split as TSV.
func exportGold(t testing.TB, s *session.Session, annotator string) string {
	t.Helper()
	var b bytes.Buffer
	c := spouse(t, s)
	w := annotations.NewGoldWriter(&b, '\t', annotations.GoldColumns{Args: c.Args})
	_, err := annotations.ExportGold(t.Context(), s, annotations.GoldExportOptions{Annotator: annotator, Subclass: c}, w.Write)
	must(t, err)
	must(t, w.Flush())
	return b.String()
}

func tsv(rows ...string) string {
	return "person1\tperson2\tlabel\n" + strings.ReplaceAll(strings.Join(rows, "\n"), "~~", "\t") + "\n"
}

func at(split int) *int { return &split }

// What is exported and imported into a file without gold labels gives the very
// matrices that Snorkel loads, split by split and all at once.
func TestExportedLabelsImportAsSnorkelLoadsThem(t *testing.T) {
	for _, name := range []string{"snorkel07", "spouse_small"} {
		t.Run(name, func(t *testing.T) {
			from := testdata + "oracle/snorkel07.db"
			if name != "snorkel07" {
				from = shared(t, name+".db")
			}
			var want figures
			readJSON(t, strings.TrimSuffix(from, ".db")+".json", &want)
			original := open(t, from)
			for _, splits := range [][]*int{{nil}, {at(1), at(2)}, {at(2), at(0), at(1)}} {
				data, err := os.ReadFile(from)
				must(t, err)
				path := filepath.Join(t.TempDir(), "copy.db")
				must(t, os.WriteFile(path, data, 0o644))
				execute(t, path, "DELETE FROM gold_label", "DELETE FROM gold_label_key", "DELETE FROM stable_label")
				s := open(t, path, session.Writable())
				for _, annotator := range want.Annotators {
					text := exportGold(t, original, annotator)
					for _, split := range splits {
						_, err := importGold(t, s, text, annotator, split, false)
						must(t, err)
					}
				}
				compared := 0
				for split, figures := range want.BySplit {
					for annotator, m := range figures.Gold {
						got, err := annotations.LoadGoldLabels(t.Context(), s, annotator, annotations.Selection{Split: atoi(t, split)})
						must(t, err)
						compare(t, annotator+" of split "+split, got, m.wantMatrix)
						compared += got.NNZ()
					}
				}
				if compared == 0 {
					t.Error("no label was compared")
				}
				const all = "SELECT candidate_id, key_id, value FROM gold_label ORDER BY 2, 1"
				equal(t, "all rows, zeros too", lines(t, path, all), lines(t, from, all))
			}
		})
	}
}

func atoi(t testing.TB, text string) (n int) {
	t.Helper()
	_, err := fmt.Sscan(text, &n)
	must(t, err)
	return n
}

// Where Snorkel wrote the stable labels from the same figures, ours are its.
func TestStableLabelsAreSnorkels(t *testing.T) {
	path := copyOracle(t, "DELETE FROM stable_label")
	s := open(t, path, session.Writable())
	for _, annotator := range []string{"gold", "second"} {
		report, err := importGold(t, s, exportGold(t, s, annotator), annotator, nil, false)
		must(t, err)
		if report.Stable.Added != report.Rows || report.Gold.Present != report.Rows || report.Problems != nil {
			t.Errorf("%+v", report)
		}
	}
	const all = "SELECT context_stable_ids, annotator_name, split, value, typeof(split) FROM stable_label ORDER BY 1, 2"
	equal(t, "stable labels", lines(t, path, all), lines(t, testdata+"oracle/snorkel07.db", all))
}

func TestImportingTwiceAddsNothing(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	forward, _ := stableIDs(t, s)
	text := tsv(forward[0]+"~~1", forward[1]+"~~-1", "nowhere~~nothing~~1")
	first, err := importGold(t, s, text, "new", at(1), true)
	must(t, err)
	if first.Stable != (annotations.LabelCounts{Added: 6}) || first.Gold != (annotations.LabelCounts{Added: 2}) || first.MissingContexts != 1 || len(first.Problems) != 2 {
		t.Errorf("the first time %+v", first)
	}
	before := dump(t, path)
	again, err := importGold(t, s, text, "new", at(1), true)
	must(t, err)
	if again.Stable != (annotations.LabelCounts{Present: 6}) || again.Gold != (annotations.LabelCounts{Present: 2}) || again.Earlier != 0 {
		t.Errorf("the second time %+v", again)
	}
	if dump(t, path) != before {
		t.Error("the second time changed something")
	}
}

// Both orders are stored; that of which there is no candidate has the split of
// the other.
func TestSymmetricLabels(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	forward, backward := stableIDs(t, s)
	id, _, _ := strings.Cut(forward[1], "~~")
	report, err := importGold(t, s, tsv(backward[0]+"~~1", forward[0]+"~~true", id+"~~"+id+"~~-1"), "new", nil, true)
	must(t, err)
	if report.Repeated != 1 || report.Stable.Added != 3 || report.Gold.Added != 1 || report.MissingCandidates != 1 {
		t.Errorf("%+v", report)
	}
	equal(t, "stable labels", lines(t, path, "SELECT context_stable_ids, split, value FROM stable_label WHERE annotator_name = 'new' ORDER BY rowid"),
		[]string{backward[0] + " 1 1", forward[0] + " 1 1", id + "~~" + id + " 0 -1"})
	equal(t, "gold labels", lines(t, path, "SELECT candidate_id, value FROM gold_label WHERE key_id = 3"), []string{"239 1"})

	_, err = importGold(t, s, tsv(backward[0]+"~~1", forward[0]+"~~-1"), "new", nil, true)
	wantError(t, "the other order", err, "line 3: label -1 contradicts line 2")
	one := &candidates.Subclass{Table: "spouse", Args: []string{"person1"}}
	_, err = annotations.ImportGold(t.Context(), s, nil, annotations.GoldImportOptions{Annotator: "new", Subclass: one, Symmetric: true})
	wantError(t, "one argument", err, "only labels of two can be symmetric")
}

// Rows without a candidate keep their stable label, for candidates that may
// come: a later import of anything reloads it.
func TestStableLabelsOfBeforeAreReloaded(t *testing.T) {
	path := copyOracle(t, "UPDATE candidate SET split = 7 WHERE id = 239")
	s := open(t, path, session.Writable())
	forward, _ := stableIDs(t, open(t, copyOracle(t)))
	report, err := importGold(t, s, tsv(forward[0]+"~~1", forward[1]+"~~1"), "new", at(1), false)
	must(t, err)
	if report.Gold.Added != 1 || report.MissingCandidates != 1 || *report.Problems[0].Other != 7 {
		t.Errorf("%+v", report)
	}
	execute(t, path, "UPDATE candidate SET split = 1 WHERE id = 239", "UPDATE stable_label SET split = 0 WHERE annotator_name = 'new'")
	report, err = importGold(t, s, tsv(forward[2]+"~~1"), "new", at(1), false)
	must(t, err)
	if report.Gold.Added != 1 || report.Earlier != 1 {
		t.Errorf("%+v", report)
	}
	equal(t, "gold labels", lines(t, path, "SELECT candidate_id FROM gold_label WHERE key_id = 3 ORDER BY 1"), []string{"239", "240", "241"})
}

// As in Snorkel, what is stored stays, and a candidate without a gold label
// gets what its stable label says.
func TestLabelsThatExistStay(t *testing.T) {
	path := copyOracle(t, "DELETE FROM gold_label WHERE candidate_id = 240", "UPDATE gold_label SET value = -1 WHERE candidate_id = 241")
	s := open(t, path, session.Writable())
	forward, _ := stableIDs(t, s) // all three have the stable label 1
	report, err := importGold(t, s, tsv(forward[0]+"~~-1", forward[1]+"~~-1", forward[2]+"~~1"), "gold", at(1), false)
	must(t, err)
	if report.Stable != (annotations.LabelCounts{Present: 1, Different: 2}) || report.Gold != (annotations.LabelCounts{Added: 1, Different: 2}) {
		t.Errorf("%+v", report)
	}
	var said []string
	for _, p := range report.Problems {
		said = append(said, fmt.Sprintf("%d: %s", p.Line, p))
	}
	name := func(i int) string { return "spouse(" + strings.Replace(forward[i], "~~", ", ", 1) + ")" }
	equal(t, "problems", said, []string{
		"2: label -1 of " + name(0) + " is not stored: it has the stable label 1 and the gold label 1, and keeps it",
		"3: label -1 of " + name(1) + " is not stored: it has the stable label 1, and keeps it",
		"4: label 1 of " + name(2) + " is not stored: it has the gold label -1, and keeps it",
	})
	equal(t, "gold labels", lines(t, path, "SELECT value FROM gold_label WHERE key_id = 1 AND candidate_id BETWEEN 239 AND 241 ORDER BY candidate_id"), []string{"1", "1", "-1"})
}

func TestBadRowsChangeNothing(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	before := content(t, path)
	good := annotations.GoldRow{Position: candidates.Position{Line: 2}, StableIDs: []string{"a", "b"}, Label: 1}
	for says, row := range map[string]annotations.GoldRow{
		"line 3: label -1 contradicts line 2":        {StableIDs: []string{"a", "b"}, Label: -1},
		"label -2 is outside":                        {StableIDs: []string{"a", "c"}, Label: -2},
		"person1 is empty":                           {StableIDs: []string{"", "c"}, Label: 1},
		"~~ joins the ids":                           {StableIDs: []string{"a", "b~~c"}, Label: 1},
		`person2 "\xff" is no stable id`:             {StableIDs: []string{"a", "\xff"}, Label: 1},
		`person2 "\x00" is no stable id`:             {StableIDs: []string{"a", "\x00"}, Label: 1},
		"1 stable ids for the 2 arguments of spouse": {StableIDs: []string{"a"}, Label: 1},
	} {
		row.Line = 3
		rows := func(yield func(annotations.GoldRow, error) bool) { _ = yield(good, nil) && yield(row, nil) }
		_, err := annotations.ImportGold(t.Context(), s, rows, annotations.GoldImportOptions{Annotator: "gold", Subclass: spouse(t, s)})
		wantError(t, says, err, says)
		var e *candidates.RecordError
		if !errors.As(err, &e) || e.Line != 3 {
			t.Errorf("%s: error %v names not the line", says, err)
		}
	}
	_, err := importGold(t, s, tsv("a~~b~~1"), "", nil, false)
	wantError(t, "no annotator", err, "annotator")
	c := spouse(t, s)
	_, err = annotations.ImportGold(cancelledContext(t), s, annotations.ReadGold("", strings.NewReader(tsv("a~~b~~1")), annotations.GoldFormat{Args: c.Args, Notation: annotations.Notation{Abstain: new(int)}}), annotations.GoldImportOptions{Annotator: "x", Subclass: c})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if content(t, path) != before {
		t.Error("the file changed")
	}
}

// Files are looked up some thousand rows at a time; here there are more.
func TestEveryRowIsImportedWhateverTheirNumber(t *testing.T) {
	path := copyOracle(t, "DELETE FROM gold_label", "DELETE FROM stable_label")
	s := open(t, path, session.Writable())
	forward, _ := stableIDs(t, s)
	var rows []string
	for i := range 4100 {
		rows = append(rows, fmt.Sprintf("x%d~~y~~1", i))
	}
	for i, place := range []int{0, 1999, 2000, 4000} {
		rows = slices.Insert(rows, place, forward[i]+"~~1")
	}
	report, err := importGold(t, s, tsv(rows...), "gold", nil, true)
	must(t, err)
	if report.Rows != 4104 || report.Gold.Added != 4 || report.MissingContexts != 4100 || len(report.Problems) != 8200 || report.Stable.Added != 8208 {
		t.Errorf("rows %d, gold %+v, stable %+v, missing %d, problems %d", report.Rows, report.Gold, report.Stable, report.MissingContexts, len(report.Problems))
	}
	if last := report.Problems[8199]; last.Line != 4105 || last.Context != "y" {
		t.Errorf("the last problem is %+v", last)
	}
	equal(t, "stable labels", lines(t, path, "SELECT count(*), count(DISTINCT context_stable_ids), sum(split) FROM stable_label"), []string{"8208 8208 8"})
}
