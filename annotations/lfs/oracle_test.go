package lfs_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/lfs"
	"workbench/session"
)

func TestWorkshopAnswersAsInSnorkel(t *testing.T) {
	f := readFigures(t, oracle+"helpers.json")
	votes := compare(t, open(t, oracle+"snorkel07.db"), f, read(t, "workshop.yaml"), false)
	for name, n := range votes {
		if n == 0 {
			t.Errorf("%s abstains on every candidate", name)
		}
	}
}

// Snorkel was run with a public list of couples that is not here. No candidate
// was in it, and five had the last names of a couple; these couples are
// invented and have the same last names.
func TestWorkshopAnswersAsInSnorkelOnNews(t *testing.T) {
	db := shared(t, "spouse_small.db")
	file := withPairs(t, "workshop.yaml", "testdata/news.csv, header: true")
	votes := compare(t, open(t, db), readFigures(t, shared(t, "spouse_small.json")), file, false)
	if n := votes["LF_distant_supervision_last_names"]; n != 5 {
		t.Errorf("last names of couples: %d candidates, want 5", n)
	}
}

// The terms and expressions of the factories were not recorded; these natural
// ones answer the same on every candidate of both databases.
func TestFactoriesAnswerAsInSnorkel(t *testing.T) {
	f := readFigures(t, oracle+"helpers.json")
	votes := compare(t, open(t, oracle+"snorkel07.db"), f, read(t, "factories.yaml"), true)
	for name, n := range votes {
		if n == 0 != strings.Contains(name, "other_relationship") {
			t.Errorf("%s answers for %d candidates", name, n)
		}
	}
}

func TestFactoriesAnswerAsInSnorkelOnNews(t *testing.T) {
	db := shared(t, "spouse_small.db")
	file := withPairs(t, "factories.yaml", "testdata/news.csv, header: true")
	compare(t, open(t, db), readFigures(t, shared(t, "spouse_small.json")), file, true)
}

// withPairs reads a file of testdata with other known pairs.
func withPairs(t *testing.T, name, pairs string) *lfs.File {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	must(t, err)
	text := strings.Replace(string(data), "../../../testdata/oracle/known_spouses.csv", pairs, 1)
	f, err := lfs.Parse(name, strings.NewReader(text), ".")
	must(t, err)
	return f
}

// compare compares with what Snorkel's functions said of every candidate, and
// returns how often each did not abstain.
func compare(t *testing.T, s *session.Session, f figures, file *lfs.File, factories bool) map[string]int {
	t.Helper()
	names := f.LFNames
	if factories {
		names = f.FactoryLFNames
	}
	if len(file.LFs) != len(names) {
		t.Fatalf("%d labeling functions, want %d", len(file.LFs), len(names))
	}
	votes := make(map[string]int)
	for split, outputs := range f.LFOutputs {
		n, err := strconv.Atoi(split)
		must(t, err)
		cands := load(t, s, n)
		if len(cands) != len(outputs.IDs) {
			t.Fatalf("split %s: %d candidates, want %d", split, len(cands), len(outputs.IDs))
		}
		answers := outputs.LFs
		if factories {
			answers = outputs.FactoryLFs
		}
		for i := range cands {
			if cands[i].ID != outputs.IDs[i] {
				t.Fatalf("split %s: candidate %d has id %d, want %d", split, i, cands[i].ID, outputs.IDs[i])
			}
			for j, lf := range file.LFs {
				if lf.Name != names[j] {
					t.Fatalf("labeling function %d is %q, want %q", j, lf.Name, names[j])
				}
				got, err := lf.Func(&cands[i])
				must(t, err)
				if got != answers[i][j] {
					t.Errorf("%s of candidate %d: %d, Snorkel says %d", lf.Name, cands[i].ID, got, answers[i][j])
				}
				if votes[lf.Name] += 0; got != annotations.Abstain {
					votes[lf.Name]++
				}
			}
		}
	}
	return votes
}
