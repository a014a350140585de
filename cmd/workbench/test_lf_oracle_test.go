package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
)

// The buckets that test-lf --show lists are those that Snorkel's test_LF
// returned: TP, FP, TN and FN of nine labeling functions in two splits.
func TestShownBucketsAreSnorkels(t *testing.T) {
	text, err := os.ReadFile("../../testdata/oracle/helpers.json")
	if err != nil {
		t.Fatal(err)
	}
	var oracle struct {
		Names   []string `json:"lf_names"`
		Buckets map[string]struct {
			Four [][]int64 `json:"lf_helpers.test_LF"`
		} `json:"test_LF"`
	}
	if err := json.Unmarshal(text, &oracle); err != nil {
		t.Fatal(err)
	}
	if len(oracle.Names) != 9 || len(oracle.Buckets) != 18 {
		t.Fatalf("%d names and %d results in the oracle", len(oracle.Names), len(oracle.Buckets))
	}
	for _, name := range oracle.Names {
		for _, split := range []string{"1", "2"} {
			want := oracle.Buckets[name+",split="+split].Four
			for b, bucket := range []string{"tp", "fp", "tn", "fn"} {
				var got struct {
					Candidates []struct {
						ID   int64  `json:"candidate_id"`
						Text string `json:"text"`
					} `json:"candidates"`
				}
				unmarshal(t, workbenchOn(t, oracleDB, "test-lf", "--split", split, "--gold", "gold", "--lf", name, "--show", bucket, "--format", "json"), &got)
				ids := []int64{}
				for _, c := range got.Candidates {
					ids = append(ids, c.ID)
					if c.Text == "" {
						t.Errorf("candidate %d has no text", c.ID)
					}
				}
				if !slices.Equal(ids, want[b]) {
					t.Errorf("%s, split %s, %s: %s, want %s", name, split, bucket, fmt.Sprint(ids), fmt.Sprint(want[b]))
				}
			}
		}
	}
}
