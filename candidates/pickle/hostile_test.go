package pickle_test

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"workbench/candidates/pickle"
)

// fails checks that all ways to read a pickle fail in one line, with an error
// of one kind that holds all parts of a message.
func fails(t *testing.T, what string, blob []byte, kind error, message ...string) {
	t.Helper()
	v, err := pickle.Decode(blob)
	list, errTexts := pickle.Texts(blob)
	numbers, errInts := pickle.Ints(blob)
	if v != nil || list != nil || numbers != nil {
		t.Errorf("%s: got %.100v, %.100q, %.100v", what, v, list, numbers)
	}
	for _, err := range []error{err, errTexts, errInts} {
		if !errors.Is(err, kind) {
			t.Errorf("%s: got %v, want %v", what, err, kind)
			continue
		}
		for _, part := range append(message, "pickle: ", "(at byte ") {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q lacks %q", what, err, part)
			}
		}
		if strings.ContainsAny(err.Error(), "\n\r\x00\x1b") || len(err.Error()) > 300 {
			t.Errorf("%s: the message is no line: %.300q", what, err)
		}
	}
}

func TestWhatWouldRunCodeIsRefusedByName(t *testing.T) {
	for _, c := range []struct{ pickle, message string }{
		{"cos\nsystem\n(S'true'\ntR.", "pickle: GLOBAL os.system is refused: only plain data is read (at byte 0)"},
		{"\x80\x02]q\x00cposix\nsystem\nq\x01X\x04\x00\x00\x00true\x85Ra.", "pickle: GLOBAL posix.system is refused: only plain data is read (at byte 5)"},
		{"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94\x8c\x06system\x94\x93\x94.", "STACK_GLOBAL os.system is refused: only plain data is read (at byte 25)"},
		{"\x80\x04\x8c\x07_codecs\x8c\x06encode\x93.", "STACK_GLOBAL _codecs.encode is refused"},
		{"\x80\x04K\x01K\x02\x93.", "STACK_GLOBAL is refused"},
		{"\x93.", "STACK_GLOBAL is refused"},
		{"(S'true'\nios\nsystem\n.", "INST os.system is refused"},
		{"(cos\nsystem\nS'true'\no.", "GLOBAL os.system is refused"},
		{"(c_codecs\nencode\nVa\nVlatin1\no.", "OBJ is refused"},
		{"}}b.", "BUILD is refused"},
		{"\x80\x02c_codecs\nencode\n)\x81.", "NEWOBJ is refused"},
		{"\x80\x04c_codecs\nencode\n)}\x92.", "NEWOBJ_EX is refused"},
		{"\x80\x02\x82\x01.", "EXT1 is refused"},
		{"\x80\x02\x83\x01\x00.", "EXT2 is refused"},
		{"\x80\x02\x84\x01\x00\x00\x00.", "EXT4 is refused"},
		{"Pid\n.", "PERSID is refused"},
		{"K\x01Q.", "BINPERSID is refused"},
		{"\x80\x05\x97.", "NEXT_BUFFER is refused"},
		{"\x80\x05C\x01a\x98.", "READONLY_BUFFER is refused"},
		{"K\x012\x86.", "DUP is refused"},
		{"K\x01K\x020.", "POP is refused"},
		{"(K\x011K\x01.", "POP_MARK is refused"},
		// The two callables that stand for bytes do nothing else.
		{"c__builtin__\neval\n(V1\ntR.", "GLOBAL __builtin__.eval is refused"},
		{"cbuiltins\nbytearray\n)R.", "GLOBAL builtins.bytearray is refused"},
		{"c_codecs\ndecode\n(Va\nVlatin1\ntR.", "GLOBAL _codecs.decode is refused"},
		{"c_codecs\nencode\n(Va\nVutf8\ntR.", "REDUCE of _codecs.encode is refused"},
		{"c_codecs\nencode\n(Va\ntR.", "REDUCE of _codecs.encode is refused"},
		{"c_codecs\nencode\n(K\x01Vlatin1\ntR.", "REDUCE of _codecs.encode is refused"},
		{"c_codecs\nencode\n(]]tR.", "REDUCE of _codecs.encode is refused"},
		{"c_codecs\nencode\n(Va\nVlatin1\nlR.", "REDUCE is refused"},
		{"c_codecs\nencode\n)R.", "REDUCE of _codecs.encode is refused"},
		{"cbuiltins\nbytes\n(K\x0atR.", "REDUCE of builtins.bytes is refused"},
		{"Vos\n)R.", "REDUCE is refused"},
		{"c_codecs\nencode\n.", "GLOBAL _codecs.encode is refused"},
		{"]c_codecs\nencode\na.", "GLOBAL _codecs.encode is refused"},
		{"}cbuiltins\nbytes\nNs.", "GLOBAL builtins.bytes is refused"},
		// What is asked for may be long, or no line.
		{"cos\x1b[31m\nsys tem\r\n)R.", `GLOBAL "os\x1b[31m.sys tem\r" is refused`},
		{"c" + strings.Repeat("o", 1<<20) + "\nsystem\n)R.", "GLOBAL \"" + strings.Repeat("o", 60) + "\"… is refused"},
	} {
		fails(t, fmt.Sprintf("%.40q", c.pickle), []byte(c.pickle), pickle.ErrRefused, c.message, "only plain data is read")
	}
}

func TestCorruptPicklesAreErrors(t *testing.T) {
	const huge4, huge8 = "\xff\xff\xff\xff", "\xff\xff\xff\xff\xff\xff\xff\xff"
	for _, c := range []struct{ pickle, message string }{
		{"X" + huge4 + "abc.", "4294967295 bytes should follow, and 4 do"},
		{"\x80\x02]q\x00(X" + huge4 + "abce.", "4294967295 bytes should follow"},
		{"\x80\x02]q\x00(T\xff\xff\xff\x7fabce.", "2147483647 bytes should follow"},
		{"\x80\x04\x8d" + huge8 + "abc.", "18446744073709551615 bytes should follow"},
		{"\x80\x04\x8e" + huge8 + "abc.", "bytes should follow"},
		{"\x80\x05\x96\x00\x00\x00\x00\x00\x00\x00\x80abc.", "bytes should follow"},
		{"B" + huge4 + "abc.", "bytes should follow"},
		{"\x8b" + huge4 + "abc.", "bytes should follow"},
		{"\x80\x04\x95" + huge8 + "].", "a frame of 18446744073709551615 bytes, of which 2 are there"},
		{"\x80\x04]\x94\x95\x10\x00\x00\x00\x00\x00\x00\x00(K\x01e.", "a frame of 16 bytes"},
		{"\x80\x06].", "protocol 6 is not known"},
		{"\xff.", "0xff is no opcode"},
		{"hello", "memo entry 101 is not set"},
		{".", "the stack is empty"},
		{"(.", "the stack is empty"},
		{"](.", "the stack is empty"},
		{"](a.", "the stack is empty"},
		{"]N(\x86.", "the stack is empty"},
		{"](q\x00.", "the stack is empty"},
		{"(e.", "the stack is empty"},
		{"e.", "there is no mark"},
		{"t.", "there is no mark"},
		{"\x80\x02]X\x01\x00\x00\x00aX\x01\x00\x00\x00ba.", "items are added"},
		{"\x80\x02]K\x01K\x02a.", "items are added"},
		{"\x80\x02]K\x01e.", "there is no mark"},
		{"\x80\x02](K\x01ae.", "the stack is empty"},
		{"\x80\x02](X\x01\x00\x00\x00aae.", "the stack is empty"},
		{"\x80\x02]((K\x01e.", "the stack is empty"},
		{"\x80\x02]((X\x01\x00\x00\x00ae.", "the stack is empty"},
		{"\x80\x02]a.", "the stack is empty"},
		{"NNa.", "items are added to something that takes none"},
		{")Na.", "items are added to something that takes none"},
		{"]NNs.", "items are added to something that takes none"},
		{"}(N\x90.", "items are added to something that takes none"},
		{"}(Nu.", "a key of a dict has no value"},
		{"(Nd.", "a key of a dict has no value"},
		{"]h\x00.", "memo entry 0 is not set"},
		{"]q\x05h\x04.", "memo entry 4 is not set"},
		{"Ng-1\n.", `"-1" is no memo index`},
		{"Np1_0\n.", `"1_0" is no memo index`},
		{"\x80\x02]q\x00(X\x01\x00\x00\x00aq\x01j\x01\x00\x00\x80e.", "memo entry 2147483649 is not set"},
		{"\x80\x02]q\x00(h\x07e.", "memo entry 7 is not set"},
		{"I\n.", `"" is no integer`},
		{"I0x10\n.", `"0x10" is no integer`},
		{"I1_000\n.", `"1_000" is no integer`},
		{"L12LL\n.", `"12L" is no integer`},
		{"I99999999999999999999x\n.", "is no integer"},
		{"F0x1p4\n.", `"0x1p4" is no float`},
		{"F1e999\n.", `"1e999" is no float`},
		{"F\x1b\n.", "is no float"},
		{"X\x01\x00\x00\x00\xff.", "text is not encoded as it should be"},
		{"\x80\x04]\x94(\x8c\x02\xed\xa0e.", "text is not encoded as it should be"},
		{"V\\u12\n.", "text is not encoded as it should be"},
		{"V\\u+123\n.", "text is not encoded as it should be"},
		{"V\\U00110000\n.", "text is not encoded as it should be"},
		{"S'a\n.", "text is not encoded as it should be"},
		{"S'\n.", "text is not encoded as it should be"},
		{"Sa\n.", "text is not encoded as it should be"},
		{"S'\\xg0'\n.", "text is not encoded as it should be"},
		{"S'\\x0'\n.", "text is not encoded as it should be"},
		{"S'\\'\n.", "text is not encoded as it should be"},
		{"Vabc", "a line does not end"},
		{"c_codecs\nencode", "a line does not end"},
		{"c_codecs\nencode\n(V\\u0100\nVlatin1\ntR.", "text that is not Latin-1"},
		{"]", "there is no STOP"},
	} {
		fails(t, fmt.Sprintf("%q", c.pickle), []byte(c.pickle), pickle.ErrCorrupt, c.message)
	}
	for _, empty := range [][]byte{nil, {}} {
		if _, err := pickle.Decode(empty); !errors.Is(err, pickle.ErrCorrupt) || err.Error() != "pickle: it is empty" {
			t.Errorf("nothing at all: %v", err)
		}
	}
}

func TestWhatIsTruncatedIsAnError(t *testing.T) {
	for _, c := range oracle(t) {
		for protocol := range c.Blobs {
			blob := c.blob(t, protocol)
			step := 1
			if len(blob) > 1000 { // long ones are the same all along
				step = len(blob) / 200
			}
			for n := 0; n < len(blob); n += step {
				part := blob[:n:n]
				_, err := pickle.Decode(part)
				_, errTexts := pickle.Texts(part)
				_, errInts := pickle.Ints(part)
				if !errors.Is(err, pickle.ErrCorrupt) || !errors.Is(errTexts, pickle.ErrCorrupt) || !errors.Is(errInts, pickle.ErrCorrupt) {
					t.Fatalf("%s, protocol %s, %d of %d bytes: %v, %v, %v", c.Name, protocol, n, len(blob), err, errTexts, errInts)
				}
			}
		}
	}
}

// laughs is a list of ten times the same list of ten times the same list.
func laughs(levels int) []byte {
	b := []byte("\x80\x02]q\x00X\x03\x00\x00\x00lola")
	for i := range levels {
		b = append(b, ']', 'q', byte(i+1), '(')
		for range 10 {
			b = append(b, 'h', byte(i))
		}
		b = append(b, 'e')
	}
	return append(b, '.')
}

func TestValuesThatCannotBeWalkedAreRefused(t *testing.T) {
	const n = 100_000
	get := func(i int) string { return "h" + string([]byte{byte(i)}) }
	for what, blob := range map[string]string{
		"lists in lists":            strings.Repeat("]", n) + strings.Repeat("a", n-1) + ".",
		"lists in lists, by marks":  strings.Repeat("(", n) + strings.Repeat("l", n) + ".",
		"tuples in tuples":          ")" + strings.Repeat("\x85", n) + ".",
		"dicts in dicts":            strings.Repeat("}N", n) + "}" + strings.Repeat("s", n) + ".",
		"frozen sets in each other": strings.Repeat("(", n) + strings.Repeat("\x91", n) + ".",
		"101 lists":                 strings.Repeat("]", 101) + strings.Repeat("a", 100) + ".",

		"a billion laughs":               string(laughs(9)),
		"as many as there are entries":   string(laughs(90)),
		"a long text, again and again":   "(X\x00\x00\x01\x00" + strings.Repeat("x", 1<<16) + "q\x00" + strings.Repeat(get(0), 2000) + "t.",
		"long bytes, again and again":    "(B\x00\x00\x01\x00" + strings.Repeat("x", 1<<16) + "q\x00" + strings.Repeat(get(0), 2000) + "t.",
		"words that are long and shared": "\x80\x02]q\x00(X\x00\x00\x01\x00" + strings.Repeat("x", 1<<16) + "q\x01" + strings.Repeat(get(1), 2000) + "e.",

		"a list in itself":                 "]q\x00h\x00a.",
		"a list in itself, by APPENDS":     "\x80\x02]q\x00(h\x00e.",
		"a list in itself, protocol 0":     "(lp0\ng0\na.",
		"a dict in itself":                 "}q\x00K\x01h\x00s.",
		"a list in its tuple":              "]q\x00h\x00\x85ah\x00.",
		"a list in its tuple, protocol 4":  "\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00]\x94h\x00\x85\x94a0h\x01.",
		"a list in a list in it":           "]q\x00]q\x01h\x00ah\x00h\x01a.",
		"a list that grows after its use":  "]q\x00\x85h\x00Na.",
		"a set in its tuple":               "\x80\x04\x8fq\x00(h\x00\x85\x90.",
		"a memo index of four billion":     "]r\xff\xff\xff\xff.",
		"a memo index of many digits":      "]p18446744073709551615\n.",
		"a number of a million digits":     "L" + strings.Repeat("7", 1_000_000) + "L\n.",
		"an integer of a million digits":   "I-" + strings.Repeat("7", 1_000_000) + "\n.",
		"a float of a million digits":      "F0." + strings.Repeat("7", 1_000_000) + "\n.",
		"a binary number of 100,000 bytes": "\x80\x02\x8b\xa0\x86\x01\x00" + strings.Repeat("\x7f", 100_000) + ".",
		"the same text as bytes, again and again": "c_codecs\nencode\np0\n(V" + strings.Repeat("x", 1<<20) + "\nVlatin1\ntp1\n(" +
			strings.Repeat("g0\ng1\nR", 1<<17) + "t.",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		fails(t, what, []byte(blob), pickle.ErrLimit)
		runtime.ReadMemStats(&after)
		// Three times decoded, and with the copies that grow a slice.
		if made := after.TotalAlloc - before.TotalAlloc; made > 1000*uint64(len(blob))+1<<20 {
			t.Errorf("%s: %d bytes were allocated for %d", what, made, len(blob))
		}
	}
}

func TestValuesNearTheLimitsAreRead(t *testing.T) {
	digits := strings.Repeat("7", 4299)
	for what, blob := range map[string]string{
		"100 lists":                       strings.Repeat("]", 100) + strings.Repeat("a", 99) + ".",
		"half a million laughs":           string(laughs(5)),
		"4299 digits":                     "L" + digits + "L\n.",
		"a list in the same list, filled": "]q\x00]q\x01NaaNa.",
		"a million marks":                 strings.Repeat("(", 1_000_000) + "N.",
		"a million lists":                 "(" + strings.Repeat("]", 1_000_000) + "t.",
		"a memo index that skips some":    "]q\x04" + "h\x04.",
	} {
		if v, err := pickle.Decode([]byte(blob)); v == nil && what != "a million marks" || err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	// Text that stands there once may be longer than what sharing may add up to, here
	// 66 MiB of UTF-8. It is made in place: copies of it take most of the time.
	long := bytes.Repeat([]byte("\xe9"), 1+33<<20+3)
	long[0] = 'V'
	copy(long[len(long)-3:], "\n\x85.")
	if v, err := pickle.Decode(long); err != nil || len(v.(pickle.Tuple)[0].(string)) != 66<<20 {
		t.Errorf("a long text of Latin-1: %v", err)
	}
}

func TestPicklesOfManyContainersAreRefused(t *testing.T) {
	// An empty list takes one byte in the pickle.
	many := "(" + strings.Repeat("]", 2<<20) + "l."
	fails(t, "lists in a list", []byte(many), pickle.ErrLimit, "lists, tuples, sets or dicts")
	few := "(" + strings.Repeat("]", 1000) + "l."
	if v, err := pickle.Decode([]byte(few)); err != nil || len(v.(pickle.List)) != 1000 {
		t.Errorf("a thousand lists: %v", err)
	}
}
