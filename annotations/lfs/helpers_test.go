package lfs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/lfs"
	"workbench/candidates"
	"workbench/session"
)

const oracle = "../../testdata/oracle/"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, path string) *session.Session {
	t.Helper()
	s, err := session.Open(t.Context(), path)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// shared names a file beside the project that must not be copied into it.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := "../../../shared/oracle/" + name
	if _, err := os.Stat(path); err != nil {
		t.Skip("the shared oracle is not here:", err)
	}
	return path
}

// figures are the answers of Snorkel's labeling functions.
type figures struct {
	LFNames        []string `json:"lf_names"`
	FactoryLFNames []string `json:"factory_lf_names"`
	LFOutputs      map[string]struct {
		IDs        []int64               `json:"candidate_ids"`
		LFs        [][]annotations.Label `json:"lfs"`
		FactoryLFs [][]annotations.Label `json:"factory_lfs"`
	} `json:"lf_outputs"`
}

func readFigures(t testing.TB, path string) figures {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	var f figures
	must(t, json.Unmarshal(data, &f))
	if len(f.LFOutputs) != 3 {
		t.Fatalf("%s: %d splits, want 3", path, len(f.LFOutputs))
	}
	return f
}

// read reads a file of testdata.
func read(t testing.TB, name string) *lfs.File {
	t.Helper()
	f, err := lfs.Read(filepath.Join("testdata", name))
	must(t, err)
	return f
}

// write writes a file of labeling functions and returns its path.
func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lfs.yaml")
	must(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

// parse reads labeling functions from a text.
func parse(t testing.TB, text string) *lfs.File {
	t.Helper()
	f, err := lfs.Parse("lfs.yaml", strings.NewReader(text), "testdata")
	must(t, err)
	return f
}

// one reads a labeling function that answers 1 where the condition, in the
// flow style of YAML, matches.
func one(t testing.TB, condition string) annotations.LF {
	t.Helper()
	return parse(t, "lfs:\n  - {name: LF, label: 1, "+condition+"}").LFs[0]
}

func load(t testing.TB, s *session.Session, split int) []candidates.Candidate {
	t.Helper()
	cands, err := candidates.Load(t.Context(), s, candidates.Query{Split: split})
	must(t, err)
	return cands
}
