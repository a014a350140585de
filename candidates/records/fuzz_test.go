package records_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"workbench/candidates"
	"workbench/candidates/records"
	"workbench/session"
)

// The seeds are records made of the sentences that Snorkel parsed, one or two at
// a time, for the fuzzer makes large inputs small before it does anything else;
// among them are those with emoji and combining marks, at the end.
func seeds(f *testing.F, write func(some []oracleSentence) []byte) {
	all := oracleSentences(f)
	const few, many = 2, 24
	for from := 0; from < len(all); from += many {
		f.Add(write(all[from:min(from+few, len(all))]))
	}
	for from := max(0, len(all)-many); from < len(all); from += few {
		f.Add(write(all[from:min(from+few, len(all))]))
	}
}

func FuzzCSV(f *testing.F) {
	seeds(f, func(some []oracleSentence) []byte { return asDelimited(f, ',', some) })
	fuzz(f)
}

func FuzzTSV(f *testing.F) {
	seeds(f, func(some []oracleSentence) []byte { return asDelimited(f, '\t', some) })
	fuzz(f)
}

func FuzzJSONLines(f *testing.F) {
	seeds(f, func(some []oracleSentence) []byte { return asJSON(f, some) })
	fuzz(f)
}

// FuzzRawTexts has rows of raw text, in both formats.
func FuzzRawTexts(f *testing.F) {
	seeds(f, func(some []oracleSentence) []byte {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		must(f, w.Write([]string{"id", "text"}))
		for i, s := range some {
			must(f, w.Write([]string{fmt.Sprint(s.document, i), s.text}))
		}
		w.Flush()
		return b.Bytes()
	})
	seeds(f, func(some []oracleSentence) []byte {
		var b bytes.Buffer
		for i, s := range some {
			must(f, json.NewEncoder(&b).Encode(map[string]any{"id": i, "text": s.text}))
		}
		return b.Bytes()
	})
	fuzzClass(f, class(f, "Tweet(tweet)"))
}

func fuzz(f *testing.F) { fuzzClass(f, spouse(f)) }

// fuzzClass imports files of any bytes. Each error must name a line that the
// file has; what is accepted must be in the database as it was read, with
// stable ids that fit together.
func fuzzClass(f *testing.F, c *candidates.Subclass) {
	empty := create(f, c)
	must(f, empty.Close())
	template, err := os.ReadFile(empty.Path())
	must(f, err)
	path := filepath.Join(f.TempDir(), "fuzzed.db")
	f.Fuzz(func(t *testing.T, data []byte) {
		recs, _, err := readAll("f", bytes.NewReader(data), records.Options{Class: c})
		if err != nil {
			named(t, err, data)
			return
		}
		must(t, os.WriteFile(path, template, 0o644))
		s, err := session.Open(context.Background(), path, session.Writable())
		must(t, err)
		defer s.Close()
		rd, err := records.NewReader("f", bytes.NewReader(data), records.Options{Class: c})
		must(t, err)
		got, err := candidates.Import(t.Context(), s, c, 3, rd.Records())
		if err != nil {
			named(t, err, data)
			if n := lines(t, path, "SELECT count(*) FROM context"); n[0] != "0" {
				t.Errorf("%s contexts of a file that was refused", n)
			}
			return
		}
		consistent(t, path, recs, got)
	})
}

// named holds that an error is one line about a line of the file.
func named(t *testing.T, err error, data []byte) {
	t.Helper()
	var bad *candidates.RecordError
	if !errors.As(err, &bad) || bad.Line < 1 || bad.Line > bytes.Count(data, []byte("\n"))+2 || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %q of a file of %d lines", err, bytes.Count(data, []byte("\n"))+1)
	}
}

// consistent holds that a database has what the records say.
func consistent(t *testing.T, path string, recs []candidates.Record, got candidates.Imported) {
	t.Helper()
	cands := 0
	for _, r := range recs {
		cands += len(r.Candidates)
		if r.ID != "" {
			cands++
		}
	}
	counts := fmt.Sprint(cands, " ", got.RawTexts, " ", got.Documents, " ", got.Sentences, " ", got.Spans)
	tables := "SELECT (SELECT count(*) FROM candidate WHERE split = 3)"
	for _, typ := range []string{"raw_text", "document", "sentence", "span"} {
		tables += " || ' ' || (SELECT count(*) FROM context WHERE type = '" + typ + "')"
	}
	if stored := lines(t, path, tables); stored[0] != counts || got.Candidates != cands {
		t.Errorf("stored %s, reported %s", stored[0], counts)
	}
	for query, of := range map[string]int{
		"SELECT count(*) FROM pragma_foreign_key_check": 0,
		// A span's stable id is its offsets, counted from the document's start.
		`SELECT count(*) FROM span AS p JOIN context AS x USING (id) JOIN sentence AS s ON s.id = sentence_id JOIN context AS y ON y.id = s.id
			JOIN document AS d ON d.id = document_id WHERE x.stable_id = d.name || '::span:' || (` + startOf + ` + char_start) || ':' || (` + startOf + ` + char_end)
			AND char_start >= 0 AND char_end < length(s.text)`: got.Spans,
		"SELECT count(*) FROM sentence AS s JOIN context AS y USING (id) JOIN document AS d ON d.id = document_id " +
			"WHERE y.stable_id = d.name || '::sentence:' || " + startOf + " || ':' || (" + startOf + " + length(s.text))": got.Sentences,
	} {
		if n := lines(t, path, query); n[0] != strconv.Itoa(of) {
			t.Errorf("%s: %s, want %d", query, n[0], of)
		}
	}
}

// startOf is where sentence s of document d starts, as its stable id y says.
const startOf = "CAST(substr(y.stable_id, length(d.name) + length('::sentence:') + 1) AS INTEGER)"
