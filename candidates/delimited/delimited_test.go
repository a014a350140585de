package delimited_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"workbench/candidates/delimited"
)

// readAll reads a table; records are written as line:fields.
func readAll(text string) (records []string, line int, err error) {
	t, err := delimited.Open(strings.NewReader(text), 1<<20)
	if err != nil {
		return nil, 0, err
	}
	r := t.Rows(t.Separator())
	for {
		var fields []string
		if fields, line, err = r.Next(); err != nil {
			return records, line, err
		}
		records = append(records, fmt.Sprintf("%d:%q", line, fields))
	}
}

func TestRecordsHaveTheLineWhereTheyBegin(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                    nil,
		"\ufeff":                              nil,
		"a":                                   {`1:["a"]`},
		"\ufeffa,b\r\n\r\nx,\"y\r\nz\"\r\nw,": {`1:["a" "b"]`, `3:["x" "y\nz"]`, `5:["w" ""]`},
		"\r\n\na\tb,c\n1\t\n":                 {`3:["a" "b,c"]`, `4:["1" ""]`},
		"\"a\tb\",c\nx\ty,z\n":                {`1:["a\tb" "c"]`, `2:["x\ty" "z"]`},
		"a,b\nx\ty,\n":                        {`1:["a" "b"]`, `2:["x\ty" ""]`},
		"\"a\nb\"\tc\nd\te\n":                 {`1:["a\nb" "c"]`, `3:["d" "e"]`},
	} {
		got, _, err := readAll(text)
		if err != io.EOF || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
}

func TestErrorsHaveTheLineOfTheRecord(t *testing.T) {
	for text, want := range map[string]int{
		"a,b\nx,\"y\nz\n":         2,
		"a,b\n\"x\ny\",z\nx\",\n": 4,
	} {
		_, line, err := readAll(text)
		wrong, ok := errors.AsType[*delimited.Error](err)
		if !ok || wrong.Kind != delimited.OpenQuote && wrong.Kind != delimited.BareQuote || wrong.Line != want || line != want {
			t.Errorf("%q: line %d, error %v, want one about quotation marks in line %d", text, line, err, want)
		}
	}
	records, line, err := readAll("a,b\n\"x\ny\",z\nx,\"" + strings.Repeat("y\n", 1<<20))
	long, ok := errors.AsType[*delimited.LongError](err)
	if !ok || long.Longest != 1<<20 || line != 4 || len(records) != 2 {
		t.Errorf("%d records, line %d, error %v, want a LongError of line 4", len(records), line, err)
	}
}

func TestManyRecordsMayBeLongerThanOne(t *testing.T) {
	records, _, err := readAll(strings.Repeat(strings.Repeat("x", 1<<10)+"\n", 1<<12))
	if err != io.EOF || len(records) != 1<<12 {
		t.Errorf("%d records, %v, want %d", len(records), err, 1<<12)
	}
}

func TestFailuresOfTheFileComeOut(t *testing.T) {
	for _, start := range []string{"", "a", "a,b\n"} {
		broken := errors.New("the line went dead")
		_, err := delimited.Open(io.MultiReader(strings.NewReader(start), iotest.ErrReader(broken)), 1<<20)
		if err != broken {
			t.Errorf("behind %q: %v, want %v", start, err, broken)
		}
	}
	_, err := delimited.Open(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("a,b\n"))), 1<<20)
	if err != iotest.ErrTimeout {
		t.Errorf("%v, want %v", err, iotest.ErrTimeout)
	}
}
