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

// collect reads a table of marginals of split 0 of a file.
func collect(t *testing.T, s *session.Session, table, typ string, cardinality int) (*annotations.CollectedMarginals, error) {
	t.Helper()
	sel := annotations.Selection{Type: typ}
	ids, err := annotations.CandidateIDs(t.Context(), s, sel)
	must(t, err)
	rows := annotations.ReadMarginals("M", strings.NewReader(table), annotations.MarginalFormat{Classes: candidates.Subclasses(s), Candidates: ids})
	return annotations.CollectMarginals(t.Context(), s, sel, rows, cardinality)
}

func TestCollectMarginals(t *testing.T) {
	s := open(t, manyCandidates(t, 3))
	for _, test := range []struct {
		table       string
		cardinality int
		want        string // candidates, probabilities, without, scaled
	}{
		{"candidate_id,p\n3,0.25\n1,1\n2,0\n", 0, "[1 2 3] [1 0 0.25] 0 0"},
		{"candidate_id,p\n3,0.25\n1,\n", 2, "[3] [0.25] 2 0"},
		{"candidate_id,p_1,p_-1\n3,0.25,0.75\n1,1,0\n", 0, "[1 3] [1 0.25] 1 0"},
		{"candidate_id,p_1,p_2,p_3\n3,0.25,0.5,0.25\n1,0,0,1\n", 3, "[1 3] [0 0 1 0.25 0.5 0.25] 1 0"},
		// Within 1e-6 nothing is changed; what is rounded is scaled.
		{"candidate_id,p_1,p_2,p_3\n1,0.2500005,0.5,0.25\n2,0.4996,0.2498,0.2498\n", 0, "[1 2] [0.2500005 0.5 0.25 0.5 0.25 0.25] 1 1"},
		{"candidate_id,value,p\n3,1,0.25\n1,1,1\n2,0,1\n", 0, "[1 2 3] [1 0 0.25] 0 0"},
		{"candidate_id,value,p\n3,2,0.25\n1,1,0.5\n3,1,0.5\n1,0,0.5\n", 0, "[1 3] [0.5 0.5 0 0.25 0.5 0.25] 1 0"},
		{"candidate_id,value,p\n3,2,0.5\n3,1,0.5\n", 3, "[3] [0 0.5 0.5] 2 0"},
		{"candidate_id,value,p\n3,1,0.5\n", 3, "[3] [0.5 0.5 0] 2 0"},
	} {
		p, err := collect(t, s, test.table, "", test.cardinality)
		if err != nil {
			t.Errorf("%q: %v", test.table, err)
			continue
		}
		if got := fmt.Sprint(p.Candidates, p.P, p.Without, p.Scaled); got != test.want {
			t.Errorf("%q: %s, want %s", test.table, got, test.want)
		}
		must(t, p.Check())
	}
}

func TestMarginalsThatAreNotOfTheSelection(t *testing.T) {
	s := open(t, manyCandidates(t, 3))
	for _, test := range []struct {
		table       string
		cardinality int
		want        string
	}{
		{"candidate_id,p\n1,0.5\n9,0.5\n1,0.5\n", 0, "M:3: candidate 9: no candidate with that id"},
		{"candidate_id,p\n1,0.5\n1,0.5\n9,0.5\n", 0, "M:3: candidate 1 came in line 2 already"},
		{"candidate_id,p\n1,0.5\n9,0.5\n1,x\n", 0, "M:3: candidate 9: no candidate with that id"},
		{"candidate_id,p\n1,0.5\n", 3, "M:2: there are probabilities of 2 classes, and the candidates have 3"},
		{"candidate_id,p_1,p_2,p_3\n1,0.5,0.5,0\n2,0.5,0.5,0.5\n", 0, "M:3: the probabilities sum to 1.5, and are not a probability"},
		{"candidate_id,p_1,p_-1\n1,0.5,0.498\n", 0, "M:2: the probabilities sum to 0.998"},
		{"candidate_id,value,p\n1,1,0.5\n2,1,0.5\n1,1,0.5\n", 0, "M:2: candidate 1 has the class 1 twice, also in line 4"},
		{"candidate_id,value,p\n2,1,0.5\n1,1,0.5\n1,2,0.6\n", 0, "M:3: candidate 1: the probabilities sum to 1.1"},
		{"candidate_id,value,p\n2,1,0.5\n1,3,0.5\n", 3, "M:3: the class 3 does not fit cardinality 3: values count from 0"},
		{"candidate_id,value,p\n2,1,0.5\n2,2,0.5\n1,3,1\n", 0, "M:2: no candidate has a probability for the class 0"},
	} {
		_, err := collect(t, s, test.table, "", test.cardinality)
		wantError(t, test.table, err, test.want)
		if _, ok := errors.AsType[*candidates.RecordError](err); !ok {
			t.Errorf("%q: %v is no RecordError", test.table, err)
		}
	}
	// A row of one class of 32767 must not take memory for all of a million
	// candidates.
	many := open(t, manyCandidates(t, 20_000))
	_, err := collect(t, many, "candidate_id,value,p\n1,32766,0.5\n", "", 0)
	wantError(t, "wide", err, "are more probabilities than")
}

// Rows in batches are found as those of one are, also by stable ids.
func TestCollectManyMarginals(t *testing.T) {
	const n = 3000
	s := open(t, manyCandidates(t, n))
	var table strings.Builder
	table.WriteString("candidate_id,p\n")
	for i := n; i > 0; i-- {
		fmt.Fprintf(&table, "%d,%v\n", i, float64(i)/n)
	}
	p, err := collect(t, s, table.String(), "", 0)
	must(t, err)
	for i, id := range p.Candidates {
		if id != int64(i+1) || p.P[i] != float64(id)/n {
			t.Fatalf("row %d: candidate %d has %v", i, id, p.P[i])
		}
	}
	_, err = collect(t, s, table.String()+"2999,1\n", "", 0)
	wantError(t, "again", err, "M:3002: candidate 2999 came in line 3 already")
}

func TestCollectMarginalsByStableIDs(t *testing.T) {
	s := oracleDB(t)
	const header = "person1,person2,p\n"
	rows := lines(t, s.Path(), `SELECT x.stable_id || ',' || y.stable_id || ',0.25' FROM spouse AS a JOIN candidate AS c ON c.id = a.id
		JOIN context AS x ON x.id = a.person1_id JOIN context AS y ON y.id = a.person2_id WHERE c.split = 0 ORDER BY c.id DESC`)
	p, err := collect(t, s, header+strings.Join(rows, "\n"), "spouse", 0)
	must(t, err)
	if len(p.Candidates) != len(rows) || p.Without != 0 || len(rows) == 0 {
		t.Errorf("%d of %d candidates", len(p.Candidates), len(rows))
	}
	_, err = collect(t, s, header+rows[0]+"\n"+rows[1]+"\n"+rows[0]+"\n", "", 0)
	wantError(t, "twice", err, "M:4: candidate ", " came in line 2 already")
	other := lines(t, s.Path(), `SELECT x.stable_id || ',' || y.stable_id || ',0.25' FROM spouse AS a JOIN candidate AS c ON c.id = a.id
		JOIN context AS x ON x.id = a.person1_id JOIN context AS y ON y.id = a.person2_id WHERE c.split = 1 ORDER BY c.id LIMIT 1`)
	_, err = collect(t, s, header+other[0]+"\n", "", 0)
	wantError(t, "other split", err, "M:2: candidate 239 lies in split 1, not in 0")
	_, err = collect(t, s, header+"x,y,1\n", "", 0)
	wantError(t, "unknown", err, `M:2: spouse of ["x" "y"]: no candidate with that id`)
}
