package annotations_test

import (
	"errors"
	"testing"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

func query(name, sql string) annotations.LF { return annotations.LF{Name: name, Query: sql} }

func TestQueriesLabelTheCandidatesThatTheyReturn(t *testing.T) {
	s := oracleDB(t)
	binary, err := candidates.CandidateSubclass("Spouse", []string{"person1", "person2"}, candidates.Values("yes", "no"))
	must(t, err)
	a := annotations.LabelAnnotator{Subclass: binary, LFs: []annotations.LF{
		query("all", "SELECT id AS candidate_id, 1 AS value FROM candidate"), // of other splits too
		query("order", "SELECT -1 AS VALUE, id AS Candidate_ID FROM candidate WHERE id = 240 -- and a comment"),
		query("text", "SELECT 241 AS candidate_id, 'no' AS value UNION ALL SELECT 242, 'yes' UNION ALL SELECT 243, NULL UNION ALL SELECT 244, 0"),
		query("twice", "WITH g AS (SELECT g.candidate_id, g.value FROM gold_label AS g JOIN gold_label_key AS k ON k.id = g.key_id WHERE g.value = 1 AND k.name = 'gold') SELECT * FROM g UNION ALL SELECT * FROM g"),
		query("none", "SELECT id AS candidate_id, 'nonsense' AS value FROM candidate WHERE split = 0"), // not selected, not looked at
	}}
	L, err := a.Labels(t.Context(), s, split(1))
	must(t, err)
	gold, err := annotations.LoadGoldLabels(t.Context(), s, "gold", annotations.Selection{Split: 1})
	must(t, err)
	for i, id := range L.Candidates() {
		want := [5]int16{1}
		switch id {
		case 240:
			want[1] = -1
		case 241:
			want[2] = -1
		case 242:
			want[2] = 1
		}
		want[3] = max(gold.At(i, 0), 0)
		for j := range want {
			if L.At(i, j) != want[j] {
				t.Errorf("candidate %d, LF %s: %d, want %d", id, L.Keys()[j].Name, L.At(i, j), want[j])
			}
		}
	}
}

func TestBadQueriesNameTheLFAndTheRow(t *testing.T) {
	path := copyOracle(t)
	s := writable(t, path)
	before := content(t, path)
	never := fn("LF_never", func(*candidates.Candidate) annotations.Label {
		t.Error("a function ran although a query failed")
		return 0
	})
	for _, test := range []struct{ query, says string }{
		{"SELECT id, 1 AS value FROM candidate", "its columns are id, value; they must be candidate_id and value"},
		{"SELECT id AS candidate_id, 1 AS value, 2 AS x FROM candidate", "its columns are candidate_id, value, x;"},
		{"SELECT id AS candidate_id, 1 AS candidate_id FROM candidate", "its columns are candidate_id, candidate_id;"},
		{"SELECT 'one' AS candidate_id, 1 AS value", `row 1: "one" is no candidate id`},
		{"SELECT NULL AS candidate_id, 1 AS value", "row 1: <nil> is no candidate id"},
		{"SELECT 239 AS candidate_id, 1 AS value UNION ALL SELECT 240, 'yes'", `row 2, candidate 240: unusable value: "yes" is not a label`},
		{"SELECT 239 AS candidate_id, 0.5 AS value", "row 1, candidate 239: unusable value: 0.5 is not a label"},
		{"SELECT 239 AS candidate_id, x'01' AS value", "row 1, candidate 239: unusable value: a blob is not a label"},
		{"SELECT 239 AS candidate_id, -2 AS value", "label -2 is outside"},
		{"SELECT 239 AS candidate_id, 1 AS value UNION ALL SELECT 1, 1 UNION ALL SELECT 239, -1", "row 3: candidate 239 has the label -1 here and 1 in an earlier row"},
		{"SELECT 239 AS candidate_id, 1 AS value UNION ALL SELECT 239, NULL", "row 2: candidate 239 has the label 0 here and 1 in an earlier row"},
		{"DELETE FROM label", "only queries that read are allowed"},
		{"SELECT 1 AS candidate_id, 1 AS value; DELETE FROM label", "only queries that read are allowed"},
		{"SELECT nonsense", "no such column: nonsense"},
		{"-- nothing", "empty"},
	} {
		_, err := annotator(never, query("LF_sql", test.query)).Apply(t.Context(), s, split(1))
		wantError(t, test.query, err, `LF "LF_sql", query: `, test.says)
	}
	_, err := annotator(query("LF_sql", "VACUUM INTO 'x'")).Labels(t.Context(), s, split(1))
	if !errors.Is(err, session.ErrNotReadOnly) || content(t, path) != before {
		t.Errorf("error %v, or the file changed", err)
	}
}
