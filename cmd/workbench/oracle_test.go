package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// oracle is what the tests read of the figures that Snorkel computed from
// oracleDB.
type oracle struct {
	BySplit map[string]struct {
		L       oracleMatrix
		LGroup1 oracleMatrix `json:"L_group_1"`
		LFStats oracleFrame  `json:"lf_stats"`
		Gold    map[string]struct {
			oracleMatrix
			LFStats      oracleFrame `json:"lf_stats"`
			MajorityVote *struct {
				Pos, Neg              int
				Precision, Recall, F1 float64
				Printed               string
			} `json:"majority_vote_score"`
		}
		Training        json.RawMessage `json:"marginals_training"` // or an exception
		Predicted       json.RawMessage `json:"marginals_end"`
		FirstCandidates []struct {
			ID       int64
			Type     string
			Split    int
			Contexts []struct {
				Arg      string
				ID       int64
				Type     string
				StableID string `json:"stable_id"`
				Span     string
			}
		} `json:"first_candidates"`
	} `json:"by_split"`
	FixedWeights struct {
		BySplit map[string]struct {
			Marginals     []float64
			ScoreGold     map[string][3]float64 `json:"score_gold"`
			ErrorAnalysis map[string]struct {
				IDs     [4][]int64 `json:"tp_fp_tn_fn_candidate_ids"`
				Printed string
			} `json:"error_analysis_gold"`
		} `json:"by_split"`
	} `json:"fixed_weights"`
}

type oracleMatrix struct {
	Shape    [2]int
	COO      [][3]int
	RowIndex []int64  `json:"row_index"`
	ColIndex [][3]any `json:"col_index"`
}

type oracleFrame struct {
	Index, Columns []string
	Data           [][]any
}

func readOracle(t *testing.T) *oracle {
	t.Helper()
	text, err := os.ReadFile("../../testdata/oracle/snorkel07.json")
	if err != nil {
		t.Fatal(err)
	}
	o := new(oracle)
	if err := json.Unmarshal(text, o); err != nil {
		t.Fatal(err)
	}
	if len(o.BySplit) != 3 || len(o.FixedWeights.BySplit) != 3 {
		t.Fatal("the oracle has not the splits 0 to 2")
	}
	return o
}

// workbenchOn runs a command on a database and returns its output; it must not say
// anything else.
func workbenchOn(t *testing.T, db string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	args = append([]string{"--db", db, "--quiet"}, args...)
	if status := run(t.Context(), args, &stdout, &stderr); status != statusOK || stderr.Len() > 0 {
		t.Fatalf("workbench %s: status %d\n%s", strings.Join(args, " "), status, &stderr)
	}
	return stdout.String()
}

func unmarshal(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
}

// snorkelsFigures compare what commands say of oracleDB, or of a copy of it, with what
// Snorkel computed.
var snorkelsFigures = map[string]func(t *testing.T, db string){
	"matrices":                   matricesAreSnorkels,
	"LF stats":                   lfStatsAreSnorkels,
	"majority vote":              majorityVoteIsTheWorkshops,
	"stored marginals":           storedMarginalsAreSnorkels,
	"marginals of given weights": marginalsOfGivenWeightsAreSnorkels,
	"error analysis":             errorAnalysisIsSnorkels,
	"candidates":                 candidatesAreSnorkels,
}

func TestSnorkelsFigures(t *testing.T) {
	for name, test := range snorkelsFigures {
		t.Run(name, func(t *testing.T) { test(t, oracleDB) })
	}
}

func matricesAreSnorkels(t *testing.T, db string) {
	for split, o := range readOracle(t).BySplit {
		checkMatrix(t, o.L, workbenchOn(t, db, "load-matrix", "--split", split, "--format", "json"))
		checkMatrix(t, o.LGroup1, workbenchOn(t, db, "load-matrix", "--split", split, "--key-group", "1", "--format", "json"))
		for annotator, gold := range o.Gold {
			checkMatrix(t, gold.oracleMatrix, workbenchOn(t, db, "load-gold-labels", "--split", split, "--annotator", annotator, "--format", "json"))
		}
	}
}

// checkMatrix compares json output with Snorkel's matrix. A stored zero is an
// abstention for us (docs/differences.md), so zeros are left out of Snorkel's entries.
func checkMatrix(t *testing.T, want oracleMatrix, text string) {
	t.Helper()
	var got struct {
		Rows, Cols, NNZ int
		CandidateIDs    []int64 `json:"candidate_ids"`
		Keys            []struct {
			ID   float64
			Name string
		}
		Entries [][3]int
	}
	unmarshal(t, text, &got)
	var keys, wantKeys [][2]any
	for _, k := range got.Keys {
		keys = append(keys, [2]any{k.ID, k.Name})
	}
	for _, k := range want.ColIndex { // id, name, group
		wantKeys = append(wantKeys, [2]any{k[0], k[1]})
	}
	entries := [][3]int{}
	for _, e := range want.COO {
		if e[2] != 0 {
			entries = append(entries, e)
		}
	}
	if [2]int{got.Rows, got.Cols} != want.Shape || got.NNZ != len(entries) ||
		!reflect.DeepEqual(got.CandidateIDs, want.RowIndex) || !reflect.DeepEqual(keys, wantKeys) ||
		!reflect.DeepEqual(got.Entries, entries) {
		t.Errorf("got %.300s…\nwant shape %v, %d entries", text, want.Shape, len(entries))
	}
}

func lfStatsAreSnorkels(t *testing.T, db string) {
	for split, o := range readOracle(t).BySplit {
		checkFrame(t, o.LFStats, workbenchOn(t, db, "lf-stats", "--split", split, "--format", "csv"))
		for annotator, gold := range o.Gold {
			if gold.LFStats.Index == nil {
				continue // no labels of that annotator in the split
			}
			args := []string{"lf-stats", "--split", split, "--gold", annotator}
			checkFrame(t, gold.LFStats, workbenchOn(t, db, append(args, "--format", "csv")...))
			titles, _, _ := strings.Cut(workbenchOn(t, db, args...), "\n")
			if want := strings.Join(gold.LFStats.Columns, " "); strings.Join(strings.Fields(titles), " ") != want {
				t.Errorf("titles are %q, want %s", titles, want)
			}
		}
	}
}

func checkFrame(t *testing.T, want oracleFrame, text string) {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(records) != len(want.Index)+1 || len(records[0]) != len(want.Columns)+1 {
		t.Fatalf("want %d rows of %v: %v\n%s", len(want.Index), want.Columns, err, text)
	}
	for i, record := range records[1:] {
		if record[0] != want.Index[i] {
			t.Errorf("row %d is of %s, want %s", i, record[0], want.Index[i])
		}
		for k, cell := range record[1:] {
			number, isNumber := want.Data[i][k].(float64)
			got, err := strconv.ParseFloat(cell, 64)
			if isNumber != (err == nil) || isNumber && math.Abs(got-number) > 1e-12 || !isNumber && cell != "" {
				t.Errorf("%s, %s: got %q, want %v", record[0], want.Columns[k], cell, want.Data[i][k])
			}
		}
	}
}

func majorityVoteIsTheWorkshops(t *testing.T, db string) {
	scored := 0
	for split, o := range readOracle(t).BySplit {
		for annotator, gold := range o.Gold {
			if gold.MajorityVote == nil {
				continue
			}
			scored++
			args := []string{"majority-vote", "--split", split, "--gold", annotator}
			if got := workbenchOn(t, db, args...); got != gold.MajorityVote.Printed {
				t.Errorf("split %s, %s: printed\n%swant\n%s", split, annotator, got, gold.MajorityVote.Printed)
			}
			v := gold.MajorityVote
			want := *v
			unmarshal(t, workbenchOn(t, db, append(args, "--format", "json")...), v)
			if *v != want {
				t.Errorf("split %s, %s: got %+v, want %+v", split, annotator, *v, want)
			}
		}
	}
	if scored == 0 {
		t.Error("nothing was compared")
	}
}

func storedMarginalsAreSnorkels(t *testing.T, db string) {
	compared := 0
	for split, o := range readOracle(t).BySplit {
		for flag, stored := range map[string]json.RawMessage{"--predicted=false": o.Training, "--predicted=true": o.Predicted} {
			var want []float64
			if json.Unmarshal(stored, &want) != nil {
				continue // Snorkel raises an IndexError; for us it is in load_marginals.txtar
			}
			compared++
			checkMarginals(t, want, 0, workbenchOn(t, db, "load-marginals", "--split", split, flag, "--format", "csv"))
		}
	}
	if compared != 2 {
		t.Errorf("%d splits have marginals, want one with training ones and one with predicted ones", compared)
	}
}

func marginalsOfGivenWeightsAreSnorkels(t *testing.T, db string) {
	for split, o := range readOracle(t).FixedWeights.BySplit {
		// Another exp may differ in the last digits.
		const tolerance = 1e-12
		checkMarginals(t, o.Marginals, tolerance, workbenchOn(t, db, "marginals", "--split", split, "--model", "testdata/fixed.json", "--format", "csv"))
	}
}

func checkMarginals(t *testing.T, want []float64, tolerance float64, text string) {
	t.Helper()
	lines := splitLines(text)
	if len(lines) != len(want)+1 || lines[0] != "candidate_id,probability" {
		t.Fatalf("got %d lines starting with %q, want %d", len(lines), lines[0], len(want)+1)
	}
	for i, line := range lines[1:] {
		_, cell, _ := strings.Cut(line, ",")
		got, err := strconv.ParseFloat(cell, 64)
		if err != nil || math.Abs(got-want[i]) > tolerance {
			t.Errorf("line %q, want %v", line, want[i])
		}
	}
}

func errorAnalysisIsSnorkels(t *testing.T, db string) {
	analysed := 0
	for split, o := range readOracle(t).FixedWeights.BySplit {
		for _, b := range []string{"0.5", "0.7"} {
			for drop, name := range map[string]string{"--drop-unlabelled=false": "True", "--drop-unlabelled=true": "False"} {
				setting := "set_unlabeled_as_neg=" + name + ",b=" + b
				want, ok := o.ErrorAnalysis[setting]
				if !ok {
					continue
				}
				analysed++
				args := []string{"error-analysis", "--split", split, "--gold", "gold", "--model", "testdata/fixed.json", "--threshold", b, drop}
				if got := workbenchOn(t, db, args...); strings.TrimSpace(got) != strings.TrimSpace(want.Printed) {
					t.Errorf("split %s, %s: printed\n%swant\n%s", split, setting, got, want.Printed)
				}
				for i, bucket := range []string{"tp", "fp", "tn", "fn"} {
					ids := []int64{}
					for _, line := range splitLines(workbenchOn(t, db, append(args, "--bucket", bucket, "--format", "csv")...))[1:] {
						var id int64
						fmt.Sscan(strings.ReplaceAll(line, ",", " "), &id)
						ids = append(ids, id)
					}
					if !reflect.DeepEqual(ids, want.IDs[i]) {
						t.Errorf("split %s, %s: bucket %s is %v, want %v", split, setting, bucket, ids, want.IDs[i])
					}
				}
				for beta, key := range map[string]string{"0.5": "f_beta", "1": "f1", "2": "f_beta"} {
					scores := o.ScoreGold["beta="+beta+","+setting]
					var got map[string]float64
					unmarshal(t, workbenchOn(t, db, append(args, "--beta", beta, "--format", "json")...), &got)
					if [3]float64{got["precision"], got["recall"], got[key]} != scores {
						t.Errorf("split %s, %s, beta %s: got %v, want %v", split, setting, beta, got, scores)
					}
				}
			}
		}
	}
	if analysed != 8 {
		t.Errorf("%d cases were compared, want 8", analysed)
	}
}

func candidatesAreSnorkels(t *testing.T, db string) {
	for split, o := range readOracle(t).BySplit {
		var got []struct {
			ID        int64
			Type      string
			Split     int
			Arguments []struct {
				Name        string
				ContextID   int64  `json:"context_id"`
				ContextType string `json:"context_type"`
				StableID    string `json:"stable_id"`
				Text        string
			}
		}
		unmarshal(t, workbenchOn(t, db, "candidates", "--split", split, "--format", "json", "--limit", fmt.Sprint(len(o.FirstCandidates))), &got)
		for i, want := range o.FirstCandidates {
			if got[i].ID != want.ID || got[i].Type != want.Type || got[i].Split != want.Split || len(got[i].Arguments) != len(want.Contexts) {
				t.Errorf("got %+v, want %+v", got[i], want)
				continue
			}
			for k, x := range want.Contexts {
				if a := got[i].Arguments[k]; a.Name != x.Arg || a.ContextID != x.ID || a.ContextType != x.Type || a.StableID != x.StableID || a.Text != x.Span {
					t.Errorf("candidate %d: got %+v, want %+v", want.ID, a, x)
				}
			}
		}
	}
}
