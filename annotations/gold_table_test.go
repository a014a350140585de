package annotations_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"workbench/annotations"
	"workbench/candidates"
)

// readGold reads a file to its end; rows are written as line:ids=label.
func readGold(text string, args ...string) (rows []string, err error) {
	for row, err := range annotations.ReadGold("", strings.NewReader(text), annotations.GoldFormat{Args: args, Notation: annotations.Notation{Abstain: new(int)}}) {
		if err != nil {
			return rows, err
		}
		label := fmt.Sprint(row.Label)
		if row.Unlabelled {
			label = "none"
		}
		rows = append(rows, fmt.Sprintf("%d:%s=%s", row.Line, strings.Join(row.StableIDs, ","), label))
	}
	return rows, nil
}

func TestFilesOfLabelsAreRead(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"tabs":              {"a\tb\tlabel\nx,1\ty\t1\n", []string{"2:x,1,y=1"}},
		"commas":            {"a,b,label\nx,y,-1", []string{"2:x,y=-1"}},
		"byte order mark":   {"\ufeffa,b,label\nx,y,1", []string{"2:x,y=1"}},
		"CRLF":              {"a\tb\tlabel\r\nx\ty\t1\r\n\r\nz\ty\t0\r\n", []string{"2:x,y=1", "4:z,y=0"}},
		"any order":         {"label,sentence,b,a\n7,who?,y,x", []string{"2:x,y=7"}},
		"quotes":            {"a\tb\tlabel\n\"x\ty\"\t\"he said \"\"z\"\"\"\t+1\n", []string{"2:x\ty,he said \"z\"=1"}},
		"lines in a field":  {"a,b,label,text\nx,y,1,\"one\ntwo\"\nz,y,2,", []string{"2:x,y=1", "4:z,y=2"}},
		"true and false":    {"a,b,label\nx,y,true\nx,z,False\nx,w,TRUE\n", []string{"2:x,y=1", "3:x,z=-1", "4:x,w=1"}},
		"whole fractions":   {"a,b,label\nx,y,1.0\nx,z,-1e0\n", []string{"2:x,y=1", "3:x,z=-1"}},
		"NaN":               {"a,b,label\nx,y,NaN\nx,z, nan \n", []string{"2:x,y=none", "3:x,z=none"}},
		"value":             {"a,b,value\nx,y,1", []string{"2:x,y=1"}},
		"label wins":        {"a,b,value,label\nx,y,1,-1", []string{"2:x,y=-1"}},
		"no label yet":      {"a,b,label\nx,y,\nx,z, 1 \n,,\n", []string{"2:x,y=none", "3:x,z=1", "4:,=none"}},
		"spaces in names":   {" a , b,label\nx,y,1", []string{"2:x,y=1"}},
		"spaces in ids":     {"a,b,label\n x,y ,1", []string{"2: x,y =1"}},
		"lines above":       {"\r\n\na\tb\tlabel\nx\ty\t1", []string{"4:x,y=1"}},
		"nothing but names": {"a,b,label\n", nil},
		"no end of line":    {"a,b,label", nil},
		"an argument with quotes in its name is none": {"\"a\",b,label\nx,y,1", []string{"2:x,y=1"}},
	} {
		rows, err := readGold(test.text, "a", "b")
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		equal(t, name, rows, test.want)
	}
	rows, err := readGold("value,label\n1,x\n", "label")
	must(t, err)
	equal(t, "an argument called label", rows, []string{"2:x=1"})
	rows, err = readGold("value,label,value_\n1,x,-1\n", "label", "value")
	must(t, err)
	equal(t, "and one called value", rows, []string{"2:x,1=-1"})
}

func TestFilesThatAreNoLabelsAreRefused(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for _, test := range []struct {
		name, text string
		line       int
		says       string
	}{
		{"empty", "", 1, "the file is empty"},
		{"empty lines", "\n\r\n", 1, "the file is empty"},
		{"only a byte order mark", "\ufeff", 1, "the file is empty"},
		{"no argument", "a,c,label\n", 1, "no column b; the header has a, c, label, and must name a, b and label"},
		{"no label", "a,b,gold\n", 1, "no column label"},
		{"other case", "A,b,label\n", 1, "no column a"},
		{"no header", "x::span:0:1\ty::span:1:2\t1\n", 1, "no column a; the header has x::span:0:1, y::span:1:2, 1"},
		{"semicolons", "a;b;label\n", 1, "no column a"},
		{"twice", "a,b,label,a\n", 1, "names the column a twice"},
		{"two labels", "a,b,label,label\n", 1, "names the column label twice"},
		{"too few", "a,b,label\nx,y,1\nx,z\n", 3, "2 fields, but the header names 3 columns"},
		{"too many", "a,b,label\nx,y,1\n\nx,z,1,\n", 4, "4 fields, but the header names 3 columns"},
		{"commas below tabs", "a\tb\tlabel\nx,y,1\n", 2, "1 fields"},
		{"a fraction", "a,b,label\nx,y,0.5\n", 2, `label "0.5" is no integer`},
		{"a word", "a,b,label\nx,y,1\nz,y,maybe\n", 3, `label "maybe" is no integer, and not true or false`},
		{"too small", "a,b,label\nx,y,-2\n", 2, "label -2 is outside -1..32767"},
		{"too large", "a,b,label\nx,y,32768\n", 2, "label 32768 is outside"},
		{"much too large", "a,b,label\nx,y,9223372036854775808\n", 2, "is no integer"},
		{"Latin-1", "a,b,label\nx,y,1\nDvo\xf8\xe1k,y,1\n", 3, "not UTF-8"},
		{"Latin-1 elsewhere", "a,b,label,text\nx,y,1,Dvo\xf8\xe1k\n", 2, "not UTF-8"},
		{"UTF-16", "\xff\xfea\x00,\x00b\x00,\x00l\x00\n", 1, "not UTF-8"},
		{"a quote inside", "a\tb\tlabel\nx \"y\" z\ty\t1\n", 2, `bare "`},
		{"a quote that does not end", "a,b,label\n\"x,y,1\nz,y,1\n", 3, `"`},
		{"no lines", long + long, 1, "no table of labels"},
	} {
		_, err := readGold(test.text, "a", "b")
		wantError(t, test.name, err, test.says)
		var e *candidates.RecordError
		if !errors.As(err, &e) || e.Line != test.line {
			t.Errorf("%s: error %.100v, want one of line %d", test.name, err, test.line)
		}
	}
}

func TestWhatCannotBeReadIsNoLabel(t *testing.T) {
	for row, err := range annotations.ReadGold("", iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("a,label\nx,1\n"))), annotations.GoldFormat{Args: []string{"a"}}) {
		if !errors.Is(err, iotest.ErrTimeout) {
			t.Errorf("row %v, error %v, want the reader's", row, err)
		}
	}
}

func TestReadingEndsWhenNobodyWantsMore(t *testing.T) {
	for range annotations.ReadGold("", strings.NewReader("a,label\nx,1\ny,2\nz,bad\n"), annotations.GoldFormat{Args: []string{"a"}}) {
		break
	}
}

func TestWrittenRowsReadBack(t *testing.T) {
	for _, comma := range []rune{'\t', ','} {
		for _, args := range [][]string{{"a", "b"}, {"label", "value"}, {"sentence", "sentence_text"}, {"class", "class_"}} {
			for _, template := range []bool{false, true} {
				var b bytes.Buffer
				w := annotations.NewGoldWriter(&b, comma, annotations.GoldColumns{Args: args, Class: true, Template: template})
				must(t, w.Write(annotations.GoldRow{StableIDs: []string{"x,\t\"y\"", " é"}, Label: -1, Class: "HAM", Texts: []string{"\n", "t"}, Sentence: "s"}))
				must(t, w.Write(annotations.GoldRow{StableIDs: []string{"x", "y"}, Unlabelled: true, Texts: []string{"", ""}}))
				must(t, w.Flush())
				var got []string
				for row, err := range annotations.ReadGold("", &b, annotations.GoldFormat{Args: args, Notation: annotations.Notation{Abstain: new(int), Names: []string{"HAM", "SPAM"}}}) {
					must(t, err)
					got = append(got, fmt.Sprintf("%q %d %t", row.StableIDs, row.Label, row.Unlabelled))
				}
				equal(t, fmt.Sprint(args, template), got, []string{`["x,\t\"y\"" " é"] -1 false`, `["x" "y"] 0 true`})
			}
		}
	}
}
