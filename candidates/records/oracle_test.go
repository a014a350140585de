package records_test

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"workbench/candidates"
	"workbench/candidates/records"
)

const oracle = "../../testdata/oracle/snorkel07.db"

// oracleSentence is a sentence of the database that Snorkel wrote, with the
// offsets of its candidates' arguments.
type oracleSentence struct {
	document, text string
	position       int
	spans          [][4]int
}

// oracleSentences returns all sentences, by document and position.
func oracleSentences(t testing.TB) []oracleSentence {
	t.Helper()
	db := openSQL(t, oracle)
	rows, err := db.Query(`SELECT s.id, d.name, s.text, s.position FROM sentence AS s JOIN document AS d ON d.id = s.document_id ORDER BY d.id, s.position`)
	must(t, err)
	defer rows.Close()
	var all []oracleSentence
	at := make(map[int64]int)
	for rows.Next() {
		var s oracleSentence
		var id int64
		must(t, rows.Scan(&id, &s.document, &s.text, &s.position))
		at[id] = len(all)
		all = append(all, s)
	}
	must(t, rows.Err())
	spans, err := db.Query(`SELECT a.sentence_id, a.char_start, a.char_end, b.char_start, b.char_end
		FROM spouse JOIN span AS a ON a.id = person1_id JOIN span AS b ON b.id = person2_id ORDER BY spouse.id`)
	must(t, err)
	defer spans.Close()
	n := 0
	for ; spans.Next(); n++ {
		var id int64
		var p [4]int
		must(t, spans.Scan(&id, &p[0], &p[1], &p[2], &p[3]))
		all[at[id]].spans = append(all[at[id]].spans, p)
	}
	must(t, spans.Err())
	if n != 391 {
		t.Fatalf("the oracle has %d candidates, want 391", n)
	}
	return all
}

func openSQL(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	must(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

// asJSON writes one sentence per line, with all its candidates.
func asJSON(t testing.TB, sentences []oracleSentence) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, s := range sentences {
		cands := make([]map[string]any, len(s.spans))
		for i, p := range s.spans {
			cands[i] = map[string]any{"person1": p[:2], "person2": map[string]int{"start": p[2], "end": p[3]}}
		}
		must(t, enc.Encode(map[string]any{"document": s.document, "text": s.text, "candidates": cands}))
	}
	return b.Bytes()
}

// asDelimited writes one candidate per line; sentences without candidates are
// left out, and positions stand in a column.
func asDelimited(t testing.TB, comma rune, sentences []oracleSentence) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = comma
	must(t, w.Write([]string{"document", "position", "text", "person1_start", "person1_end", "person2_start", "person2_end"}))
	for _, s := range sentences {
		for _, p := range s.spans {
			must(t, w.Write([]string{s.document, fmt.Sprint(s.position), s.text, fmt.Sprint(p[0]), fmt.Sprint(p[1]), fmt.Sprint(p[2]), fmt.Sprint(p[3])}))
		}
	}
	w.Flush()
	must(t, w.Error())
	return b.Bytes()
}

// What Snorkel made of its documents, import makes of their sentences: the
// same stable ids and the same candidates, whatever the format.
func TestImportMakesSnorkelsStableIDs(t *testing.T) {
	const sentences = "SELECT stable_id || ' ' || position || ' ' || text FROM sentence JOIN context USING (id)"
	const arguments = `SELECT x.stable_id || ' ' || y.stable_id FROM spouse
		JOIN context AS x ON x.id = person1_id JOIN context AS y ON y.id = person2_id`
	all := oracleSentences(t)
	for format, data := range map[string][]byte{"json": asJSON(t, all), "csv": asDelimited(t, ',', all), "tsv": asDelimited(t, '\t', all)} {
		s := create(t, spouse(t))
		rd, err := records.NewReader(format, bytes.NewReader(data), records.Options{Class: spouse(t)})
		must(t, err)
		got, err := candidates.Import(t.Context(), s, spouse(t), 0, rd.Records())
		must(t, err)
		if got.Candidates != 391 || got.EndInSpace != 0 {
			t.Errorf("%s: %+v", format, got)
		}
		if format == "json" { // the others leave out sentences, which moves those behind them
			compare(t, "sentences", s.Path(), oracle, sentences)
			compare(t, "arguments", s.Path(), oracle, arguments)
			compare(t, "documents", s.Path(), oracle, "SELECT name || stable_id FROM document JOIN context USING (id)")
		}
		// Spans without a candidate are in Snorkel's file alone.
		compare(t, "texts", s.Path(), oracle, `SELECT d.name || ' ' || s.position || ' ' || substr(s.text, char_start + 1, char_end - char_start + 1)
			FROM span JOIN sentence AS s ON s.id = sentence_id JOIN document AS d ON d.id = document_id
			WHERE span.id IN (SELECT person1_id FROM spouse UNION SELECT person2_id FROM spouse)`)
	}
}

// compare holds that a query has the same rows in two databases, in any order.
func compare(t *testing.T, what, ours, theirs, query string) {
	t.Helper()
	got, want := lines(t, ours, query), lines(t, theirs, query)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) || len(got) == 0 {
		t.Errorf("%s: %d rows, want these %d:\n%s\ngot\n%s", what, len(got), len(want), strings.Join(want[:min(3, len(want))], "\n"), strings.Join(got[:min(3, len(got))], "\n"))
	}
}

func lines(t testing.TB, path, query string) []string {
	t.Helper()
	rows, err := openSQL(t, path).Query(query)
	must(t, err)
	defer rows.Close()
	var list []string
	for rows.Next() {
		var line string
		must(t, rows.Scan(&line))
		list = append(list, line)
	}
	must(t, rows.Err())
	return list
}
