package delimited_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"workbench/candidates/delimited"
)

// rowsOf reads a table to its end or its first error; rows are written as
// line:fields.
func rowsOf(t *delimited.Table) (rows []string, err error) {
	for {
		fields, line, err := t.Next()
		if err != nil {
			return rows, err
		}
		rows = append(rows, fmt.Sprintf("%d:%q", line, fields))
	}
}

// open begins to read a text.
func open(t *testing.T, text string) *delimited.Text {
	t.Helper()
	opened, err := delimited.Open(strings.NewReader(text), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

func TestTablesHaveNamesAndRows(t *testing.T) {
	table, err := open(t, "\ufeff\n\"a,b\"\tc \r\n\r\nx\t\"y\nz\"\nw\t\n").Table()
	if err != nil || table.Line() != 2 || !slices.Equal(table.Names(), []string{"a,b", "c "}) {
		t.Fatalf("%v", err)
	}
	if err := table.Unique(); err != nil {
		t.Error(err)
	}
	rows, err := rowsOf(table)
	if want := []string{`4:["x" "y\nz"]`, `6:["w" ""]`}; err != io.EOF || !slices.Equal(rows, want) {
		t.Errorf("%q, %v, want %q", rows, err, want)
	}
	rows, err = rowsOf(open(t, "x,\"y\n\n \nz,").Unquoted(","))
	if want := []string{`1:["x" "\"y"]`, `4:["z" ""]`}; err != io.EOF || !slices.Equal(rows, want) {
		t.Errorf("without quotes: %q, %v, want %q", rows, err, want)
	}
	rows, err = rowsOf(open(t, "x,\"y\r\nz").Unquoted(""))
	if want := []string{`1:["x,\"y"]`, `2:["z"]`}; err != io.EOF || !slices.Equal(rows, want) {
		t.Errorf("lines: %q, %v, want %q", rows, err, want)
	}
}

func TestMistakesInTables(t *testing.T) {
	broken := errors.New("the line went dead")
	for _, test := range []struct {
		text string
		want delimited.Error
		says string
	}{
		{"", delimited.Error{Kind: delimited.Empty, Line: 1, At: 1}, "the file is empty"},
		{"\n\n", delimited.Error{Kind: delimited.Empty, Line: 1, At: 1}, "the file is empty"},
		{"\na,b,a\n", delimited.Error{Kind: delimited.Twice, Line: 2, At: 2, Field: 3, Column: "a"}, `two columns are called "a"`},
		{"a,b\x00c\nx,y\n", delimited.Error{Kind: delimited.Nul, Line: 1, At: 1, Field: 2}, "the name of column 2 has a NUL character"},
		{"a,b\n\nx\n", delimited.Error{Kind: delimited.Count, Line: 3, At: 3, Fields: 1, Width: 2}, "1 fields, but the header has 2"},
		{"a,b\nx,y,z\n", delimited.Error{Kind: delimited.Count, Line: 2, At: 2, Fields: 3, Width: 2}, "3 fields, but the header has 2"},
		{"a,\xff\n", delimited.Error{Kind: delimited.Encoding, Line: 1, At: 1, Field: 2}, "field 2 is not valid UTF-8"},
		{"a,b\n\"x\ny\",\xff\n", delimited.Error{Kind: delimited.Encoding, Line: 2, At: 3, Field: 2, Column: "b"}, `column "b" is not valid UTF-8`},
		{"a,b\n\"x\ny\",z\"\n", delimited.Error{Kind: delimited.BareQuote, Line: 2, At: 3}, "a quote stands within a field; "},
		{"a,b\nx,\"y\nz\n", delimited.Error{Kind: delimited.OpenQuote, Line: 2, At: 3}, "a field in quotes does not end, "},
		{"a,b\nx,\"" + strings.Repeat("y\n", 1<<20), delimited.Error{Kind: delimited.Long, Line: 2, At: 2}, "a row of more than 1 MiB"},
	} {
		table, err := open(t, test.text).Table()
		if err == nil {
			err = table.Unique()
		}
		if err == nil {
			_, err = rowsOf(table)
		}
		got, ok := errors.AsType[*delimited.Error](err)
		if !ok || !strings.HasPrefix(err.Error(), test.says) {
			t.Errorf("%.40q: error %v, want %s", test.text, err, test.says)
			continue
		}
		wrong := *got
		wrong.Err = nil
		if wrong != test.want {
			t.Errorf("%.40q: %+v, want %+v", test.text, wrong, test.want)
		}
	}
	text, err := delimited.Open(io.MultiReader(strings.NewReader("a\n"+strings.Repeat("x\n", delimited.Ahead)), iotest.ErrReader(broken)), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	table, err := text.Table()
	if err == nil {
		_, err = rowsOf(table)
	}
	if got, ok := errors.AsType[*delimited.Error](err); !ok || got.Kind != delimited.Unreadable || !errors.Is(err, broken) || got.Line != delimited.Ahead+2 {
		t.Errorf("%v", err)
	}
}

func TestObjectsAreRows(t *testing.T) {
	read := func(text string) ([]string, error) {
		opened, err := delimited.Open(strings.NewReader(text), 1<<20)
		if err != nil {
			return nil, err
		}
		o, err := opened.Objects()
		if err != nil {
			return nil, err
		}
		rows := []string{fmt.Sprintf("%d:%q", o.Line(), o.Names())}
		for {
			fields, line, err := o.Next()
			if err == io.EOF {
				return rows, nil
			}
			if err != nil {
				return rows, err
			}
			rows = append(rows, fmt.Sprintf("%d:%q", line, fields))
		}
	}
	got, err := read("\ufeff\n{\"a\": 1.0, \"b\": \"x\\ny\"}\n\n{\"b\":null}\r\n{\"b\":true,\"a\":\"\"}")
	if want := []string{`2:["a" "b"]`, `2:["1.0" "x\ny"]`, `4:["" ""]`, `5:["" "true"]`}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	for text, want := range map[string]string{
		"":                            "the file is empty",
		"{\"a\":1}\n1":                "is not a JSON object",
		"{\"a\":1}\n{\"a\":1":         "does not end on its line",
		"{\"a\":1}\n{\"a\":1} {}":     "something behind",
		"{\"a\":1}\n{\"a\":1,}":       "is broken",
		"{\"a\":1,\"a\":2}":           "stands there twice",
		"{\"a\":1}\n{\"b\":2}":        "no key \"b\"",
		"{\"a\":{}}":                  "a: it is a list or an object",
		"{\"a\":\"\\ud800\"}":         "half of a surrogate",
		"{\"a\":1}\n{\"a\":\"\xff\"}": "not valid UTF-8",
	} {
		if _, err := read(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestListsAreRows(t *testing.T) {
	read := func(text string) (rows []string, err error) {
		opened, err := delimited.Open(strings.NewReader(text), 1<<20)
		if err != nil {
			return nil, err
		}
		o, err := opened.List()
		for err == nil {
			var fields []string
			var place int
			if fields, place, err = o.Next(); err == nil {
				rows = append(rows, fmt.Sprintf("%d:%q", place, fields))
			}
		}
		return rows, err
	}
	many := strings.Repeat(`{"a":"`+strings.Repeat("x", 1<<10)+"\"},\n", 1<<11)
	rows, err := read("[" + strings.TrimSuffix(many, ",\n") + "]\n")
	if err != io.EOF || len(rows) != 1<<11 {
		t.Errorf("%d rows, %v; only one of them may not be long", len(rows), err)
	}
	got, err := read("\ufeff [{\"a\": 1,\n \"b\": null}, {\"b\": 2}]\n")
	if want := []string{`1:["1" ""]`, `2:["" "2"]`}; err != io.EOF || !slices.Equal(got, want) {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	for text, want := range map[string]string{
		"[]":                           "the file is empty",
		"[":                            "does not end",
		"[{\"a\":1}":                   "does not end",
		"[{\"a\":1},":                  "does not end",
		"[{\"a\":1} {\"a\":1}]":        "is broken",
		"[{\"a\":1}]]":                 "is broken",
		"[{\"a\":1}] 2":                "something behind",
		"[{\"a\":1},{\"a\":1}}":        "is broken",
		"[1]":                          "is not a JSON object",
		"[{\"a\":1},{\"a\":\"\xff\"}]": "not valid UTF-8",
		"[{\"a\":\"" + strings.Repeat("x", 1<<21) + "\"}]": "more than 1 MiB",
	} {
		if _, err := read(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

func TestSemicolonsSeparateWhereNothingElseDoes(t *testing.T) {
	for header, want := range map[string]rune{"a;b": ';', "a;b,c": ',', "a;b\tc": '\t', "\"a;b\"": ',', "a\n;": ',', "a": ','} {
		opened, err := delimited.Open(strings.NewReader(header), 1<<20)
		if err != nil || opened.WideSeparator() != want {
			t.Errorf("%q: %q, %v", header, opened.WideSeparator(), err)
		}
	}
}

func TestGzipIsUnpacked(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, "\ufeffa,b\n1,2\n")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	records, _, err := readAll(b.String())
	if want := []string{`1:["a" "b"]`, `2:["1" "2"]`}; err != io.EOF || !slices.Equal(records, want) {
		t.Errorf("%q, %v, want %q", records, err, want)
	}
	broken := bytes.Clone(b.Bytes())
	broken[len(broken)-5] ^= 1
	for text, want := range map[string]string{b.String()[:b.Len()-3]: "is cut off", string(broken): "is damaged", "\x1f\x8bxyz": "gzip file"} {
		if _, _, err := readAll(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
