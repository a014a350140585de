package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/learning"
	"workbench/session"
)

// labelTables are drawn tables of candidates, keys and labels.
type labelTables struct {
	candidates, keys, labels strings.Builder // as COPY reads them
}

// drawLabels draws labels of k classes for some keys and candidates, with gaps between
// their ids and labels of other groups and splits.
func drawLabels(random *rand.Rand, k, keys, candidates int) *labelTables {
	t := &labelTables{}
	var ids []int
	id := 0
	for range keys {
		id += 1 + random.IntN(4)/3*random.IntN(9)
		ids = append(ids, id)
		fmt.Fprintf(&t.keys, "%d\t%s\t0\n", id, copyEscape(fmt.Sprintf("LF '%d'\"; DROP TABLE label; --\\%%?", id)))
	}
	fmt.Fprintf(&t.keys, "%d\tother\t1\n", id+1)
	few := 1 + random.IntN(40) // different rows
	for c := range candidates {
		candidate := 10 + 3*c + random.IntN(3)
		fmt.Fprintf(&t.candidates, "%d\tspouse\t%d\n", candidate, random.IntN(5)/4)
		row := rand.New(rand.NewPCG(uint64(random.IntN(few)), 5))
		votes := row.Float64()
		for _, key := range ids {
			if row.Float64() < votes {
				fmt.Fprintf(&t.labels, "%d\t%d\t%d\n", drawnLabel(row, k), key, candidate)
			}
		}
		fmt.Fprintf(&t.labels, "%d\t%d\t%d\n", 40000, id+1, candidate) // of no interest
	}
	return t
}

func drawnLabel(random *rand.Rand, k int) int {
	switch {
	case random.IntN(9) == 0:
		return 0
	case k == 2:
		return 2*random.IntN(2) - 1
	default:
		return 1 + random.IntN(k)
	}
}

// fill puts them into a database.
func (t *labelTables) fill(tt *testing.T, s *postgresServer, conn *pgconn.PgConn) {
	tt.Helper()
	s.exec(tt, conn, "TRUNCATE candidate, label_key, label CASCADE")
	for into, rows := range map[string]*strings.Builder{"candidate (id, type, split)": &t.candidates, "label_key (id, name, \"group\")": &t.keys, "label (value, key_id, candidate_id)": &t.labels} {
		if _, err := conn.CopyFrom(tt.Context(), strings.NewReader(rows.String()), "COPY "+into+" FROM STDIN"); err != nil {
			tt.Fatal(err)
		}
	}
}

// emptyPostgres is a database with Snorkel's tables whose labels may be anything.
func (s *postgresServer) emptyPostgres(t *testing.T) (*session.Session, *pgconn.PgConn) {
	t.Helper()
	name := s.copyOf(t, oracleDB)
	conn := s.connect(t, name)
	s.exec(t, conn, `ALTER TABLE label DROP CONSTRAINT label_pkey, DROP CONSTRAINT label_key_id_fkey, DROP CONSTRAINT label_candidate_id_fkey;
		ALTER TABLE label ALTER value DROP NOT NULL`)
	db, err := session.Open(t.Context(), s.url(name), session.Writable())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db, conn
}

// comparePatterns compares what the server packs with the labels of each candidate.
func comparePatterns(t *testing.T, db *session.Session, sel annotations.Selection, connections int) {
	t.Helper()
	var a annotations.LabelAnnotator
	packed, err := a.LoadPatterns(t.Context(), db, sel, annotations.PatternOptions{Connections: connections})
	read, readErr := a.LoadPatterns(t.Context(), db, sel, annotations.PatternOptions{Candidates: true})
	if fmt.Sprint(err) != fmt.Sprint(readErr) {
		t.Fatalf("%+v, %d connections: %v, read %v", sel, connections, err, readErr)
	}
	if err != nil {
		return
	}
	samePatterns(t, packed.Group(), read.Group())
	if packed.Counts == nil && packed.Total() > 0 {
		t.Errorf("%+v, %d connections: the server has not packed", sel, connections)
	}
	i := 0
	err = packed.Each(t.Context(), func(id int64, row int) error {
		cols, vals := packed.L.Row(row)
		wantCols, wantVals := read.L.Row(i)
		if id != read.L.Candidates()[i] || !slices.Equal(cols, wantCols) || !slices.Equal(vals, wantVals) {
			return fmt.Errorf("candidate %d has labels %v %v, not %v %v of %d", id, cols, vals, wantCols, wantVals, read.L.Candidates()[i])
		}
		i++
		return nil
	})
	if err != nil || i != read.Total() {
		t.Errorf("%d of %d candidates: %v", i, read.Total(), err)
	}
}

func samePatterns(t *testing.T, got, want *matrix.Patterns) {
	t.Helper()
	gotRows, gotCols, gotVals := got.Distinct.CSR()
	wantRows, wantCols, wantVals := want.Distinct.CSR()
	for _, part := range [][2]any{{got.Counts, want.Counts}, {gotRows, wantRows}, {gotCols, wantCols}, {gotVals, wantVals},
		{got.Distinct.Candidates(), want.Distinct.Candidates()}, {got.Distinct.Keys(), want.Distinct.Keys()}} {
		if !reflect.DeepEqual(part[0], part[1]) {
			t.Fatalf("patterns differ:\n%v\n%v", part[0], part[1])
		}
	}
}

// A server packs labels to the patterns that reading and grouping them gives.
func postgresPatterns(t *testing.T, server *postgresServer) {
	db, conn := server.emptyPostgres(t)
	random := rand.New(rand.NewPCG(1, 2))
	for _, drawn := range []struct{ k, keys, candidates int }{
		{2, 1, 40}, {2, 20, 300}, {2, 31, 50}, {2, 32, 50}, {3, 9, 200}, {4, 20, 100}, {5, 21, 100}, {5, 70, 60}, {2, 70, 100}, {300, 12, 60},
	} {
		drawLabels(random, drawn.k, drawn.keys, drawn.candidates).fill(t, server, conn)
		for split := range 2 {
			comparePatterns(t, db, annotations.Selection{Split: split}, random.IntN(5))
		}
		comparePatterns(t, db, annotations.Selection{AllSplits: true, Sample: 3}, 1+random.IntN(4))
	}
	t.Run("saving", func(t *testing.T) { postgresSavesPatterns(t, server, db, conn) })
	t.Run("limits", func(t *testing.T) { postgresPatternLimits(t, db) })
	t.Run("unusual labels", func(t *testing.T) { postgresUnusualLabels(t, server, db, conn) })
}

// Marginals of packed rows are stored as those of candidates are, or not at all.
func postgresSavesPatterns(t *testing.T, server *postgresServer, db *session.Session, conn *pgconn.PgConn) {
	const stored = "SELECT id, candidate_id, training, value, probability FROM marginal ORDER BY id"
	var a annotations.LabelAnnotator
	for _, k := range []int{2, 5} {
		drawLabels(rand.New(rand.NewPCG(3, uint64(k))), k, 35, 120).fill(t, server, conn)
		L, err := a.LoadMatrix(t.Context(), db, annotations.Selection{})
		if err != nil {
			t.Fatal(err)
		}
		o := annotations.SaveOptions{Training: true, DeleteOthers: true}
		want, err := annotations.SaveMarginals(t.Context(), db, learning.VoteMarginals(L, k), o)
		if err != nil {
			t.Fatal(err)
		}
		wantRows := server.rows(t, conn, stored)
		p, err := a.LoadPatterns(t.Context(), db, annotations.Selection{}, annotations.PatternOptions{Connections: 2})
		if err != nil {
			t.Fatal(err)
		}
		want.Replaced = want.Rows
		for _, o.KeepOthers = range []bool{false, true} {
			o.DeleteOthers = !o.KeepOthers
			if got, err := p.SaveMarginals(t.Context(), learning.VoteMarginals(p.L, k), o); err != nil || got != want {
				t.Errorf("saved %+v, not %+v: %v", got, want, err)
			}
			if rows := server.rows(t, conn, stored); !reflect.DeepEqual(rows, wantRows) {
				t.Errorf("stored %v, not %v", rows, wantRows)
			}
		}
		for _, change := range []string{
			`UPDATE label SET value = 77 WHERE (candidate_id, key_id) =
				(SELECT candidate_id, key_id FROM label JOIN candidate ON id = candidate_id WHERE split = 0 AND value BETWEEN 1 AND 5 LIMIT 1)`,
			"DELETE FROM candidate WHERE id = (SELECT max(id) FROM candidate WHERE split = 0)"} {
			server.exec(t, conn, change)
			_, err := p.SaveMarginals(t.Context(), learning.VoteMarginals(p.L, k), o)
			if !errors.Is(err, candidates.ErrChanged) {
				t.Errorf("%s: %v", change, err)
			}
		}
	}
}

// rows are the rows of a query, as text.
func (s *postgresServer) rows(t *testing.T, conn *pgconn.PgConn, query string) (rows [][]string) {
	t.Helper()
	result := conn.ExecParams(t.Context(), query, nil, nil, nil, nil).Read()
	if result.Err != nil {
		t.Fatal(result.Err)
	}
	for _, row := range result.Rows {
		var texts []string
		for _, v := range row {
			texts = append(texts, string(v))
		}
		rows = append(rows, texts)
	}
	return rows
}

// What is no label, or has no room, comes to the same as where labels are read.
func postgresUnusualLabels(t *testing.T, server *postgresServer, db *session.Session, conn *pgconn.PgConn) {
	const few = "INSERT INTO label SELECT 1, 1, i FROM generate_series(1, 1200) AS i"
	for _, sql := range []string{
		"INSERT INTO label VALUES (7, 2, 5)",                   // behind the labels that tell how many bits are needed
		"INSERT INTO label VALUES (2, 2, 5), (-1, 3, 5)",       // of no number of classes
		"INSERT INTO label VALUES (32767, 2, 5)",               // the largest
		"INSERT INTO label VALUES (32768, 2, 5)",               // too large
		"INSERT INTO label VALUES (-2, 2, 5)",                  // too small
		"INSERT INTO label VALUES (2147483647, 2, 2000)",       // of no candidate
		"INSERT INTO label VALUES (NULL, 2, 5)",                // none
		"INSERT INTO label VALUES (NULL, 9, 5)",                // of no key
		"INSERT INTO label VALUES (1, 1, 5)",                   // twice
		"INSERT INTO label VALUES (-1, 1, 5)",                  // twice, and another one
		"INSERT INTO label VALUES (0, 1, 5), (0, 1, 5)",        // twice, and none
		"ALTER TABLE label ALTER value TYPE numeric",           // read as integers
		"UPDATE label SET value = 0.5 WHERE candidate_id = 7",  // a fraction
		"ALTER TABLE label ALTER value TYPE text USING 'eins'", // a text
	} {
		if !strings.HasPrefix(sql, "UPDATE") {
			server.exec(t, conn, `TRUNCATE candidate, label_key CASCADE; DROP TABLE label; CREATE TABLE label (value int, key_id int, candidate_id int);
				INSERT INTO label_key SELECT i, 'LF_' || i, 0 FROM generate_series(1, 3) AS i;
				INSERT INTO candidate SELECT i, 'spouse', 0 FROM generate_series(1, 1300) AS i;`+few)
		}
		server.exec(t, conn, sql)
		for connections := range 2 {
			var a annotations.LabelAnnotator
			packed, err := a.LoadPatterns(t.Context(), db, annotations.Selection{}, annotations.PatternOptions{Connections: 2 * connections})
			L, readErr := a.LoadMatrix(t.Context(), db, annotations.Selection{})
			if fmt.Sprint(err) != fmt.Sprint(readErr) {
				t.Errorf("%s: %v, read %v", sql, err, readErr)
			} else if err == nil {
				samePatterns(t, packed.Group(), matrix.Group(L, nil).Patterns)
			}
		}
	}
}

// More patterns than are wanted are refused, and a sample has the same candidates as that
// of a file.
func postgresPatternLimits(t *testing.T, db *session.Session) {
	var a annotations.LabelAnnotator
	all, err := annotations.CandidateIDs(t.Context(), db, annotations.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	want := slices.DeleteFunc(all, func(id int64) bool { return !session.Sampled(id, 2) })
	for connections := range 3 {
		o := annotations.PatternOptions{Connections: connections}
		p, err := a.LoadPatterns(t.Context(), db, annotations.Selection{Sample: 2}, o)
		if err != nil {
			t.Fatal(err)
		}
		var ids []int64
		if err := p.Each(t.Context(), func(id int64, _ int) error { ids = append(ids, id); return nil }); err != nil || !slices.Equal(ids, want) {
			t.Errorf("a sample of %v, not %v: %v", ids, want, err)
		}
		o.Most = p.L.Rows()
		if _, err := a.LoadPatterns(t.Context(), db, annotations.Selection{Sample: 2}, o); err != nil {
			t.Error(err)
		}
		o.Most--
		if _, err := a.LoadPatterns(t.Context(), db, annotations.Selection{Sample: 2}, o); !errors.Is(err, annotations.ErrManyPatterns) {
			t.Errorf("%d patterns where %d are wanted: %v", p.L.Rows(), o.Most, err)
		}
		_, err = a.LoadPatterns(t.Context(), db, annotations.Selection{Sample: session.MostSampled}, o)
		if err == nil || !strings.Contains(err.Error(), "a sample of 1/1048576 of") {
			t.Errorf("a sample without candidates: %v", err)
		}
	}
}
