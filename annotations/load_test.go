package annotations_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
)

var label annotations.LabelAnnotator

func TestLabelMatricesAreSnorkels(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		for _, split := range db.Splits {
			want := db.BySplit[fmt.Sprint(split)]
			L, err := label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: split})
			must(t, err)
			compare(t, fmt.Sprintf("split %d", split), L, want.L.wantMatrix)
			if want.L1 == nil {
				continue
			}
			L, err = label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: split, KeyGroup: 1})
			must(t, err)
			compare(t, fmt.Sprintf("split %d, group 1", split), L, want.L1.wantMatrix)
		}
	})
}

func TestGoldLabelsAreSnorkels(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		for _, split := range db.Splits {
			for _, annotator := range db.Annotators {
				want, ok := db.BySplit[fmt.Sprint(split)].Gold[annotator]
				if !ok {
					t.Fatalf("the oracle has no labels of %s for split %d", annotator, split)
				}
				// Whatever keys the selection asks for, the annotator is the key.
				gold, err := annotations.LoadGoldLabels(t.Context(), db.s, annotator,
					annotations.Selection{Split: split, KeyGroup: 5, KeyNames: []string{"x"}})
				must(t, err)
				compare(t, fmt.Sprintf("%s, split %d", annotator, split), gold, want.wantMatrix)
			}
		}
	})
}

func TestFeatureMatricesAreSnorkels(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		for _, split := range db.Splits {
			F, err := annotations.FeatureAnnotator{}.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: split})
			must(t, err)
			compare(t, fmt.Sprintf("split %d", split), F, db.BySplit[fmt.Sprint(split)].Features)
		}
	})
}

func TestKeyNamesNarrowTheColumnsAndKeepTheirOrder(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		for _, name := range []string{"key_names", "key_names_one"} {
			want := variant[struct {
				Names  []string
				Matrix wantMatrix
			}](t, db, name)
			L, err := label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: 1, KeyNames: want.Names})
			must(t, err)
			compare(t, name, L, want.Matrix)

			slices.Reverse(want.Names)
			L, err = label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: 1, KeyNames: append(want.Names, want.Names[0])})
			must(t, err)
			compare(t, name+", reversed and one repeated", L, want.Matrix)
		}
		L, err := label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: 1, KeyNames: []string{}})
		must(t, err)
		compare(t, "key_names_empty_list", L, variant[wantMatrix](t, db, "key_names_empty_list"))
	})
}

func TestZeroOneKeepsTheOnes(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		L, err := label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: 1, ZeroOne: true})
		must(t, err)
		compare(t, "labels", L, variant[wantMatrix](t, db, "zero_one"))
		compareDense(t, "labels", L, variant[dense](t, db, "load_as_array_zero_one"))
		if len(db.Annotators) == 0 {
			return
		}
		gold, err := annotations.LoadGoldLabels(t.Context(), db.s, "gold", annotations.Selection{Split: 1, ZeroOne: true})
		must(t, err)
		compare(t, "gold", gold, variant[wantMatrix](t, db, "gold_zero_one"))
	})
}

// dense is what load_as_array gives: Snorkel squeezes a single column flat.
type dense struct {
	Shape []int
	Array [][]float64
}

type flat struct {
	Shape []int
	Array []float64
}

func compareDense(t *testing.T, what string, got *matrix.LabelMatrix, want dense) {
	t.Helper()
	d := got.Dense()
	if m, n := d.Dims(); m != want.Shape[0] || n != want.Shape[1] {
		t.Fatalf("%s: dense %d × %d, want %v", what, m, n, want.Shape)
	}
	for i, row := range want.Array {
		equal(t, fmt.Sprintf("%s: row %d", what, i), d.RawRowView(i), row)
	}
}

func TestDenseIsLoadAsArray(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		L, err := label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: 1})
		must(t, err)
		compareDense(t, "all keys", L, variant[dense](t, db, "load_as_array"))

		names := variant[struct{ Names []string }](t, db, "key_names_one").Names
		one, err := label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: 1, KeyNames: names})
		must(t, err)
		equal(t, "one key", one.Dense().RawMatrix().Data, variant[flat](t, db, "load_as_array_one_key").Array)
		if len(db.Annotators) == 0 {
			return
		}
		gold, err := annotations.LoadGoldLabels(t.Context(), db.s, "gold", annotations.Selection{Split: 1})
		must(t, err)
		equal(t, "gold", gold.Dense().RawMatrix().Data, variant[flat](t, db, "gold_as_array").Array)
	})
}

// cids_query_limit_3 left out the first three candidates of the split.
func TestCandidateQuerySelectsRows(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		want := variant[wantMatrix](t, db, "cids_query_limit_3")
		for _, query := range []string{
			"SELECT id FROM candidate WHERE split = 1 ORDER BY id LIMIT -1 OFFSET 3",
			"SELECT id, type FROM candidate WHERE id IN (SELECT id FROM candidate WHERE split = 1 ORDER BY id LIMIT -1 OFFSET 3) ORDER BY id DESC -- the order does not matter",
			"WITH c AS (SELECT id FROM candidate WHERE split = 1 ORDER BY id LIMIT -1 OFFSET 3) SELECT * FROM c UNION ALL SELECT * FROM c",
		} {
			L, err := label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: 99, CandidateQuery: query})
			must(t, err)
			compare(t, query, L, want)
		}
		ids := append(slices.Clone(want.RowIndex), want.RowIndex[0])
		slices.Reverse(ids)
		L, err := label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: 99, CandidateIDs: ids})
		must(t, err)
		compare(t, "ids, reversed and one repeated", L, want)
	})
}

func TestSelectionOfNoCandidatesIsAnEmptyMatrix(t *testing.T) {
	s := oracleDB(t)
	for _, sel := range []annotations.Selection{
		{CandidateIDs: []int64{}},
		{CandidateQuery: "SELECT id FROM candidate WHERE 0"},
	} {
		L, err := label.LoadMatrix(t.Context(), s, sel)
		must(t, err)
		if L.Rows() != 0 || L.Cols() != 9 || L.NNZ() != 0 || L.Dense() != nil {
			t.Errorf("%+v: %d × %d with %d entries, want 0 × 9 without", sel, L.Rows(), L.Cols(), L.NNZ())
		}
	}
}

func TestSlicesKeepTheirMaps(t *testing.T) {
	eachDatabase(t, func(t *testing.T, db database) {
		L, err := label.LoadMatrix(t.Context(), db.s, annotations.Selection{Split: 1})
		must(t, err)
		cases := variant[map[string]wantMatrix](t, db, "slicing")
		for name, slice := range map[string]*matrix.LabelMatrix{
			"L[0]":        L.SelectRows([]int{0}),
			"L[2:5]":      L.SliceRows(2, 5),
			"L[:, 1]":     L.SelectCols([]int{1}),
			"L[[4,2]]":    L.SelectRows([]int{4, 2}),
			"L[:, [1,0]]": L.SelectCols([]int{1, 0}),
		} {
			want, ok := cases[name]
			if !ok {
				t.Fatalf("the oracle has no slice %s", name)
			}
			compare(t, name, slice, want)
		}
		// Here Snorkel forgets to cut the map of the rows; the entries are right.
		for name, want := range cases {
			if len(name) > 10 && name[:10] == "L[[0,1,2]]" {
				three := L.SelectRows([]int{0, 1, 2})
				compareEntries(t, name, three, want)
				equal(t, name, three.Candidates(), L.Candidates()[:3])
			}
		}
	})
}

func TestUnknownNamesListWhatExists(t *testing.T) {
	s := oracleDB(t)
	load := func(sel annotations.Selection) error {
		_, err := label.LoadMatrix(t.Context(), s, sel)
		return err
	}
	gold := func(annotator string, split int) error {
		_, err := annotations.LoadGoldLabels(t.Context(), s, annotator, annotations.Selection{Split: split})
		return err
	}
	_, noFeature := annotations.FeatureAnnotator{}.LoadMatrix(t.Context(), s, annotations.Selection{KeyNames: []string{"nope"}})
	for _, test := range []struct {
		what string
		err  error
		kind error
		says []string
	}{
		{"split", load(annotations.Selection{Split: 7}), candidates.ErrNoSplit, []string{"split 7", "0 (238 spouse)", "1 (86 spouse)", "2 (67 spouse)"}},
		{"type", load(annotations.Selection{Type: "tweet"}), candidates.ErrNoSplit, []string{"tweet", "0 (238 spouse)"}},
		{"split of gold", gold("gold", 7), candidates.ErrNoSplit, []string{"split 7", "2 (67 spouse)"}},
		{"group", load(annotations.Selection{KeyGroup: 99}), annotations.ErrNoKey, []string{"label_key", "99", "groups: 0 1"}},
		{"key", load(annotations.Selection{KeyNames: []string{"LF_husband_wife", "nope"}}), annotations.ErrNoKey, []string{`"nope"`, "group 0", "LF_husband_wife, LF_husband_wife_left_window"}},
		{"key of another group", load(annotations.Selection{KeyGroup: 1, KeyNames: []string{"LF_and_married"}}), annotations.ErrNoKey, []string{"group 1", "LF_DIST_SUPERVISION_dbpedia_TRUE"}},
		{"feature", noFeature, annotations.ErrNoKey, []string{"feature_key", "BETWEEN_LEMMAS[and]", "and 172 more"}},
		{"annotator", gold("nobody", 1), annotations.ErrNoAnnotator, []string{`"nobody"`, "annotators: gold, second"}},
		{"annotator that is none", gold("", 1), annotations.ErrNoAnnotator, []string{"gold, second"}},
		{"candidate", load(annotations.Selection{CandidateIDs: []int64{1, 4711}}), candidates.ErrNoCandidate, []string{"4711"}},
	} {
		if !errors.Is(test.err, test.kind) {
			t.Errorf("%s: error %v, want the kind %q", test.what, test.err, test.kind)
		}
		wantError(t, test.what, test.err, append(test.says, s.Path())...)
	}
}

func TestAnnotatorsAreThoseOfGroupZeroBeforeOthers(t *testing.T) {
	s := open(t, copyOracle(t, `INSERT INTO gold_label_key (name, "group") VALUES ('gold', 1), ('elsewhere', 1), ('twice', 1), ('twice', 2)`))
	load := func(annotator string) (*matrix.LabelMatrix, error) {
		return annotations.LoadGoldLabels(t.Context(), s, annotator, annotations.Selection{Split: 1})
	}
	for annotator, group := range map[string]int{"gold": 0, "elsewhere": 1} {
		gold, err := load(annotator)
		must(t, err)
		if keys := gold.Keys(); len(keys) != 1 || keys[0].Name != annotator || keys[0].Group != group {
			t.Errorf("%s: keys %v, want one of group %d", annotator, keys, group)
		}
	}
	_, err := load("twice")
	wantError(t, "two other groups", err, `annotator "twice" is in several key groups`, "1 2")
	if _, err := load("nobody"); !errors.Is(err, annotations.ErrNoAnnotator) {
		t.Errorf("error %v, want ErrNoAnnotator", err)
	}
}

func TestBadCandidateQueriesAreErrors(t *testing.T) {
	s := oracleDB(t)
	for query, says := range map[string]string{
		"SELECT nothing_such FROM candidate": "nothing_such",
		"SELECT type FROM candidate":         "text",
		"SELECT NULL":                        "null",
		"SELECT 1.5":                         "real",
		"DELETE FROM label":                  "",
	} {
		_, err := label.LoadMatrix(t.Context(), s, annotations.Selection{CandidateQuery: query})
		wantError(t, query, err, s.Path(), says)
	}
}

func TestFilesWithoutATableSaySo(t *testing.T) {
	path := copyOracle(t, "DROP TABLE label", "DROP TABLE feature_key", "DROP TABLE gold_label", "DROP TABLE gold_label_key")
	s := open(t, path)
	_, err := label.LoadMatrix(t.Context(), s, annotations.Selection{})
	wantError(t, "labels", err, path, "no table label")
	_, err = annotations.FeatureAnnotator{}.LoadMatrix(t.Context(), s, annotations.Selection{})
	wantError(t, "features", err, path, "no table feature_key")
	_, err = annotations.LoadGoldLabels(t.Context(), s, "gold", annotations.Selection{})
	wantError(t, "gold labels", err, path, "no table gold_label")
}

func TestMatricesOfOldFilesAreRead(t *testing.T) {
	for _, name := range []string{"snorkel05.sql", "snorkel06.sql"} {
		s := open(t, build(t, name))
		L, err := label.LoadMatrix(t.Context(), s, annotations.Selection{})
		must(t, err)
		compare(t, name, L, wantMatrix{Shape: []int{2, 2}, COO: [][3]float64{{0, 0, 1}, {0, 1, -1}, {1, 1, 1}},
			RowIndex: []int64{1, 2}, ColIndex: []key{{1, "LF_a", 0}, {2, "LF_b", 0}}})
		gold, err := annotations.LoadGoldLabels(t.Context(), s, "gold", annotations.Selection{Split: 1})
		must(t, err)
		compare(t, name+" gold", gold, wantMatrix{Shape: []int{1, 1}, COO: [][3]float64{{0, 0, 1}}, RowIndex: []int64{3}, ColIndex: []key{{1, "gold", 0}}})
	}
}

func TestLoadingStopsWhenCancelled(t *testing.T) {
	s := oracleDB(t)
	ctx := cancelledContext(t)
	if _, err := label.LoadMatrix(ctx, s, annotations.Selection{}); !errors.Is(err, ctx.Err()) {
		t.Errorf("error %v, want %v", err, ctx.Err())
	}
}

func TestTheFirstOfManyIDsThatIsMissingIsNamed(t *testing.T) {
	path := manyCandidates(t, 5000)
	execute(t, path, "INSERT INTO label_key (id, name, \"group\") VALUES (1, 'a', 0)")
	s := open(t, path)
	ids := make([]int64, 5000)
	for i := range ids {
		ids[i] = int64(i + 1)
	}
	L, err := label.LoadMatrix(t.Context(), s, annotations.Selection{CandidateIDs: ids})
	must(t, err)
	if L.Rows() != len(ids) {
		t.Errorf("%d rows, want %d", L.Rows(), len(ids))
	}
	execute(t, path, "DELETE FROM candidate WHERE id IN (2600, 4711)")
	_, err = label.LoadMatrix(t.Context(), s, annotations.Selection{CandidateIDs: ids})
	wantError(t, "missing", err, "many.db: candidate 2600: no candidate with that id")
}

// Without Snorkel's key a table can hold two labels where there is room for one.
func TestTwoLabelsAtOnePlaceAreAnError(t *testing.T) {
	path := copyOracle(t, "CREATE TABLE loose AS SELECT * FROM label", "DROP TABLE label", "ALTER TABLE loose RENAME TO label")
	before, err := label.LoadMatrix(t.Context(), oracleDB(t), annotations.Selection{})
	must(t, err)
	loose, err := label.LoadMatrix(t.Context(), open(t, path), annotations.Selection{})
	must(t, err)
	equal(t, "entries", loose.Entries(), before.Entries())
	e := before.Entries()[0]
	id, key := before.Candidates()[e.Row], before.Keys()[e.Col]
	execute(t, path, fmt.Sprintf("INSERT INTO label (value, key_id, candidate_id) VALUES (%d, %d, %d)", -e.Value, key.ID, id))
	_, err = label.LoadMatrix(t.Context(), open(t, path), annotations.Selection{})
	wantError(t, "two labels", err, path, "table label", fmt.Sprintf("candidate %d", id), key.Name)
}

// Which candidates there are does not depend on whether a row among them is odd, which
// leaves all of them to SQLite.
func TestCandidatesBesideOddRows(t *testing.T) {
	path := copyOracle(t, "UPDATE candidate SET type = 'other' WHERE id % 3 = 0")
	for _, odd := range []string{"", "UPDATE candidate SET split = 'x' WHERE id = 100", "UPDATE candidate SET type = x'00' WHERE id = 101", "UPDATE candidate SET split = 0.5 WHERE id = 1"} {
		if odd != "" {
			execute(t, path, odd)
		}
		s := open(t, path)
		for where, sel := range map[string]annotations.Selection{
			"split = 1":                     {Split: 1},
			"split = 1 AND type = 'other'":  {Split: 1, Type: "other"},
			"type = 'spouse'":               {AllSplits: true, Type: "spouse"},
			"TRUE":                          {AllSplits: true},
			"split = 0 AND type = 'spouse'": {Type: "spouse"},
		} {
			ids, err := annotations.CandidateIDs(t.Context(), s, sel)
			must(t, err)
			got := make([]string, len(ids))
			for i, id := range ids {
				got[i] = fmt.Sprint(id)
			}
			equal(t, odd+" "+where, got, lines(t, path, "SELECT id FROM candidate WHERE "+where+" ORDER BY id"))
		}
	}
}
