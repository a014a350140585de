package python_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"workbench/candidates/python"
)

// TestText compares with what Python 3.11.7 gave for s.lower(), s.split(),
// s.strip() and s[start:end], recorded in testdata/text.json.
func TestText(t *testing.T) {
	data, err := os.ReadFile("testdata/text.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Lower, Strip [][2]string
		Fields       []json.RawMessage
		Slice        []json.RawMessage
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	for _, c := range want.Lower {
		if got := python.Lower(c[0]); got != c[1] {
			t.Errorf("Lower(%q): got %q, want %q", c[0], got, c[1])
		}
	}
	for _, c := range want.Strip {
		if got := python.Strip(c[0]); got != c[1] {
			t.Errorf("Strip(%q): got %q, want %q", c[0], got, c[1])
		}
	}
	for _, raw := range want.Fields {
		var text string
		var parts []string
		row(t, raw, &text, &parts)
		if got := python.Fields(text); !slices.Equal(got, parts) {
			t.Errorf("Fields(%q): got %q, want %q", text, got, parts)
		}
	}
	for _, raw := range want.Slice {
		var text, part string
		var start, end int
		row(t, raw, &text, &start, &end, &part)
		if got := python.Slice(text, start, end); got != part {
			t.Errorf("Slice(%q, %d, %d): got %q, want %q", text, start, end, got, part)
		}
		list := strings.Split(text, "")
		if got := strings.Join(python.SliceOf(list, start, end), ""); got != part {
			t.Errorf("SliceOf(%q, %d, %d): got %q, want %q", list, start, end, got, part)
		}
	}
	if len(want.Lower) < 40 || len(want.Fields) < 15 || len(want.Slice) < 400 {
		t.Error("testdata/text.json is not whole")
	}
}

// row takes a list of JSON apart.
func row(t *testing.T, raw json.RawMessage, into ...any) {
	t.Helper()
	if err := json.Unmarshal(raw, &into); err != nil {
		t.Fatal(err)
	}
}

func TestSliceOfKeeps(t *testing.T) {
	list := []int{1, 2, 3}
	_ = append(python.SliceOf(list, 0, 2), 9)
	if list[2] != 3 {
		t.Error("appending to a slice changed the list")
	}
}

// TestTextNotUTF8: bytes that are not UTF-8 count one each and stay.
func TestTextNotUTF8(t *testing.T) {
	if got := python.Lower("É\xffΣ\xfe"); got != "é\xffσ\xfe" {
		t.Errorf("Lower: got %q", got)
	}
	if got := python.Slice("é\xff\xfeb", 1, -1); got != "\xff\xfe" {
		t.Errorf("Slice: got %q", got)
	}
	if got := python.Fields("\xff \u00a0\xc3"); !slices.Equal(got, []string{"\xff", "\xc3"}) {
		t.Errorf("Fields: got %q", got)
	}
}

func TestLowerAllocates(t *testing.T) {
	for _, s := range []string{"already lower case", "déjà vu, ας"} {
		if n := testing.AllocsPerRun(100, func() { python.Lower(s) }); n != 0 {
			t.Errorf("Lower(%q) allocates %v times", s, n)
		}
	}
}
