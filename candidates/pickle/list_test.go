package pickle_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"workbench/candidates/pickle"
)

func TestElementsOfAnotherKindAreNamed(t *testing.T) {
	for _, c := range []struct{ pickle, texts, ints string }{
		{"\x80\x02](X\x01\x00\x00\x00aX\x01\x00\x00\x00bX\x01\x00\x00\x00cK\x05e.",
			"pickle: element 3 is an integer, not text", "pickle: element 0 is text, not an integer of 64 bits"},
		{"\x80\x02](X\x01\x00\x00\x00aNe.",
			"pickle: element 1 is None, not text", "pickle: element 0 is text, not an integer of 64 bits"},
		{"\x80\x02](K\x01Ne.",
			"pickle: element 0 is an integer, not text", "pickle: element 1 is None, not an integer of 64 bits"},
		{"(I1\nI01\nt.",
			"pickle: element 0 is an integer, not text", "pickle: element 1 is a boolean, not an integer of 64 bits"},
		{"(C\x01aC\x01bt.",
			"pickle: element 0 is bytes, not text", "pickle: element 0 is bytes, not an integer of 64 bits"},
		{"(F1.0\nt.",
			"pickle: element 0 is a float, not text", "pickle: element 0 is a float, not an integer of 64 bits"},
		{"(L9223372036854775808L\nt.",
			"pickle: element 0 is an integer of more than 64 bits, not text", "pickle: element 0 is an integer of more than 64 bits, not an integer of 64 bits"},
		{"(]t.",
			"pickle: element 0 is a list, not text", "pickle: element 0 is a list, not an integer of 64 bits"},
		{"()t.",
			"pickle: element 0 is a tuple, not text", "pickle: element 0 is a tuple, not an integer of 64 bits"},
		{"(\x8ft.",
			"pickle: element 0 is a set, not text", "pickle: element 0 is a set, not an integer of 64 bits"},
		{"}.", "pickle: it holds a dict, not a list of text", "pickle: it holds a dict, not a list of integers"},
		{"Va\n.", "pickle: it holds text, not a list of text", "pickle: it holds text, not a list of integers"},
		{"(Va\n\x91.", "pickle: it holds a set, not a list of text", "pickle: it holds a set, not a list of integers"},
	} {
		_, err := pickle.Texts([]byte(c.pickle))
		if !errors.Is(err, pickle.ErrKind) || err.Error() != c.texts {
			t.Errorf("%q: got %v, want %s", c.pickle, err, c.texts)
		}
		_, err = pickle.Ints([]byte(c.pickle))
		if !errors.Is(err, pickle.ErrKind) || err.Error() != c.ints {
			t.Errorf("%q: got %v, want %s", c.pickle, err, c.ints)
		}
	}
}

func TestNoneIsNoListAndAnEmptyListIsOne(t *testing.T) {
	for blob, isNil := range map[string]bool{"N.": true, "\x80\x05N.": true, "\x80\x05]\x94.": false, "].": false, ").": false, "\x80\x02].": false} {
		list, err := pickle.Texts([]byte(blob))
		numbers, errInts := pickle.Ints([]byte(blob))
		if err != nil || errInts != nil || len(list) != 0 || len(numbers) != 0 || (list == nil) != isNil || (numbers == nil) != isNil {
			t.Errorf("%q: got %#v, %v and %#v, %v", blob, list, err, numbers, errInts)
		}
	}
}

func TestEncodedListsReadBack(t *testing.T) {
	long := make([]string, 3000)
	for i := range long {
		long[i] = fmt.Sprint("word ", i%1200)
	}
	for _, list := range [][]string{{}, {""}, {"a", "", "größe", "😀", "a\x00\n'\"\\"}, {strings.Repeat("x", 300), strings.Repeat("ü", 70_000)}, long} {
		blob := pickle.EncodeTexts(list)
		got, err := pickle.Texts(blob)
		v, errDecode := pickle.Decode(blob)
		decoded, isTexts := texts(v)
		if err != nil || errDecode != nil || !isTexts || !same(got, list) || !same(decoded, list) {
			t.Errorf("%.80q: got %.80q, %v and %.80q, %v", list, got, err, v, errDecode)
		}
	}
	for _, list := range [][]int{{}, {0}, {0, 1, 255, 256, 65535, 65536, math.MaxInt32, -1, -128, -32769, math.MinInt32}, slices.Repeat([]int{70_000, 3}, 5000)} {
		blob, err := pickle.EncodeInts(list)
		must(t, err)
		got, err := pickle.Ints(blob)
		v, errDecode := pickle.Decode(blob)
		decoded, isInts := ints(v)
		if err != nil || errDecode != nil || !isInts || !same(got, list) || !same(decoded, list) {
			t.Errorf("%.80v: got %.80v, %v and %.80v, %v", list, got, err, v, errDecode)
		}
	}
	pairs := [][2]string{{"file_name", "a.tsv"}, {"größe", "😀"}, {"", ""}}
	for n := range len(pairs) + 1 {
		want := pickle.Dict{}
		for _, p := range pairs[:n] {
			want = append(want, pickle.Pair{Key: p[0], Value: p[1]})
		}
		if got, err := pickle.Decode(pickle.EncodeDict(pairs[:n])); err != nil || !same(got, want) {
			t.Errorf("got %v, %v; want %v", got, err, want)
		}
	}
}

func TestEncodedTextIsAlwaysText(t *testing.T) {
	got, err := pickle.Texts(pickle.EncodeTexts([]string{"a\xffb", "\xed\xa0\x80"}))
	if err != nil || !slices.Equal(got, []string{"a\ufffdb", "\ufffd"}) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestIntegersBeyond32BitsAreNotWritten(t *testing.T) {
	for _, v := range []int{math.MaxInt32 + 1, math.MinInt32 - 1} {
		if b, err := pickle.EncodeInts([]int{1, v}); b != nil || !errors.Is(err, pickle.ErrLimit) ||
			!strings.Contains(err.Error(), fmt.Sprint(v)) {
			t.Errorf("got %q, %v", b, err)
		}
	}
}

// A word that is there several times, and all words of a sentence, are parts
// of one string.
func TestTextsAllocateTwice(t *testing.T) {
	for _, c := range oracle(t) {
		if c.Name != "O_list" && c.Name != "words" {
			continue
		}
		for _, protocol := range []string{"2", "3", "4", "5"} {
			blob := c.blob(t, protocol)
			if n := testing.AllocsPerRun(100, func() { pickle.Texts(blob) }); n > 2 {
				t.Errorf("%s, protocol %s: %v allocations", c.Name, protocol, n)
			}
		}
	}
}
