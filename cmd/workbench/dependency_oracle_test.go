package main

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"workbench"
)

// oracleFile reads one of Snorkel's figures.
func oracleFile(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile("../../testdata/oracle/" + name)
	if err != nil {
		t.Fatal(err)
	}
	unmarshal(t, string(text), into)
}

// databaseOf makes a database of a matrix: candidate i is row i − 1 in split 0,
// LF_j column j.
func databaseOf(t *testing.T, rows [][]int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "matrix.db")
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	script.WriteString(workbench.Schema() + "\nBEGIN;\n")
	for j := range rows[0] {
		fmt.Fprintf(&script, "INSERT INTO label_key (id, name, \"group\") VALUES (%d, 'LF_%d', 0);\n", j+1, j)
	}
	for i, row := range rows {
		fmt.Fprintf(&script, "INSERT INTO candidate (id, type, split) VALUES (%d, 'x', 0);\n", i+1)
		for j, v := range row {
			if v != 0 {
				fmt.Fprintf(&script, "INSERT INTO label (candidate_id, key_id, value) VALUES (%d, %d, %d);\n", i+1, j+1, v)
			}
		}
	}
	script.WriteString("COMMIT;")
	_, err = db.Exec(script.String())
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// switches are the flags --NAME of the options that are on.
func switches(options map[string]bool) []string {
	var flags []string
	for name, on := range options {
		if on {
			flags = append(flags, "--"+flagOf(name))
		}
	}
	return flags
}

// Weights are compared in the tests of package structure; here it is which
// dependencies a user is told.
func TestSelectedDependenciesAreSnorkels(t *testing.T) {
	var o struct {
		Matrices map[string][][]int
		Cases    []struct {
			Matrix      string
			Threshold   float64
			HigherOrder bool `json:"higher_order"`
			Propensity  bool
			Truncation  int
			Deps        [][3]int
		}
	}
	oracleFile(t, "deps.json", &o)
	files := make(map[string]string)
	for _, name := range []string{"P1_m600_n5", "P5_deps_E_first400", "P6_tiny_m7_n3"} {
		files[name] = databaseOf(t, o.Matrices[name])
	}
	tried := 0
	for _, c := range o.Cases {
		file, ok := files[c.Matrix]
		if !ok {
			continue
		}
		tried++
		args := append([]string{"select-deps", "--threshold", fmt.Sprint(c.Threshold), "--truncation", fmt.Sprint(c.Truncation),
			"--format", "json"}, switches(map[string]bool{"higher-order": c.HigherOrder, "propensity": c.Propensity})...)
		var got struct {
			Dependencies []struct {
				LF1, LF2, Type string
				J, K           int
				Weight         float64
			}
		}
		unmarshal(t, workbenchOn(t, file, args...), &got)
		types := []string{"similar", "fixing", "reinforcing"}
		found := make(map[string]bool)
		for _, d := range got.Dependencies {
			found[fmt.Sprint(d.J, d.K, d.Type)] = true
			if d.LF1 != fmt.Sprint("LF_", d.J) || d.LF2 != fmt.Sprint("LF_", d.K) || !(math.Abs(d.Weight) > c.Threshold) {
				t.Errorf("%v: %+v", args, d)
			}
		}
		for _, d := range c.Deps {
			if !found[fmt.Sprint(d[0], d[1], types[d[2]])] {
				t.Errorf("%v: %v is missing", args, d)
			}
		}
		if len(found) != len(c.Deps) {
			t.Errorf("%v: %d dependencies, want %d", args, len(found), len(c.Deps))
		}
	}
	if tried < 36 {
		t.Errorf("only %d cases were tried", tried)
	}
}

// The same seed gives the weights that Snorkel's own training gave.
func TestTrainingBySeedIsSnorkels(t *testing.T) {
	trainingBySeedIsSnorkels(t, func(file string) string { return file })
}

// trainingBySeedIsSnorkels has the databases where at says that those of files are.
func trainingBySeedIsSnorkels(t *testing.T, at func(file string) string) {
	var o struct {
		Data    map[string]struct{ L [][]int }
		Configs []struct {
			Config, Data string
			Constructor  map[string]bool
			Train        map[string]json.RawMessage
			Runs         []struct {
				Seed    uint32
				Weights struct {
					LFAccuracy   []float64    `json:"lf_accuracy"`
					LFPropensity []float64    `json:"lf_propensity"`
					Similar      [][3]float64 `json:"dep_similar"`
					Fixing       [][3]float64 `json:"dep_fixing"`
					Reinforcing  [][3]float64 `json:"dep_reinforcing"`
					Exclusive    [][3]float64 `json:"dep_exclusive"`
				}
			}
		}
	}
	oracleFile(t, "training.json", &o)
	wanted := map[string]bool{"E_all_deps_propensity_step1e-3": true, "K3_propensity": true, "A_reg1": true}
	for _, c := range o.Configs {
		if !wanted[c.Config] {
			continue
		}
		delete(wanted, c.Config)
		db := at(databaseOf(t, o.Data[c.Data].L))
		args := append([]string{"train", "--method", "gibbs", "--format", "json"}, switches(c.Constructor)...)
		for name, value := range c.Train {
			if name != "deps" {
				args = append(args, "--"+flagOf(name), string(value))
				continue
			}
			args = append(args, "--deps", dependencyFile(t, value))
		}
		for _, r := range c.Runs {
			var got struct {
				Weights struct {
					LFAccuracy   []float64 `json:"lf_accuracy"`
					LFPropensity []float64 `json:"lf_propensity"`
					Dependencies []struct {
						J, K   int
						Type   string
						Weight float64
					}
				}
			}
			unmarshal(t, workbenchOn(t, db, append(args, "--seed", fmt.Sprint(r.Seed))...), &got)
			name := fmt.Sprintf("%s, seed %d", c.Config, r.Seed)
			near(t, name, got.Weights.LFAccuracy, r.Weights.LFAccuracy)
			if r.Weights.LFPropensity != nil {
				near(t, name, got.Weights.LFPropensity, r.Weights.LFPropensity)
			}
			var weights, want []float64
			for _, d := range got.Weights.Dependencies {
				weights = append(weights, d.Weight)
			}
			for _, kind := range [][][3]float64{r.Weights.Similar, r.Weights.Fixing, r.Weights.Reinforcing, r.Weights.Exclusive} {
				for _, d := range kind {
					want = append(want, d[2])
				}
			}
			near(t, name+", dependencies", weights, want)
		}
	}
	if len(wanted) > 0 {
		t.Errorf("the oracle lacks %v", wanted)
	}
}

// dependencyFile writes Snorkel's triples (j, k, type) as a file for --deps.
func dependencyFile(t *testing.T, triples json.RawMessage) string {
	t.Helper()
	var deps [][3]int
	unmarshal(t, string(triples), &deps)
	var list []string
	for _, d := range deps {
		list = append(list, fmt.Sprintf(`{"j": %d, "lf2": "LF_%d", "type": %q}`, d[0], d[1],
			[]string{"similar", "fixing", "reinforcing", "exclusive"}[d[2]]))
	}
	path := filepath.Join(t.TempDir(), "deps.json")
	if err := os.WriteFile(path, []byte(`{"dependencies": [`+strings.Join(list, ", ")+"]}"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
		return
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= 1e-9) {
			t.Errorf("%s: number %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}
