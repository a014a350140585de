package annotations_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// oddSchema writes the statements of a database whose tables are Snorkel's by
// name, but were made by somebody else: a column may be missing, of another type
// or generated, keys may be others, and the rows hold anything.
func oddSchema(r *rand.Rand) []string {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	var script []string
	for _, table := range []string{
		"context: id type stable_id", "document: id name meta", "span: id sentence_id char_start char_end meta",
		"sentence: id document_id position text words char_offsets lemmas", "raw_text: id name text",
		"candidate: id type split", "spouse: id person1_id person1_cid person2_id person2_cid",
		"label_key: id name group", "label: value key_id candidate_id", "gold_label_key: id name group",
		"gold_label: value key_id candidate_id", "marginal: id candidate_id training value probability",
		"stable_label: context_stable_ids annotator_name split value", "workbench_model: id name kind document",
	} {
		name, list, _ := strings.Cut(table, ": ")
		if r.IntN(12) == 0 {
			continue
		}
		var definitions, columns []string
		for _, column := range strings.Fields(list) {
			quoted := `"` + column + `"`
			odd := r.IntN(150)
			switch {
			case odd == 0:
				continue
			case odd == 1:
				definitions = append(definitions, quoted+" AS (1)")
				continue
			case column == "id" && r.IntN(15) > 0:
				definitions = append(definitions, quoted+" INTEGER PRIMARY KEY"+pick("", "", "", "", "", "", "", "", "", " DESC"))
			case column == "id":
				definitions = append(definitions, quoted+pick(" TEXT PRIMARY KEY", "", " INTEGER", " REAL PRIMARY KEY", " BLOB"))
			default:
				definitions = append(definitions, quoted+pick("", " INTEGER", " VARCHAR", " TEXT", " BLOB", " REAL"))
			}
			columns = append(columns, column)
		}
		if r.IntN(8) == 0 {
			definitions = append(definitions, "more DEFAULT 1")
		}
		if len(definitions) == 0 {
			continue
		}
		script = append(script, "CREATE TABLE "+name+" ("+strings.Join(definitions, ", ")+")")
		for row := range r.IntN(12) {
			values, names := make([]string, len(columns)), make([]string, len(columns))
			for i, column := range columns {
				names[i] = `"` + column + `"`
				switch {
				case r.IntN(20) == 0:
					values[i] = pick("NULL", "'x'", "'7x'", "X'00ff'", "1.5", "1e300", "-9223372036854775808", "9223372036854775807", "''", "zeroblob(9)")
				case column == "id":
					values[i] = fmt.Sprint(1 + row)
				case column == "type" && name == "candidate":
					values[i] = pick("'spouse'", "'spouse'", "'label'", "'nothing'")
				case column == "type":
					values[i] = pick("'span'", "'sentence'", "'document'", "'raw_text'", "'candidate'")
				case strings.HasSuffix(column, "_id"):
					values[i] = fmt.Sprint(1 + r.IntN(12))
				case column == "name" || column == "annotator_name":
					values[i] = "'gold'"
				default:
					values[i] = pick("0", "1", "-1", "'a b'", "2")
				}
			}
			if len(names) > 0 {
				script = append(script, "INSERT OR IGNORE INTO "+name+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(values, ", ")+")")
			}
		}
	}
	return script
}

// readOdd makes such a database and reads it the way commands do. Errors are
// fine, panics and changed files are not. It reports whether it could be opened.
func readOdd(t *testing.T, path string, seed uint64) (opened bool) {
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("seed %d: %v", seed, p)
		}
	}()
	db := raw(t, path)
	for _, statement := range append(append([]string{"BEGIN"}, oddSchema(rand.New(rand.NewPCG(seed, 0)))...), "COMMIT") {
		db.Exec(statement) // what SQLite refuses is left out
	}
	must(t, db.Close())
	before, err := os.ReadFile(path)
	must(t, err)
	s, err := session.Open(t.Context(), path)
	if err != nil {
		return false
	}
	defer s.Close()
	o, err := s.Overview(t.Context())
	if err != nil {
		o = &session.Overview{}
	}
	s.Models(t.Context())
	for split := range 2 {
		sel := annotations.Selection{Split: split}
		L, err := label.LoadMatrix(t.Context(), s, sel)
		if err == nil {
			matrix.LFStats(L, nil, 2)
			matrix.Summarise(L)
		}
		annotations.LoadGoldLabels(t.Context(), s, "gold", sel)
		annotations.LoadMarginals(t.Context(), s, sel, true, 0)
		candidates.Load(t.Context(), s, candidates.Query{Split: split})
		if table, err := annotations.NewCandidateTable(s, o, annotations.TableOptions{Split: split, Labels: L}); err == nil {
			table.Each(t.Context(), func([]annotations.Cell) error { return nil })
		}
		annotator(always("lf", 1)).Labels(t.Context(), s, annotations.ApplyOptions{Selection: sel})
	}
	after, err := os.ReadFile(path)
	must(t, err)
	if string(before) != string(after) {
		t.Errorf("seed %d: reading changed the file", seed)
	}
	return true
}

func TestTablesOfAnyShapeAreReadOrRefused(t *testing.T) {
	dir, opened := t.TempDir(), 0
	const seeds = 60
	for seed := range uint64(seeds) {
		path := filepath.Join(dir, fmt.Sprintf("%d.db", seed))
		if readOdd(t, path, seed) {
			opened++
		}
		must(t, os.Remove(path))
	}
	if opened == 0 || opened == seeds {
		t.Errorf("%d of %d opened", opened, seeds)
	}
	t.Logf("%d of %d opened", opened, seeds)
}

// FuzzSchema goes on where that test ends.
func FuzzSchema(f *testing.F) {
	path := filepath.Join(f.TempDir(), "odd.db")
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		os.Remove(path)
		readOdd(t, path, seed)
	})
}

// A candidate table with ids of text once made the loader run off its batch.
func TestTextIDsAreRefused(t *testing.T) {
	for table, says := range map[string]string{
		"candidate (id TEXT PRIMARY KEY, type, split)":                  "id is not the integer primary key of table candidate",
		"candidate (id INTEGER PRIMARY KEY, type, split) WITHOUT ROWID": "id is not the integer primary key of table candidate",
		"label (value, key_id)":                                         "table label has no column candidate_id",
		"label_key (id INTEGER PRIMARY KEY, name)":                      "table label_key has no column group",
	} {
		path := filepath.Join(t.TempDir(), "odd.db")
		execute(t, path, "CREATE TABLE context (id INTEGER PRIMARY KEY, type, stable_id)", "CREATE TABLE "+table,
			"CREATE TABLE IF NOT EXISTS candidate (id INTEGER PRIMARY KEY, type, split)")
		_, err := session.Open(t.Context(), path)
		wantError(t, table, err, path, session.ErrShape.Error(), says)
	}
}
