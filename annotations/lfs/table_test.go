package lfs_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"workbench/annotations/lfs"
)

// bzipped is "Ann Lee,Bob Lee\n", compressed by bzip2.
const bzipped = "QlpoOTFBWSZTWQFPxsUAAAJVAAAQQAQwBBIBoAAhoGjIQAw7lVkh4GNT8XckU4UJABT8bFA="

// gzipped compresses a text.
func gzipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(text))
	must(t, err)
	must(t, z.Close())
	return b.String()
}

func TestSetsFromFiles(t *testing.T) {
	straight, _, _ := couple(t)
	dir := t.TempDir()
	bz, err := base64.StdEncoding.DecodeString(bzipped)
	must(t, err)
	for name, text := range map[string]string{
		"words.txt":     "\ufeffx\r\n\r\n  her \r\n",
		"words.csv":     "word,count\nx,1\n\nher,2\n",
		"names.csv":     "her name,count\nx,1\n",
		"quoted.csv":    "\"x, y\",1\n\"her\",2\n",
		"words.tsv":     "x\t\"1\nher\t\"2\n",
		"semicolon":     "x;her\ny;z\n",
		"pairs.csv":     "id,wife, husband \n1,Ann Lee,Bob Lee\n2,,Bob Lee\n",
		"pairs.txt":     "Ann Lee,Bob Lee\n",
		"swapped.csv":   "Bob Lee,Ann Lee\n",
		"pairs.tsv.gz":  gzipped(t, "\ufeffAnn Lee\tBob Lee\r\n"),
		"pairs.csv.bz2": string(bz),
		"quote.tsv":     "\"Weird Al\" X\tMary \"Q\nAnn Lee\tBob Lee\n",
	} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	for _, c := range []struct {
		condition string
		want      int
	}{
		{"terms: {file: words.txt}", 1},
		{"terms: {file: words.csv}", 1},
		{"terms: {file: words.csv, column: 2}", 0},
		{"terms: {file: words.csv, column: word}", 1},
		{"terms: {file: words.csv, header: true}", 1},
		{"terms: {file: names.csv}", 0},
		{"terms: {file: quoted.csv}", 1},
		{"terms: {file: words.tsv}", 1},
		{"terms: {file: semicolon}", 0},
		{"terms: {file: semicolon, delimiter: ;}", 0},
		{"terms: {file: semicolon, delimiter: ;, column: 2}", 1},
		{"terms: {file: semicolon, delimiter: ;, column: her}", 0},
		{"terms: {file: semicolon, delimiter: ;, column: 2, header: true}", 0},
		{"known: {file: pairs.csv}", 0},
		{"known: {file: pairs.csv, columns: [2, 3]}", 1},
		{"known: {file: pairs.csv, columns: [husband, wife]}", 1},
		{"known: {file: pairs.csv, columns: [wife, husband], header: true}, order: given", 1},
		{"known: {file: pairs.csv, columns: [husband, wife]}, order: given", 0},
		{"known: {file: pairs.txt}", 1},
		{"known: {file: swapped.csv}", 1},
		{"known: {file: swapped.csv}, order: given", 0},
		{"known: {file: pairs.tsv.gz}, order: given", 1},
		{"known: {file: pairs.csv.bz2}, order: given", 1},
		{"known: {file: quote.tsv}", 1},
	} {
		path := filepath.Join(dir, "lfs.yaml")
		must(t, os.WriteFile(path, []byte("lfs:\n  - {name: LF, label: 1, "+c.condition+"}"), 0o644))
		f, err := lfs.Read(path)
		if err != nil {
			t.Errorf("%s: %v", c.condition, err)
			continue
		}
		if got, err := f.LFs[0].Func(straight); err != nil || int(got) != c.want {
			t.Errorf("%s: %d, %v, want %d", c.condition, got, err, c.want)
		}
	}
}

func TestErrorsOfSetFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"empty.txt":      "\n \n",
		"ragged.csv":     "Ann,Bob\nCarl,Dora,Emil\n",
		"single.csv":     "Ann\nBob\n",
		"quote.csv":      "Ann,Bob\nCarl \"C,Dora\n",
		"header.csv":     "wife,husband\nAnn,Bob\n",
		"latin.txt":      "x\nM\xfcller\n",
		"not.csv.gz":     "Ann Lee,Bob Lee\n",
		"snorkel.db":     "SQLite format 3",
		"ragged.tsv":     "a\tb\n\nc\n",
		"only.csv":       "wife,husband\n",
		"blanks.csv":     ",\n,\n",
		"unbalanced.csv": "\"Ann,Bob\n",
	} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	must(t, os.Mkdir(filepath.Join(dir, "folder"), 0o755))
	for _, c := range []struct{ condition, want string }{
		{"terms: {file: nothing.txt}", "nothing.txt: no such file or directory"},
		{"terms: {file: folder}", "folder: is not a file"},
		{"terms: {file: empty.txt}", "terms: empty.txt holds no terms"},
		{"terms: {file: latin.txt}", "latin.txt:2: the text is not UTF-8"},
		{"terms: {file: snorkel.db}", "snorkel.db: is a database, not a list; a query: can ask it"},
		{"known: {file: ragged.csv}", "ragged.csv:2: the number of fields is 3, but 2 in the first line"},
		{"known: {file: ragged.tsv}", "ragged.tsv:3: the number of fields is 1, but 2 in the first line"},
		{"known: {file: single.csv}", "single.csv:1: there is no column 2; the line has 1"},
		{"known: {file: quote.csv}", "quote.csv:2: bare \" in non-quoted-field"},
		{"known: {file: unbalanced.csv}", "unbalanced.csv:1: extraneous or missing \" in quoted-field"},
		{"known: {file: header.csv, columns: [wife, man]}", `header.csv:1: there is no column "man"; the columns are "wife", "husband"`},
		{"known: {file: header.csv, columns: [1, 3]}", "header.csv:1: there is no column 3; the line has 2"},
		{"known: {file: header.csv, column: wife}", "header.csv: column: is for terms; pairs need columns: with two"},
		{"terms: {file: header.csv, columns: [wife, husband]}", "header.csv: columns: is for pairs; terms need column: with one"},
		{"known: {file: not.csv.gz}", "not.csv.gz: gzip: invalid header"},
		{"known: {file: only.csv, header: true}", "known: only.csv holds no pairs"},
		{"known: {file: blanks.csv}", "known: blanks.csv holds no pairs"},
	} {
		text := "lfs:\n  - name: LF\n    label: 1\n    all:\n      - {" + c.condition + "}"
		path := filepath.Join(dir, "lfs.yaml")
		must(t, os.WriteFile(path, []byte(text), 0o644))
		_, err := lfs.Read(path)
		if err == nil {
			t.Errorf("%s: no error", c.condition)
			continue
		}
		got := string(bytes.ReplaceAll([]byte(err.Error()), []byte(dir+string(filepath.Separator)), nil))
		if want := "lfs.yaml:5: " + c.want; got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.condition, got, want)
		}
	}
}

// What is counted are lines. Most are without a second text here, and so are left
// out: to collect two million pairs takes ten times as long as to read them.
func TestListsThatWouldFillTheMemoryAreRefused(t *testing.T) {
	dir := t.TempDir()
	many := strings.Repeat("a,b\n", 1000) + strings.Repeat("a,\n", 1_999_001)
	must(t, os.WriteFile(filepath.Join(dir, "many.csv.gz"), []byte(gzipped(t, many)), 0o644))
	path := filepath.Join(dir, "lfs.yaml")
	must(t, os.WriteFile(path, []byte("lfs:\n  - {name: LF, label: 1, known: {file: many.csv.gz}}"), 0o644))
	if _, err := lfs.Read(path); err == nil || !strings.Contains(err.Error(), "many.csv.gz:2000001: the list has more than 2000000 entries") {
		t.Errorf("error %v, want one that counts", err)
	}
}
