package annotations_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
)

// columnsOf joins the names of a table's columns.
func columnsOf(t *annotations.CandidateTable) string {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return strings.Join(names, " ")
}

// The table joins what the loaders give: every cell of an annotation is that of
// its matrix, and the text is that of the candidate.
func TestCandidateTableJoins(t *testing.T) {
	ctx, s := context.Background(), oracleDB(t)
	sel := annotations.Selection{Split: 1, KeyNames: []string{"LF_husband_wife", "LF_same_last_name"}}
	L, err := annotations.LabelAnnotator{}.LoadMatrix(ctx, s, sel)
	must(t, err)
	gold, err := annotations.LoadGoldLabels(ctx, s, "gold", annotations.Selection{Split: 1})
	must(t, err)
	p, err := annotations.LoadMarginals(ctx, s, annotations.Selection{Split: 1}, false, 0)
	must(t, err)
	o, err := s.Overview(ctx)
	must(t, err)
	table, err := annotations.NewCandidateTable(s, o, annotations.TableOptions{Split: 1, Labels: L, Gold: gold, Marginals: p})
	must(t, err)
	const want = "candidate_id person1 person1_start person1_end person2 person2_start person2_end document sentence gold LF_husband_wife LF_same_last_name marginal"
	if got := columnsOf(table); got != want {
		t.Errorf("columns %s\nwant    %s", got, want)
	}
	rows := 0
	must(t, table.Each(ctx, func(row []annotations.Cell) error {
		cells := cellValues(row)
		if len(cells) != len(table.Columns) || cells[0] != p.Candidates[rows] {
			t.Fatalf("row %d has %d cells and candidate %v", rows, len(cells), cells[0])
		}
		c, err := candidates.ByID(ctx, s, cells[0].(int64))
		must(t, err)
		document, _ := c.InDocument()
		text, _ := c.InText()
		var label any
		if v := gold.At(rows, 0); v != 0 {
			label = int64(v)
		}
		first, second := c.Args[0].Span, c.Args[1].Span
		equal(t, "row", cells, []any{c.ID, first.Text(), int64(first.CharStart), int64(first.CharEnd), second.Text(), int64(second.CharStart),
			int64(second.CharEnd), document, text, label, int64(L.At(rows, 0)), int64(L.At(rows, 1)), p.P[rows]})
		rows++
		return nil
	}))
	if rows != len(p.Candidates) || rows == 0 {
		t.Errorf("%d rows, want %d", rows, len(p.Candidates))
	}
	stop := errors.New("enough")
	if err := table.Each(ctx, func([]annotations.Cell) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("visit's error is lost: %v", err)
	}
}

// A labeling function may be called like another column; an argument may not.
func TestCandidateTableNames(t *testing.T) {
	ctx, s := context.Background(), oracleDB(t)
	o, err := s.Overview(ctx)
	must(t, err)
	three := &matrix.Marginals{Cardinality: 3}
	var b matrix.Builder[int16]
	L, err := b.Matrix(nil, []matrix.Key{{ID: 1, Name: "sentence"}, {ID: 2, Name: "marginal_3"}, {ID: 3, Name: "LF_sentence"}})
	must(t, err)
	table, err := annotations.NewCandidateTable(s, o, annotations.TableOptions{Labels: L, Marginals: three})
	must(t, err)
	const want = " document sentence LF_sentence LF_marginal_3 LF_LF_sentence marginal_1 marginal_2 marginal_3"
	if got := columnsOf(table); !strings.HasSuffix(got, want) {
		t.Errorf("columns %s, want %s at the end", got, want)
	}
	path := copyOracle(t, `ALTER TABLE spouse RENAME COLUMN person1_id TO document_id`, `ALTER TABLE spouse RENAME COLUMN person1_cid TO document_cid`)
	renamed := open(t, path)
	if _, err := annotations.NewCandidateTable(renamed, o, annotations.TableOptions{}); err == nil ||
		!strings.Contains(err.Error(), `two columns would be called "document"; rename the argument`) {
		t.Errorf("got %v", err)
	}
	table, err = annotations.NewCandidateTable(s, o, annotations.TableOptions{Split: 77})
	must(t, err)
	if err := table.Each(ctx, func([]annotations.Cell) error { return nil }); !errors.Is(err, candidates.ErrNoSplit) {
		t.Errorf("got %v", err)
	}
}

// What a file says of a candidate follows its own description in one object.
func TestDescribeCandidate(t *testing.T) {
	a := annotations.CandidateAnnotations{
		Labels:    []annotations.CandidateLabel{{Key: matrix.Key{ID: 4, Name: "LF_one", Group: 1}, Value: -1}},
		Gold:      []annotations.CandidateLabel{{Key: matrix.Key{ID: 1, Name: "gold"}, Value: 1}},
		Marginals: []annotations.CandidateMarginal{{Training: true, Value: 1, Probability: 0.25}},
	}
	for _, test := range []struct {
		a    annotations.CandidateAnnotations
		want string
	}{
		{a, `"labels":[{"key_group":1,"key_id":4,"key":"LF_one","value":-1}],"gold":[{"annotator":"gold","value":1}],"marginals":[{"training":true,"value":1,"probability":0.25}]}`},
		{annotations.CandidateAnnotations{}, `"labels":[],"gold":[],"marginals":[]}`},
	} {
		got, err := json.Marshal(test.a.Describe(&candidates.Candidate{ID: 7, Type: "person"}))
		must(t, err)
		want := `{"id":7,"type":"person","split":0,"tagged_text":null,"marked_text":null,"arguments":[],` + test.want
		if string(got) != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
}

// cellValues are what cells have.
func cellValues(row []annotations.Cell) []any {
	values := make([]any, len(row))
	for i, c := range row {
		values[i] = c.Value()
	}
	return values
}
