package annotations_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

// export collects what ExportGold gives.
func export(t testing.TB, s *session.Session, annotator string, split *int, template bool) ([]annotations.GoldRow, annotations.ExportedGold, error) {
	t.Helper()
	var rows []annotations.GoldRow
	done, err := annotations.ExportGold(t.Context(), s,
		annotations.GoldExportOptions{Annotator: annotator, Subclass: spouse(t, s), Split: split, Template: template},
		func(row annotations.GoldRow) error { rows = append(rows, row); return nil })
	if err == nil && done.Rows != len(rows) {
		t.Errorf("%d rows, said to be %d", len(rows), done.Rows)
	}
	return rows, done, err
}

func TestExportedAreTheGoldLabelsOfTheSplit(t *testing.T) {
	s := oracleDB(t)
	for split, want := range map[int]int{0: 0, 1: 81, 2: 63} {
		rows, _, err := export(t, s, "gold", &split, false)
		must(t, err)
		gold, err := annotations.LoadGoldLabels(t.Context(), s, "gold", annotations.Selection{Split: split})
		must(t, err)
		if len(rows) != want || gold.NNZ() != want {
			t.Errorf("split %d: %d rows, %d labels, want %d", split, len(rows), gold.NNZ(), want)
		}
		for i, e := range gold.Entries() {
			cands, err := candidates.Load(t.Context(), s, candidates.Query{IDs: []int64{gold.Candidates()[e.Row]}})
			must(t, err)
			equal(t, "stable ids", rows[i].StableIDs, []string{cands[0].Args[0].Context.StableID, cands[0].Args[1].Context.StableID})
			if rows[i].Label != e.Value || rows[i].Unlabelled {
				t.Errorf("row %+v, want label %d", rows[i], e.Value)
			}
		}
	}
}

// Labels and the template share the candidates out, and the template has the
// text, here that of the probe for Unicode.
func TestTemplateHasTheOthers(t *testing.T) {
	s := oracleDB(t)
	for split, want := range map[int]int{0: 238, 1: 5, 2: 4} {
		rows, _, err := export(t, s, "gold", &split, true)
		must(t, err)
		if len(rows) != want {
			t.Errorf("split %d: %d rows, want %d", split, len(rows), want)
		}
		for _, row := range rows {
			if !row.Unlabelled || row.Sentence == "" || !strings.Contains(row.Sentence, row.Texts[0]) || !strings.Contains(row.Sentence, row.Texts[1]) {
				t.Errorf("%+v", row)
			}
		}
	}
	rows, _, err := export(t, s, "nobody yet", nil, true)
	must(t, err)
	if len(rows) != 391 {
		t.Errorf("%d rows for a new annotator, want all 391", len(rows))
	}
	sentences := make([]string, len(rows))
	for i, row := range rows {
		sentences[i] = row.Sentence
	}
	equal(t, "sentences", sentences, lines(t, s.Path(), `SELECT t.text FROM spouse AS c
		JOIN span AS p ON p.id = c.person1_id JOIN sentence AS t ON t.id = p.sentence_id ORDER BY c.id`))
	rows, _, err = export(t, s, "gold", nil, false)
	must(t, err)
	if len(rows) == 0 || rows[0].Sentence != "" {
		t.Errorf("rows %+v, want labels without sentences", rows[:min(len(rows), 1)])
	}
}

// A candidate whose contexts are gone has no stable ids; it is counted.
func TestOrphansAreCounted(t *testing.T) {
	path := copyOracle(t, "DELETE FROM context WHERE id = (SELECT person1_id FROM spouse WHERE id = 239)")
	s := open(t, path)
	left := lines(t, path, "SELECT count(*) FROM gold_label AS g WHERE key_id = 1 AND candidate_id IN (SELECT id FROM spouse)")
	rows, done, err := export(t, s, "gold", nil, false)
	must(t, err)
	if fmt.Sprint(len(rows)) != left[0] || done.Orphans == 0 || len(rows)+done.Orphans != 144 {
		t.Errorf("%d rows and %d orphans, want %s and the rest of 144", len(rows), done.Orphans, left[0])
	}
	// Where foreign keys are not enforced, the row stays and points nowhere.
	path = copyOracle(t, "PRAGMA foreign_keys = OFF", "DELETE FROM context WHERE id = (SELECT person2_id FROM spouse WHERE id = 239)")
	_, done, err = export(t, open(t, path), "gold", at(1), false)
	must(t, err)
	if done.Orphans == 0 {
		t.Errorf("%+v, want orphans", done)
	}
}

func TestExportSaysWhatIsThere(t *testing.T) {
	s := oracleDB(t)
	_, _, err := export(t, s, "Gold", nil, false)
	wantError(t, "annotator", err, `no such annotator: "Gold"; annotators: gold, second`)
	if !errors.Is(err, annotations.ErrNoAnnotator) {
		t.Errorf("error %v is not ErrNoAnnotator", err)
	}
	for _, template := range []bool{false, true} {
		_, _, err = export(t, s, "gold", at(9), template)
		if !errors.Is(err, candidates.ErrNoSplit) {
			t.Errorf("error %v, want ErrNoSplit", err)
		}
	}
	path := copyOracle(t, "UPDATE gold_label SET value = 0.5 WHERE candidate_id = 250")
	_, _, err = export(t, open(t, path), "gold", nil, false)
	wantError(t, "fraction", err, path+": table gold_label, candidate_id 250, key_id 1 (gold)", "fraction")
	path = copyOracle(t, "UPDATE gold_label SET value = X'0100000000000000' WHERE candidate_id = 250")
	rows, done, err := export(t, open(t, path), "gold", nil, false)
	must(t, err)
	if len(rows) != 144 || len(done.Warnings) != 1 {
		t.Errorf("%d rows, warnings %q, want 144 and one", len(rows), done.Warnings)
	}
	enough := errors.New("enough")
	_, err = annotations.ExportGold(t.Context(), s, annotations.GoldExportOptions{Annotator: "gold", Subclass: spouse(t, s)}, func(annotations.GoldRow) error { return enough })
	if !errors.Is(err, enough) {
		t.Errorf("error %v, want what row returned", err)
	}
	path = copyOracle(t, "PRAGMA foreign_keys = OFF", "DROP TABLE gold_label_key")
	_, _, err = export(t, open(t, path), "gold", nil, true)
	wantError(t, "table", err, "no table gold_label_key")
}
