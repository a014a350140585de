package annotations_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
)

// A foreign program can leave anything in a label column, because SQLite keeps
// a value that its column's type cannot take.
func TestValuesThatAreNoLabelsNameTheirRow(t *testing.T) {
	for _, test := range []struct{ value, says string }{
		{"0.5", "0.5 is a fraction"},
		{"-1.9", "-1.9 is a fraction"},
		{"9e99", "fraction"},
		{"'yes'", `text "yes"`},
		{"''", "text"},
		{"x'01'", "blob of 1 bytes"},
		{"x'0100000000'", "blob of 5 bytes"},
		{"x''", "blob of 0 bytes"},
		{"-2", "label -2 is outside"},
		{"32768", "label 32768 is outside"},
		{"-9223372036854775808", "outside"},
		{"x'feffffffffffffff'", "label -2 is outside"},
		{"x'0000000000000001'", "outside"}, // 1, had it been big-endian
	} {
		path := copyOracle(t, "UPDATE label SET value = "+test.value+" WHERE candidate_id = 239 AND key_id = 3")
		s := open(t, path)
		_, err := label.LoadMatrix(t.Context(), s, annotations.Selection{Split: 1})
		if !errors.Is(err, annotations.ErrBadValue) {
			t.Errorf("%s: error %v, want ErrBadValue", test.value, err)
		}
		wantError(t, test.value, err, path, "table label", "candidate_id 239", "key_id 3", "LF_same_last_name", test.says)

		// The row is in nobody's way where it is not asked for.
		for _, sel := range []annotations.Selection{{Split: 0}, {Split: 1, KeyGroup: 1}, {Split: 1, KeyNames: []string{"LF_husband_wife"}}} {
			_, err := label.LoadMatrix(t.Context(), s, sel)
			must(t, err)
		}
	}
}

func TestValuesThatAreNoGoldLabelsOrFeaturesNameTheirRow(t *testing.T) {
	path := copyOracle(t, "UPDATE gold_label SET value = 0.25 WHERE candidate_id = 239 AND key_id = 1",
		"UPDATE feature SET value = 'many' WHERE candidate_id = 239 AND key_id = 1")
	s := open(t, path)
	_, err := annotations.LoadGoldLabels(t.Context(), s, "gold", annotations.Selection{Split: 1})
	if !errors.Is(err, annotations.ErrBadValue) {
		t.Errorf("error %v, want ErrBadValue", err)
	}
	wantError(t, "gold", err, path, "table gold_label", "candidate_id 239", "(gold)", "0.25")
	_, err = annotations.FeatureAnnotator{}.LoadMatrix(t.Context(), s, annotations.Selection{Split: 1})
	if !errors.Is(err, annotations.ErrBadValue) {
		t.Errorf("error %v, want ErrBadValue", err)
	}
	wantError(t, "feature", err, path, "table feature", "candidate_id 239", "BETWEEN_LEMMAS[and]", "many")
}

func TestNULLIsNoLabel(t *testing.T) {
	path := copyOracle(t, "DROP TABLE label", "CREATE TABLE label (value INTEGER, key_id INTEGER, candidate_id INTEGER)",
		"INSERT INTO label VALUES (NULL, 1, 1)")
	_, err := label.LoadMatrix(t.Context(), open(t, path), annotations.Selection{})
	wantError(t, "NULL", err, path, "candidate_id 1", "null")
}

// SQLite turns 1.0 and '1' into the integer 1 when they are stored.
func TestNumbersInAnotherCoatAreLabels(t *testing.T) {
	path := copyOracle(t, "UPDATE label SET value = 1.0 WHERE candidate_id = 239 AND key_id = 3",
		"UPDATE label SET value = '-1' WHERE candidate_id = 240 AND key_id = 3",
		"UPDATE label SET value = 32767 WHERE candidate_id = 241 AND key_id = 2")
	L, err := label.LoadMatrix(t.Context(), open(t, path), annotations.Selection{Split: 1})
	must(t, err)
	equal(t, "labels", []int16{L.At(0, 2), L.At(1, 2), L.At(2, 1)}, []int16{1, -1, 32767})
	if len(L.Warnings) > 0 {
		t.Errorf("warnings %q for integers", L.Warnings)
	}
}

// numpy integers that were bound to SQL without conversion are blobs of eight
// bytes, little-endian: semantics.json has one from Snorkel.
func TestNumpyIntegersAreReadWithOneWarning(t *testing.T) {
	var semantics struct {
		Label struct {
			Bound [][2]string `json:"np.int64 bound straight through sqlite3"`
		} `json:"label np.int64 written through the annotator"`
	}
	readJSON(t, testdata+"oracle/semantics.json", &semantics)
	one := semantics.Label.Bound[0][1]
	path := copyOracle(t, "UPDATE label SET value = x'"+one+"' WHERE candidate_id = 239 AND key_id = 3",
		"UPDATE label SET value = x'ffffffffffffffff' WHERE candidate_id = 240 AND key_id = 3",
		"UPDATE label SET value = x'0000000000000000' WHERE candidate_id = 241 AND key_id = 2",
		"UPDATE gold_label SET value = x'"+one+"' WHERE candidate_id = 239 AND key_id = 1")
	s := open(t, path)
	L, err := label.LoadMatrix(t.Context(), s, annotations.Selection{Split: 1})
	must(t, err)
	equal(t, "labels", []int16{L.At(0, 2), L.At(1, 2), L.At(2, 1)}, []int16{1, -1, 0})
	if len(L.Warnings) != 1 || !strings.Contains(L.Warnings[0], "3 values of table label") {
		t.Errorf("warnings %q, want one about 3 values of table label", L.Warnings)
	}
	for what, slice := range map[string]*matrix.LabelMatrix{"rows": L.SliceRows(0, 2), "columns": L.SelectCols([]int{2})} {
		if len(slice.Warnings) != 1 {
			t.Errorf("slicing %s lost the warning", what)
		}
	}
	gold, err := annotations.LoadGoldLabels(t.Context(), s, "gold", annotations.Selection{Split: 1})
	must(t, err)
	if len(gold.Warnings) != 1 || !strings.Contains(gold.Warnings[0], "1 values of table gold_label") || gold.At(0, 0) != 1 {
		t.Errorf("gold label %d, warnings %q", gold.At(0, 0), gold.Warnings)
	}
	if L, err = label.LoadMatrix(t.Context(), s, annotations.Selection{Split: 0}); err != nil || L.Warnings != nil {
		t.Errorf("a split without blobs: warnings %q, %v", L.Warnings, err)
	}
}

func TestStoredZerosAreNoEntries(t *testing.T) {
	s := oracleDB(t)
	var db database
	readJSON(t, testdata+"oracle/snorkel07.json", &db.figures)
	stored := 0
	for split, want := range db.BySplit {
		stored += want.L1.zeros()
		L, err := label.LoadMatrix(t.Context(), s, annotations.Selection{Split: int(split[0] - '0'), KeyGroup: 1})
		must(t, err)
		if L.NNZ() != len(want.L1.COO)-want.L1.zeros() {
			t.Errorf("split %s: %d entries, want %d labels without the %d zeros", split, L.NNZ(), len(want.L1.COO), want.L1.zeros())
		}
	}
	if stored != 25 {
		t.Errorf("the oracle stores %d zeros, the test expects 25", stored)
	}
	path := copyOracle(t, "UPDATE feature SET value = 0 WHERE candidate_id = 239")
	F, err := annotations.FeatureAnnotator{}.LoadMatrix(t.Context(), open(t, path), annotations.Selection{Split: 1})
	must(t, err)
	if cols, _ := F.Row(0); len(cols) > 0 {
		t.Errorf("features that are zero have entries in columns %v", cols)
	}
}

func TestRowsAreCandidatesOfEveryTypeUnlessNarrowed(t *testing.T) {
	path := copyOracle(t, "INSERT INTO candidate (id, type, split) VALUES (1000, 'person', 1), (1001, 'ghost', 1)",
		"INSERT INTO label (value, key_id, candidate_id) VALUES (1, 1, 1000)",
		"INSERT INTO gold_label (value, key_id, candidate_id) VALUES (-1, 1, 1001)")
	s := open(t, path)
	for typ, want := range map[string][]int64{"": {239, 88}, "spouse": {239, 86}, "person": {1000, 1}, "ghost": {1001, 1}} {
		L, err := label.LoadMatrix(t.Context(), s, annotations.Selection{Split: 1, Type: typ})
		must(t, err)
		equal(t, fmt.Sprintf("first row and rows of type %q", typ), []int64{L.Candidates()[0], int64(L.Rows())}, want)
		if row, ok := L.RowOf(1000); ok != (typ == "" || typ == "person") || ok && L.At(row, 0) != 1 {
			t.Errorf("type %q: candidate 1000 in row %d, %t", typ, row, ok)
		}
	}
	gold, err := annotations.LoadGoldLabels(t.Context(), s, "gold", annotations.Selection{Split: 1, Type: "ghost"})
	must(t, err)
	compare(t, "gold of ghosts", gold, wantMatrix{Shape: []int{1, 1}, COO: [][3]float64{{0, 0, -1}}, RowIndex: []int64{1001}, ColIndex: []key{{1, "gold", 0}}})
}

func TestOrphansStayRows(t *testing.T) {
	path := copyOracle(t, "DELETE FROM context WHERE id = (SELECT person1_id FROM spouse WHERE id = 241)")
	L, err := label.LoadMatrix(t.Context(), open(t, path), annotations.Selection{Split: 1})
	must(t, err)
	if row, ok := L.RowOf(241); L.Rows() != 86 || !ok || L.At(row, 1) != 1 {
		t.Errorf("%d rows, the orphan has row %d (%t)", L.Rows(), row, ok)
	}
}

// Rows and columns are found by a table where ids are dense and by searching
// where they are spread; both must find the same.
func TestIDsMayBeSpreadAnyhow(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for name, next := range map[string]func(i int) int64{
		"consecutive":           func(i int) int64 { return int64(i) + 1 },
		"from 0":                func(i int) int64 { return int64(i) },
		"negative":              func(i int) int64 { return int64(i) - 1000 },
		"with gaps":             func(i int) int64 { return int64(i) * 31 },
		"just within the table": func(i int) int64 { return int64(i) * (1 << 16) / 299 }, // 300 ids, the last is 65536
		"just beyond the table": func(i int) int64 { return int64(i) * (1<<16 + 600) / 299 },
		"far apart":             func(i int) int64 { return int64(i) * 1_000_003 },
		"at both ends of the integers": func(i int) int64 {
			if i < 150 {
				return math.MinInt64 + int64(i)*7
			}
			return math.MaxInt64 - int64(299-i)*7
		},
		"drawn": func(i int) int64 { return int64(i)<<32 + random.Int64N(1<<32) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ids.db")
			s, err := session.Create(t.Context(), path)
			must(t, err)
			defer s.Close()
			const rows, cols = 300, 5
			want := wantMatrix{Shape: []int{rows, cols}}
			must(t, s.Update(t.Context(), func(tx *session.Tx) error {
				insert := func(query string, args ...any) {
					_, err := tx.Exec(query, args...)
					must(t, err)
				}
				for j := range cols {
					id := next(j * 60)
					want.ColIndex = append(want.ColIndex, key{id, fmt.Sprint("LF", j), 0})
					insert(`INSERT INTO label_key (id, name, "group") VALUES (?, ?, 0)`, id, fmt.Sprint("LF", j))
				}
				for i := range rows {
					id := next(i)
					if i%3 == 0 { // another split, whose labels are passed over
						insert("INSERT INTO candidate (id, type, split) VALUES (?, 'x', 1)", id)
					} else {
						insert("INSERT INTO candidate (id, type, split) VALUES (?, 'x', 0)", id)
						want.RowIndex = append(want.RowIndex, id)
					}
					for j, k := range want.ColIndex {
						v := random.IntN(3) - 1
						if v == 0 {
							continue
						}
						insert("INSERT INTO label (value, key_id, candidate_id) VALUES (?, ?, ?)", v, k.id, id)
						if i%3 > 0 {
							want.COO = append(want.COO, [3]float64{float64(len(want.RowIndex) - 1), float64(j), float64(v)})
						}
					}
				}
				return nil
			}))
			want.Shape[0] = len(want.RowIndex)
			L, err := label.LoadMatrix(t.Context(), s, annotations.Selection{})
			must(t, err)
			compare(t, name, L, want)

			some := slices.Clone(want.RowIndex[:0])
			for i := 0; i < len(want.RowIndex); i += 40 {
				some = append(some, want.RowIndex[i])
			}
			L, err = label.LoadMatrix(t.Context(), s, annotations.Selection{CandidateIDs: some, KeyNames: []string{"LF0", "LF4"}})
			must(t, err)
			equal(t, "a few candidates", L.Candidates(), some)
		})
	}
}
