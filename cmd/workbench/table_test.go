package main

import (
	"bufio"
	"bytes"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
)

// In a terminal a table fits, as long as its numbers do; elsewhere it is what it
// always was.
func TestTablesFitIntoTheTerminal(t *testing.T) {
	tb := &table{columns: []column{{"j", "j", false}, {"labeling function", "lf", true}, {"coverage", "coverage", false}, {"text", "text", true}}}
	tb.add(1, "LF_distant_supervision_last_names", 0.123456, "家族がいます and some more")
	tb.add(22, "LF_b", 10.5, "short")
	for columns, want := range map[int][]string{
		0:  {"22  LF_b                               10.500000  short"},
		90: {"22  LF_b                               10.500000  short"},
		60: {" 1  LF_distant_supervisi…   0.123456  家族がいます and some…", "22  LF_b                   10.500000  short"},
		40: {" j  labeling f…   coverage  text", " 1  LF_distant…   0.123456  家族がいま…"},
		10: {" j  labelin…   coverage  text", "22  LF_b      10.500000  short"},
	} {
		var b bytes.Buffer
		out := &output{bufio.NewWriter(&b), columns}
		if err := tb.writeText(out); err != nil {
			t.Fatal(err)
		}
		out.Flush()
		for _, line := range want {
			if !strings.Contains(b.String(), line+"\n") {
				t.Errorf("%d columns: no line %q in\n%s", columns, line, b.String())
			}
		}
		for line := range strings.Lines(b.String()) {
			if width := uniseg.StringWidth(strings.TrimRight(line, "\n")); columns >= 40 && width > columns {
				t.Errorf("%d of %d columns: %q", width, columns, line)
			}
		}
	}
	digits := &table{columns: []column{{"text", "text", true}, {"id", "id", true}}}
	digits.add("some text or other", "12345678901234567890")
	var d bytes.Buffer
	out := &output{bufio.NewWriter(&d), 30}
	digits.writeText(out)
	out.Flush()
	if want := "some te…  12345678901234567890\n"; !strings.Contains(d.String(), want) {
		t.Errorf("no line %q in\n%s", want, d.String())
	}
	one := &table{columns: []column{{"text", "text", true}}}
	one.add(strings.Repeat("x", 100))
	var b bytes.Buffer
	out = &output{bufio.NewWriter(&b), 40}
	one.writeText(out)
	out.Flush()
	if !strings.Contains(b.String(), strings.Repeat("x", 100)) {
		t.Errorf("a table of one column is cut: %s", b.String())
	}
}
