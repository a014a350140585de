package pickle_test

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"workbench/candidates/pickle"
)

func TestDecodeReadsWhatPythonPickled(t *testing.T) {
	for _, c := range oracle(t) {
		for protocol := range c.Blobs {
			got, err := pickle.Decode(c.blob(t, protocol))
			if err != nil || !same(got, c.Value) {
				t.Errorf("%s, protocol %s: got %#.300v, %v\nwant %#.300v", c.Name, protocol, got, err, c.Value)
			}
		}
	}
}

func TestTextsAndIntsReadWhatPythonPickled(t *testing.T) {
	read := 0
	for _, c := range oracle(t) {
		wantTexts, isTexts := texts(c.Value)
		wantInts, isInts := ints(c.Value)
		if c.Value == nil {
			wantTexts, isTexts, wantInts, isInts = nil, true, nil, true
		}
		for protocol := range c.Blobs {
			blob := c.blob(t, protocol)
			gotTexts, err := pickle.Texts(blob)
			if (err == nil) != isTexts || isTexts && !same(gotTexts, wantTexts) {
				t.Errorf("%s, protocol %s: got texts %.300q, %v", c.Name, protocol, gotTexts, err)
			}
			gotInts, err := pickle.Ints(blob)
			if (err == nil) != isInts || isInts && !same(gotInts, wantInts) {
				t.Errorf("%s, protocol %s: got integers %.300v, %v", c.Name, protocol, gotInts, err)
			}
			if isTexts || isInts {
				read++
			}
		}
	}
	if read < 50 {
		t.Errorf("only %d pickles are of one kind", read)
	}
}

// The expectations are what Python 3.11 loads, with encoding='latin1' for the
// byte strings that are not UTF-8.
func TestDecodeReadsOpcodesOfOtherPythons(t *testing.T) {
	huge, _ := new(big.Int).SetString("-1180591620717411303425", 10)
	long := strings.Repeat("x", 300)
	for name, c := range map[string]struct {
		pickle string
		want   any
	}{
		"Python 2 words, cPickle":         {"\x80\x02]q\x01(U\x03Theq\x02U\x04caf\xc3q\x03h\x02X\x02\x00\x00\x00\xc3\xa9q\x04e.", pickle.List{"The", "cafÃ", "The", "é"}},
		"Python 2 words as UTF-8":         {"\x80\x02]q\x00(U\x05caf\xc3\xa9q\x01T\x01\x00\x00\x00xe.", pickle.List{"café", "x"}},
		"Python 2 words, protocol 0":      {"(lp0\nS'it\\'s'\np1\naS\"\\xc3\\xa9\\n\\t\\\\\\101\\q\"\np2\naS'\\xff\\0'\na.", pickle.List{"it's", "é\n\t\\A\\q", "ÿ\x00"}},
		"all escapes of Python 2":         {"S'\\a\\b\\f\\r\\v\\\"\\7z\\18'\n.", "\a\b\f\r\v\"\az\x018"},
		"raw unicode escapes":             {"Va\\u005c\\u000a\\u000d\\u0000\\u001a\\u20ac\xff\\U0001f600\\\\u0041\\x41\\\np0\n.", "a\\\n\r\x00\x1a€ÿ😀\\\\u0041\\x41\\"},
		"a surrogate, protocol 0":         {"V\\ud800x\n.", "\ufffdx"},
		"a surrogate":                     {"X\x04\x00\x00\x00\xed\xa0\x80x.", "\ufffdx"},
		"a surrogate, protocol 4":         {"\x80\x04\x8c\x07\xed\xbf\xbf\xf0\x9f\x98\x80.", "\ufffd😀"},
		"text of eight bytes of length":   {"\x80\x04\x8d\x02\x00\x00\x00\x00\x00\x00\x00\xc3\xa9.", "é"},
		"bytes":                           {"\x80\x03C\x02\xff\x00.", pickle.Bytes{0xff, 0}},
		"long bytes":                      {"\x80\x03B\x2c\x01\x00\x00" + long + ".", pickle.Bytes(long)},
		"bytes, eight bytes of length":    {"\x80\x04\x8e\x01\x00\x00\x00\x00\x00\x00\x00a.", pickle.Bytes("a")},
		"bytearray":                       {"\x80\x05\x96\x02\x00\x00\x00\x00\x00\x00\x00ab\x94.", pickle.Bytes("ab")},
		"bytes, protocol 0":               {"c_codecs\nencode\np0\n(V\xff\\u0000\np1\nVlatin1\np2\ntp3\nRp4\n.", pickle.Bytes{0xff, 0}},
		"bytes, protocol 2":               {"\x80\x02c_codecs\nencode\nq\x00X\x03\x00\x00\x00\xc3\xbf\x00q\x01X\x06\x00\x00\x00latin1q\x02\x86q\x03Rq\x04.", pickle.Bytes{0xff, 0}},
		"empty bytes, protocol 0":         {"c__builtin__\nbytes\np0\n(tRp1\n.", pickle.Bytes{}},
		"empty bytes, protocol 2":         {"\x80\x02c__builtin__\nbytes\nq\x00)Rq\x01.", pickle.Bytes{}},
		"empty bytes without fixed name":  {"\x80\x02cbuiltins\nbytes\nq\x00)Rq\x01.", pickle.Bytes{}},
		"set":                             {"\x80\x04\x8f\x94(K\x01K\x02\x90.", pickle.Set{int64(1), int64(2)}},
		"empty set":                       {"\x80\x04\x8f\x94.", pickle.Set{}},
		"frozenset":                       {"\x80\x04\x95\x06\x00\x00\x00\x00\x00\x00\x00(K\x01\x91\x94.", pickle.Set{int64(1)}},
		"infinite floats":                 {"(lp0\nFinf\naF-inf\naF-1e-320\na.", pickle.List{math.Inf(1), math.Inf(-1), -1e-320}},
		"integers of any length":          {"\x80\x02(\x8a\x00\x8a\x01\xff\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\xff\x8b\x02\x00\x00\x00\x00\x80t.", pickle.Tuple{int64(0), int64(-1), int64(math.MaxInt64), int64(-1), int64(-32768)}},
		"large integers":                  {"(\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\xbfL-1180591620717411303425L\nI-1180591620717411303425\nL-5\nt.", pickle.Tuple{huge, huge, huge, int64(-5)}},
		"an empty batch":                  {"\x80\x02](e(K\x01eK\x02a(K\x03e.", pickle.List{int64(1), int64(2), int64(3)}},
		"a dict of tuples":                {"\x80\x02}((K\x01N\x89tK\x02\x85u.", pickle.Dict{{Key: pickle.Tuple{int64(1), nil, false}, Value: pickle.Tuple{int64(2)}}}},
		"what follows is ignored":         {"\x80\x02].cos\nsystem\n(S'true'\ntR.", pickle.List{}},
		"what stays on the stack":         {"K\x01(K\x02K\x03.", int64(3)},
		"a second protocol":               {"\x80\x02\x80\x05]\x94.", pickle.List{}},
		"long memo indexes":               {"]r\x00\x00\x00\x00(X\x01\x00\x00\x00ar\x01\x00\x00\x00j\x01\x00\x00\x00e.", pickle.List{"a", "a"}},
		"MEMOIZE fills a gap":             {"\x80\x02]q\x01(X\x01\x00\x00\x00aq\x02X\x01\x00\x00\x00b\x94h\x02e.", pickle.List{"a", "b", "b"}},
		"MEMOIZE fills a gap, protocol 4": {"\x80\x04]q\x01(X\x01\x00\x00\x00aq\x02X\x01\x00\x00\x00b\x94h\x02e.", pickle.List{"a", "b", "b"}},
		"words one by one":                {"\x80\x04]\x94\x8c\x01a\x94ah\x01a(\x8c\x01b\x94h\x02e.", pickle.List{"a", "a", "b", "b"}},
		"frames among words":              {"\x80\x04\x95\x03\x00\x00\x00\x00\x00\x00\x00]\x94(\x95\x08\x00\x00\x00\x00\x00\x00\x00\x8c\x01a\x94h\x01e.", pickle.List{"a", "a"}},
		"frames among integers":           {"\x80\x04]\x94(\x95\x06\x00\x00\x00\x00\x00\x00\x00K\x01K\x02e.", pickle.List{int64(1), int64(2)}},
		"integers that grow":              {"\x80\x02]q\x01(K\xffM\x00\x01J\xff\xff\xff\xff\x8a\x05\x00\x00\x00\x80\x00e.", pickle.List{int64(255), int64(256), int64(-1), int64(1 << 31)}},
		"an integer above a list":         {"\x80\x02]K\x01.", int64(1)},
		"text above a list":               {"\x80\x02](X\x01\x00\x00\x00a.", "a"},
		"MEMOIZE counts entries":          {"\x80\x04(X\x01\x00\x00\x00aq\x01X\x01\x00\x00\x00b\x94X\x01\x00\x00\x00c\x94h\x01h\x01t.", pickle.Tuple{"a", "b", "c", "c", "c"}},
	} {
		got, err := pickle.Decode([]byte(c.pickle))
		if err != nil || !same(got, c.want) {
			t.Errorf("%s: got %#v, %v\nwant %#v", name, got, err, c.want)
		}
		wantTexts, isTexts := texts(c.want)
		if list, err := pickle.Texts([]byte(c.pickle)); isTexts != (err == nil) || isTexts && !same(list, wantTexts) {
			t.Errorf("%s: got texts %q, %v", name, list, err)
		}
		wantInts, isInts := ints(c.want)
		if list, err := pickle.Ints([]byte(c.pickle)); isInts != (err == nil) || isInts && !same(list, wantInts) {
			t.Errorf("%s: got integers %v, %v", name, list, err)
		}
	}
}

func TestWhatIsSharedIsNotCopied(t *testing.T) {
	for _, c := range oracle(t) {
		if c.Name != "shared" {
			continue
		}
		for protocol := range c.Blobs {
			v, err := pickle.Decode(c.blob(t, protocol))
			must(t, err)
			list := v.(pickle.List)
			if &list[0].(pickle.List)[0] != &list[1].(pickle.List)[0] {
				t.Errorf("protocol %s: the inner list is there twice", protocol)
			}
		}
		return
	}
	t.Fatal("pickles.json has no such case")
}

func TestDecodeKeepsNothingOfTheCallersBuffer(t *testing.T) {
	blob := []byte("\x80\x03]q\x00(X\x01\x00\x00\x00aC\x01be.")
	v, err := pickle.Decode(blob)
	must(t, err)
	column := pickle.EncodeTexts([]string{"a", "b"})
	list, err := pickle.Texts(column)
	must(t, err)
	clear(blob)
	clear(column)
	if !same(v, pickle.List{"a", pickle.Bytes("b")}) || !slices.Equal(list, []string{"a", "b"}) {
		t.Errorf("got %v, %v", v, list)
	}
}
