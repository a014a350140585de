package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// shape is what docs/json.md says of a JSON value: one of alternatives, each a
// word, an object or an array.
type shape []any

type objectShape struct {
	names    []string
	fields   map[string]shape
	optional map[string]bool
}

type arrayShape struct{ of shape }

// shapeReader reads a shape from its tokens.
type shapeReader struct{ tokens []string }

func readShape(text string) (s shape, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v in %s", r, text)
		}
	}()
	r := &shapeReader{regexp.MustCompile(`"[^"]*"|[a-z]+|[][{}:,|?]|\S`).FindAllString(text, -1)}
	s = r.shape()
	if len(r.tokens) > 0 {
		panic("rest " + r.tokens[0])
	}
	return s, nil
}

func (r *shapeReader) next() string {
	if len(r.tokens) == 0 {
		panic("end")
	}
	token := r.tokens[0]
	r.tokens = r.tokens[1:]
	return token
}

// accept takes the next token if it is this one.
func (r *shapeReader) accept(token string) bool {
	if len(r.tokens) == 0 || r.tokens[0] != token {
		return false
	}
	r.next()
	return true
}

func (r *shapeReader) expect(token string) {
	if got := r.next(); got != token {
		panic(fmt.Sprintf("%s and not %s", got, token))
	}
}

func (r *shapeReader) shape() (s shape) {
	for {
		switch token := r.next(); token {
		case "{":
			s = append(s, r.object())
		case "[":
			of := r.shape()
			r.expect("]")
			s = append(s, arrayShape{of})
		case "text", "integer", "number", "boolean", "null", "any":
			s = append(s, token)
		default:
			panic(token)
		}
		if !r.accept("|") {
			return s
		}
	}
}

func (r *shapeReader) object() objectShape {
	o := objectShape{fields: make(map[string]shape), optional: make(map[string]bool)}
	for {
		name := strings.Trim(r.next(), `"`)
		o.optional[name] = r.accept("?") || name == "*"
		r.expect(":")
		o.names, o.fields[name] = append(o.names, name), r.shape()
		if !r.accept(",") {
			r.expect("}")
			return o
		}
	}
}

// mismatch says where a value is not of the shape, "" if it is.
func (s shape) mismatch(v any, at string) string {
	var first string
	for _, one := range s {
		says := mismatch(one, v, at)
		if says == "" {
			return ""
		}
		if _, word := one.(string); first == "" || !word {
			first = says
		}
	}
	return first
}

func mismatch(one, v any, at string) string {
	ok := false
	switch one := one.(type) {
	case objectShape:
		if o, isObject := v.(map[string]any); isObject {
			return one.mismatch(o, at)
		}
	case arrayShape:
		if list, isArray := v.([]any); isArray {
			for i, item := range list {
				if says := one.of.mismatch(item, fmt.Sprintf("%s[%d]", at, i)); says != "" {
					return says
				}
			}
			return ""
		}
	case string:
		n, isNumber := v.(float64)
		switch one {
		case "text":
			_, ok = v.(string)
		case "integer":
			ok = isNumber && n == math.Trunc(n)
		case "number":
			ok = isNumber
		case "boolean":
			_, ok = v.(bool)
		case "null":
			ok = v == nil
		case "any":
			ok = true
		}
		one = ""
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("%s is %T, and not of %T", at, v, one)
}

func (o objectShape) mismatch(v map[string]any, at string) string {
	used := make(map[string]bool)
	for _, name := range slices.Sorted(maps.Keys(v)) {
		entry := name
		if _, known := o.fields[name]; !known {
			entry = ""
			for _, pattern := range o.names { // "*" comes last
				if prefix, open := strings.CutSuffix(pattern, "*"); open && strings.HasPrefix(name, prefix) {
					entry = pattern
					break
				}
			}
		}
		if entry == "" {
			return fmt.Sprintf("%s has the key %q", at, name)
		}
		used[entry] = true
		if says := o.fields[entry].mismatch(v[name], at+"."+name); says != "" {
			return says
		}
	}
	for _, name := range o.names {
		if !used[name] && !o.optional[name] {
			return fmt.Sprintf("%s has no key %q", at, name)
		}
	}
	return ""
}

// Every command that writes JSON writes it in a shape that docs/json.md has, and
// every shape there is written.
func TestJSONIsOfTheDocumentedShape(t *testing.T) {
	page, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	shapes := make(map[string][]shape)
	for _, section := range strings.Split(string(page), "\n## ")[1:] {
		name, text, _ := strings.Cut(section, "\n")
		for _, block := range regexp.MustCompile("(?s)```shape\n(.*?)```").FindAllStringSubmatch(text, -1) {
			s, err := readShape(block[1])
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			shapes[name] = append(shapes[name], s)
		}
	}
	for _, c := range (&env{}).app().Commands {
		writes := slices.ContainsFunc(c.Flags, func(f cli.Flag) bool {
			format, ok := f.(*formatFlag)
			return ok && (slices.Contains(format.formats, "json") || slices.Contains(format.formats, "jsonl"))
		})
		if writes && shapes[c.Name] == nil {
			t.Errorf("docs/json.md has nothing of %s", c.Name)
		}
	}
	written := make(map[string]bool)
	for _, line := range jsonCommands(t) {
		var stdout, stderr bytes.Buffer
		if status := run(t.Context(), line, &stdout, &stderr); status != statusOK {
			t.Errorf("%q: status %d, %s", line, status, &stderr)
			continue
		}
		d := json.NewDecoder(&stdout)
		for d.More() {
			var v any
			if err := d.Decode(&v); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			says := []string{}
			for i, s := range shapes[line[0]] {
				if m := s.mismatch(v, "it"); m == "" {
					says = nil
					written[fmt.Sprint(line[0], i)] = true
					break
				} else {
					says = append(says, m)
				}
			}
			if says != nil {
				t.Errorf("%q: %s", line, strings.Join(says, "; "))
				break
			}
		}
	}
	for name, list := range shapes {
		for i := range list {
			if !written[fmt.Sprint(name, i)] {
				t.Errorf("nothing is written of shape %d of %s", i+1, name)
			}
		}
	}
}

// jsonCommands are command lines that write JSON in all its shapes, in the order
// in which they work: on a copy of the oracle's database, and on a new one of
// three classes.
func jsonCommands(t *testing.T) [][]string {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if content != "" {
			if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	two, three := filepath.Join(dir, "two.db"), filepath.Join(dir, "three.db")
	if err := copyFile(oracleDB, two); err != nil {
		t.Fatal(err)
	}
	texts, labels := file("t.csv", "id,text\na,b\nc,d\ne,f\n"), file("L.csv", "candidate_id,x,y,z\n1,1,3,1\n2,2,2,2\n3,3,1,1\n")
	gold := file("g.csv", "t,label\na,HAM\nc,2\nno,1\n")
	many, copied := filepath.Join(dir, "many.db"), file("many.csv", copiedLabels(1500))
	model, model3 := "testdata/fixed.json", filepath.Join(dir, "m3.json")
	var lines [][]string
	on := func(db, format string, words ...string) {
		lines = append(lines, append(words, "--db", db, "--format", format, "--quiet"))
	}
	lines = append(lines, []string{"init", three, "--candidate", "T(t)", "--format", "json"})
	on(three, "json", "import", texts)
	lines = append(lines, []string{"new", filepath.Join(dir, "new.db"), "--from", texts, "--format", "json"})
	on(three, "json", "split", "--train", "1", "--yes")
	on(three, "json", "classes", "HAM,SPAM,EGGS")
	on(three, "json", "classes")
	on(three, "json", "import-labels", labels)
	on(three, "json", "import-gold", gold, "--annotator", "g")
	on(three, "json", "export-gold", "--annotator", "g", "--template")
	on(three, "json", "export-gold", "--annotator", "g")
	on(three, "json", "load-matrix")
	on(three, "jsonl", "load-matrix")
	on(three, "json", "load-gold-labels", "--annotator", "g")
	on(three, "json", "majority-vote", "--gold", "g")
	on(three, "json", "compare", "--gold", "g", "--per-class", "--confusion")
	on(three, "json", "lf-stats", "--gold", "g")
	on(three, "json", "fit", "--gold", "g", "--save", "fitted")
	on(three, "json", "models", "show", "fitted")
	on(three, "json", "train", "--epochs", "2", "--out", model3)
	on(three, "json", "marginals", "--model", model3)
	on(three, "json", "histogram", "--model", model3)
	on(three, "json", "error-analysis", "--model", model3, "--gold", "g")
	on(three, "json", "error-analysis", "--model", model3, "--gold", "g", "--bucket", "correct")
	on(three, "json", "random-search", "--gold", "g", "--dev-split", "0", "--param", "epochs=1", "-n", "1", "--save", "search")
	on(three, "json", "test-lf", "--gold", "g")
	on(three, "json", "save-marginals", "--model", model3)
	on(three, "json", "show", "1")
	on(three, "json", "info")
	on(three, "jsonl", "export")
	on(three, "jsonl", "export", "--split", "all", "--hard-labels")

	lines = append(lines, []string{"init", many, "--candidate", "T(t)", "--format", "json"})
	on(many, "json", "import", file("ids.csv", ids(1500)))
	on(many, "json", "import-labels", copied, "--abstain", "0")
	on(many, "json", "fit")

	dev := []string{"--split", "dev", "--gold", "gold"}
	on(two, "json", "info")
	lines = append(lines, []string{"copy", two, filepath.Join(dir, "copy.db"), "--format", "json", "-q"})
	on(two, "json", "candidates", "--limit", "3")
	on(two, "json", "show", "1")
	on(two, "json", "export-gold", "--annotator", "gold")
	on(two, "json", "load-matrix", "--split", "dev")
	on(two, "jsonl", "load-matrix", "--split", "dev")
	on(two, "json", "load-gold-labels", "--split", "dev", "--annotator", "gold")
	on(two, "jsonl", "load-gold-labels", "--split", "dev", "--annotator", "gold")
	on(two, "json", append([]string{"lf-stats", "--model", model}, dev...)...)
	on(two, "json", "lf-stats", "--pairs")
	on(two, "json", append([]string{"majority-vote"}, dev...)...)
	on(two, "json", append([]string{"compare", "--timings"}, dev...)...)
	on(two, "json", "fit", "--gold", "gold", "--gold-split", "dev", "--save-marginals")
	votes, lfs := file("votes.csv", "id,gold,a,b,c\nx,1,1,1,-1\ny,-1,-1,1,-1\nz,1,1,-1,1\n"), file("lfs.yaml", "lfs:\n  - {name: a, label: 1, terms: [b], in: sentence}\n  - {name: d, label: -1, terms: [d], in: sentence}\n")
	for _, line := range [][]string{{"compare", votes}, {"fit", votes, "--gold", "gold"}, {"label", texts, "--lfs", lfs}} {
		lines = append(lines, append(slices.Clone(line), "--abstain", "0", "--format", "json", "-q"))
		if line[0] != "compare" {
			lines = append(lines, append(slices.Clone(line), "--abstain", "0", "--format", "jsonl", "-q"))
		}
	}
	on(two, "json", "train", "--epochs", "2", "--lf-propensity", "--class-prior")
	on(two, "json", "random-search", "--gold", "gold", "--param", "epochs=1,2", "-n", "2", "--beta", "0.5", "--save", "search")
	on(two, "json", "grid-search", "--gold", "gold", "--param", "epochs=1", "--save", "grid")
	on(two, "json", "models")
	on(two, "json", "models", "show", "grid")
	on(two, "json", "marginals", "--model", model, "--split", "dev")
	on(two, "jsonl", "marginals", "--model", model, "--split", "dev")
	on(two, "json", "load-marginals")
	on(two, "jsonl", "load-marginals")
	on(two, "json", "histogram")
	on(two, "json", append([]string{"error-analysis", "--model", model}, dev...)...)
	on(two, "json", append([]string{"error-analysis", "--model", model, "--bucket", "fp", "--beta", "0.5"}, dev...)...)
	on(two, "json", "save-marginals", "--model", model, "--yes", "--cardinality", "2")
	on(two, "json", "import-marginals", file("p.csv", "candidate_id,p\n1,0.5\n"), "--keep-other-splits")
	on(two, "json", "classes")
	on(two, "json", "info")
	on(two, "json", "select-deps")
	on(two, "json", "sql", "SELECT 1 AS a, 'b' AS b, NULL AS c, x'00' AS d, 0.5 AS e")
	on(two, "jsonl", "export", "--split", "dev", "--gold", "gold", "--predicted")
	on(two, "json", append([]string{"test-lf", "--lfs", "testdata/lfs.yaml"}, dev...)...)
	on(two, "json", append([]string{"test-lf", "--lfs", "testdata/lfs.yaml", "--lf", "LF_married", "--show", "fp"}, dev...)...)
	on(two, "json", "apply", "--lfs", "testdata/lfs.yaml", "--yes")
	return lines
}
