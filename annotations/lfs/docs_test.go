package lfs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"workbench/annotations/lfs"
)

const manual = "../../docs/labeling-functions.md"

// block is an example of the documentation, and the line before it.
type block struct {
	line int
	text string
}

// documented are the YAML examples of the documentation.
func documented(t testing.TB) []block {
	t.Helper()
	data, err := os.ReadFile(manual)
	must(t, err)
	var blocks []block
	for _, m := range regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$").FindAllSubmatchIndex(data, -1) {
		blocks = append(blocks, block{strings.Count(string(data[:m[2]]), "\n"), string(data[m[2]:m[3]])})
	}
	if len(blocks) < 10 {
		t.Fatalf("%s has only %d examples", manual, len(blocks))
	}
	return blocks
}

// Every example of the documentation is a file as it stands, or part of one:
// sets, or entries of the list.
func TestDocumentedExamples(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"family.txt":        "father\nmother\n",
		"spouses.tsv":       "term\tlanguage\nwife\ten\n",
		"known_spouses.csv": "Ann Lee,Bob Lee\n",
		"couples.csv":       "id,wife,husband\n1,Ann Lee,Bob Lee\n",
		"dbpedia.csv.gz":    "",
	} {
		if strings.HasSuffix(name, ".gz") {
			text = gzipped(t, "Ann Lee,Bob Lee\n")
		}
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	straight, _, trio := couple(t)
	for _, b := range documented(t) {
		t.Run(fmt.Sprintf("line%d", b.line+1), func(t *testing.T) {
			f, err := lfs.Parse("lfs.yaml", strings.NewReader(whole(b.text)), dir)
			must(t, err)
			for _, lf := range f.LFs {
				if lf.Func == nil {
					continue
				}
				_, err := lf.Func(straight)
				_, other := lf.Func(trio)
				if err != nil && other != nil && !strings.Contains(err.Error(), "has no argument") {
					t.Errorf("%s: %v", lf.Name, err)
				}
			}
		})
	}
}

// whole completes an example to a file.
func whole(text string) string {
	if !strings.HasPrefix(text, "- ") {
		if !strings.Contains(text, "lfs:") {
			text += "lfs: [{name: LF, label: 1, terms: [x], in: sentence}]\n"
		}
		return text
	}
	const sets = `sets:
  spouses: [wife, husband]
  family: {file: family.txt}
  couples: {file: known_spouses.csv}
lfs:
`
	return sets + text
}

// Every key of the format is in the documentation.
func TestDocumentedKeys(t *testing.T) {
	data, err := os.ReadFile(manual)
	must(t, err)
	text := string(data)
	var keys []string
	for _, wrong := range []string{
		"zzzzzz: 1",
		"sets: {x: {zzzzzz: 1}}",
		"lfs: [{name: a, label: 1, terms: [x], zzzzzz: 1}]",
		"lfs: [{name: a, label: 1, all: [{terms: [x], zzzzzz: 1}]}]",
		"lfs: [{name: a, label: 1, all: [{known: [x], zzzzzz: 1}]}]",
		"lfs: [{name: a, label: 1, all: [{length: {zzzzzz: 1}}]}]",
		"lfs: [{MatchTerms: {zzzzzz: 1}}]",
		"lfs: [{MatchRegex: {zzzzzz: 1}}]",
		"lfs: [{DistantSupervision: {zzzzzz: 1}}]",
		"lfs: [{program: [x], zzzzzz: 1}]",
	} {
		_, err := lfs.Parse("lfs.yaml", strings.NewReader(wrong), "")
		_, list, found := strings.Cut(err.Error(), "; its keys are ")
		if !found {
			t.Fatalf("%s: %v", wrong, err)
		}
		keys = append(keys, strings.Split(list, ", ")...)
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	if len(keys) < 40 {
		t.Errorf("only %d keys: %v", len(keys), keys)
	}
	for _, key := range keys {
		if !strings.Contains(text, "`"+key+"`") {
			t.Errorf("%s does not mention `%s`", manual, key)
		}
	}
}
