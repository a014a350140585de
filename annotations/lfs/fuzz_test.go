package lfs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"workbench/annotations/lfs"
	"workbench/candidates"
)

// FuzzParse reads files of any text. Errors are fine, in one line that names
// the line of the file; panics and hangs are not, neither then nor when the
// labeling functions look at a candidate.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"workshop.yaml", "factories.yaml"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		must(f, err)
		f.Add(string(data))
	}
	for _, block := range documented(f) {
		f.Add(block.text)
	}
	straight, _, trio := couple(f)
	cands := []*candidates.Candidate{straight, trio, {ID: 9}}
	place := regexp.MustCompile(`^lfs\.yaml:[1-9][0-9]*: [^\n]+$`)
	f.Fuzz(func(t *testing.T, text string) {
		file, err := lfs.Parse("lfs.yaml", strings.NewReader(text), "testdata")
		if err != nil {
			if !place.MatchString(err.Error()) {
				t.Errorf("error without a line: %q", err)
			}
			return
		}
		names := make(map[string]bool)
		for _, lf := range file.LFs {
			if lf.Name == "" || names[lf.Name] {
				t.Errorf("the name %q is empty or there twice", lf.Name)
			}
			names[lf.Name] = true
			kinds := 0
			for _, is := range []bool{lf.Func != nil, lf.Query != "", lf.Program != nil} {
				if is {
					kinds++
				}
			}
			if kinds != 1 {
				t.Errorf("%+v is of %d kinds", lf, kinds)
			}
			if lf.Func == nil {
				continue
			}
			for _, c := range cands {
				if label, err := lf.Func(c); err != nil && label != 0 {
					t.Errorf("%s: label %d and an error: %v", lf.Name, label, err)
				}
			}
		}
	})
}
