package candidates_test

import (
	"slices"
	"strings"
	"testing"

	"workbench/candidates"
	"workbench/candidates/python"
)

// A text is found where looking at each candidate finds it.
func TestSearch(t *testing.T) {
	path := copyOracle(t,
		"CREATE TABLE raw_text (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, text TEXT NOT NULL)",
		"CREATE TABLE tweet (id INTEGER NOT NULL PRIMARY KEY, tweet_id INTEGER, tweet_cid VARCHAR, UNIQUE (tweet_id))",
		"INSERT INTO context (id, type, stable_id) VALUES (9001, 'raw_text', 't1'), (9002, 'raw_text', 't2')",
		"INSERT INTO raw_text VALUES (9001, 't1', 'Ümläuts and a HUSBAND'), (9002, 't2', 'nothing')",
		"INSERT INTO candidate VALUES (9001, 'tweet', 0), (9002, 'tweet', 0)", "INSERT INTO tweet VALUES (9001, 9001, NULL), (9002, 9002, NULL)")
	s := open(t, path)
	all, err := candidates.Load(t.Context(), s, candidates.Query{AllSplits: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"husband", "Husband", "ÜMLÄUTS", "married", "%", "_", "no such text anywhere", "a", "'"} {
		var want []int64
		for i := range all {
			for _, a := range all[i].Args {
				whole := a.Context.Text
				if a.Sentence != nil {
					whole = a.Sentence.Text
				}
				if strings.Contains(python.Lower(whole), python.Lower(text)) {
					want = append(want, all[i].ID)
					break
				}
			}
		}
		got, err := candidates.Search(t.Context(), s, text)
		if err != nil || !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
		if got == nil {
			t.Errorf("%q: nothing is nil, which is all", text)
		}
	}
}

// The text around a sentence is that of its document.
func TestSurroundings(t *testing.T) {
	s := oracleDB(t)
	x, err := candidates.ByID(t.Context(), s, 239)
	if err != nil {
		t.Fatal(err)
	}
	around := x.Args[0].Sentence
	before, behind, err := candidates.Surroundings(t.Context(), s, around, 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(before)+len(behind) == 0 {
		t.Fatal("the sentence stands alone")
	}
	for i, one := range append(before, behind...) {
		at := one.Position - around.Position
		if at < -2 || at > 2 || at == 0 || (at < 0) != (i < len(before)) || one.Text == "" || one.StableID == "" || one.Document != around.Document {
			t.Errorf("sentence %d is %+v", i, one)
		}
	}
	if before, behind, err := candidates.Surroundings(t.Context(), s, &candidates.Sentence{}, 2); err != nil || before != nil || behind != nil {
		t.Errorf("around a sentence of no document: %v %v %v", before, behind, err)
	}
}
