package main

import (
	"database/sql"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"workbench/candidates/pickle"
)

// copyOf makes a database with the tables and rows of an SQLite file, as Snorkel would
// have made it there: lists of a sentence are arrays, ids have a sequence.
func (s *postgresServer) copyOf(t *testing.T, path string) (name string) {
	t.Helper()
	if path == oracleDB && s.oracle != "" {
		return s.clone(t, s.oracle)
	}
	name, conn := s.create(t)
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s.exec(t, conn, "SET session_replication_role = replica") // as some files lack what their rows refer to
	for _, made := range queryTexts(t, db, "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid") {
		table := made[0]
		s.exec(t, conn, postgresDDL(made[1]))
		var columns []string
		for _, column := range queryTexts(t, db, "SELECT name FROM pragma_table_info(?)", table) {
			columns = append(columns, column[0])
		}
		var rows strings.Builder
		for _, row := range queryRows(t, db, `SELECT * FROM "`+table+`" ORDER BY rowid`) {
			for i, v := range row {
				if i > 0 {
					rows.WriteString("\t")
				}
				rows.WriteString(copyText(t, table, columns[i], v))
			}
			rows.WriteString("\n")
		}
		into := fmt.Sprintf(`COPY "%s" ("%s") FROM STDIN`, table, strings.Join(columns, `", "`))
		if _, err := conn.CopyFrom(t.Context(), strings.NewReader(rows.String()), into); err != nil {
			t.Fatalf("%s: %v", into, err)
		}
	}
	for _, made := range queryTexts(t, db, "SELECT sql, name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid") {
		s.exec(t, conn, made[0])
	}
	conn.Close(t.Context())
	return name
}

// postgresDDL is what SQLAlchemy writes for PostgreSQL where it writes ddl for SQLite.
func postgresDDL(ddl string) string {
	serial := "SERIAL"
	if strings.Contains(ddl, "FOREIGN KEY(id)") || strings.Contains(ddl, "id INTEGER NOT NULL REFERENCES") { // it is given by another table
		serial = "INTEGER"
	}
	for _, change := range [][2]string{
		{`(?s),\s*CHECK \(training IN \(0, 1\)\)`, ``},
		{`(?m)^(\s*)id INTEGER NOT NULL`, `${1}id ` + serial + ` NOT NULL`},
		{`\b(char_offsets|abs_char_offsets|dep_parents) BLOB`, `$1 INTEGER[]`},
		{`\b(words|lemmas|pos_tags|ner_tags|dep_labels|entity_cids|entity_types) BLOB`, `$1 VARCHAR[]`},
		{`\bBLOB\b`, `BYTEA`},
		{`\bDATETIME\b`, `TIMESTAMP`},
	} {
		ddl = regexp.MustCompile(change[0]).ReplaceAllString(ddl, change[1])
	}
	return ddl
}

// copyText is a value as COPY reads it.
func copyText(t *testing.T, table, column string, v any) string {
	if blob, ok := v.([]byte); ok && table == "sentence" {
		if slices.Contains([]string{"char_offsets", "abs_char_offsets", "dep_parents"}, column) {
			list, err := pickle.Ints(blob)
			if err != nil {
				t.Fatal(err)
			}
			texts := make([]string, len(list))
			for i, n := range list {
				texts[i] = strconv.Itoa(n)
			}
			return "{" + strings.Join(texts, ",") + "}"
		}
		list, err := pickle.Texts(blob)
		if err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(list))
		for i, text := range list {
			texts[i] = `"` + elementEscapes.Replace(text) + `"`
		}
		return copyEscape("{" + strings.Join(texts, ",") + "}")
	}
	switch v := v.(type) {
	case nil:
		return `\N`
	case []byte:
		return `\\x` + hex.EncodeToString(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	default:
		return copyEscape(fmt.Sprint(v))
	}
}

// What escapes characters: making it takes longer than using it.
var (
	elementEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	copyEscapes    = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
)

func copyEscape(text string) string { return copyEscapes.Replace(text) }

func queryRows(t *testing.T, db *sql.DB, query string, args ...any) (all [][]any) {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	for err == nil && rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		err = rows.Scan(into...)
		all = append(all, row)
	}
	if err == nil {
		err = rows.Err()
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func queryTexts(t *testing.T, db *sql.DB, query string, args ...any) (all [][]string) {
	t.Helper()
	for _, row := range queryRows(t, db, query, args...) {
		texts := make([]string, len(row))
		for i, v := range row {
			texts[i] = fmt.Sprint(v)
		}
		all = append(all, texts)
	}
	return all
}
