package pickle

import (
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf8"
)

// protocol is what is written: the highest that Python 2.7 reads.
const protocol = 2

// EncodeTexts pickles a list of text. Bytes that are not UTF-8 become U+FFFD:
// Python would not read them.
func EncodeTexts(list []string) []byte {
	size := 6
	for _, s := range list {
		size += 5 + len(s)
	}
	b := append(make([]byte, 0, size), opProto, protocol, opEmptyList)
	if len(list) > 0 {
		b = append(b, opMark)
		for _, s := range list {
			b = appendText(b, s)
		}
		b = append(b, opAppends)
	}
	return append(b, opStop)
}

// EncodeInts pickles a list of integers. They are offsets and positions, so 32
// bits must do; a larger one is an error.
func EncodeInts(list []int) ([]byte, error) {
	b := append(make([]byte, 0, 6+3*len(list)), opProto, protocol, opEmptyList)
	if len(list) > 0 {
		b = append(b, opMark)
		for _, v := range list {
			switch {
			case v >= 0 && v <= math.MaxUint8:
				b = append(b, opBinInt1, byte(v))
			case v >= 0 && v <= math.MaxUint16:
				b = append(b, opBinInt2, byte(v), byte(v>>8))
			case v >= math.MinInt32 && v <= math.MaxInt32:
				b = binary.LittleEndian.AppendUint32(append(b, opBinInt), uint32(int32(v)))
			default:
				return nil, fail(ErrLimit, "offset %d does not fit in 32 bits", v)
			}
		}
		b = append(b, opAppends)
	}
	return append(b, opStop), nil
}

// EncodeDict pickles a dict of text to text, in the order of the pairs. As in
// [EncodeTexts], bytes that are not UTF-8 become U+FFFD.
func EncodeDict(pairs [][2]string) []byte {
	b := []byte{opProto, protocol, opEmptyDict}
	if len(pairs) > 0 {
		b = append(b, opMark)
		for _, p := range pairs {
			b = appendText(appendText(b, p[0]), p[1])
		}
		b = append(b, opSetItems)
	}
	return append(b, opStop)
}

// appendText adds one text. Its length takes 32 bits, which is more than SQLite
// stores in a column.
func appendText(b []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, string(utf8.RuneError))
	}
	b = binary.LittleEndian.AppendUint32(append(b, opBinUnicode), uint32(len(s)))
	return append(b, s...)
}
