package candidates

import (
	"encoding/binary"
	"fmt"
	"math"
)

// The pickled columns of the sentence and document tables are written in
// protocol 2, which every Python that ran Snorkel reads. The opcodes are those
// of Python's pickletools.
const (
	opProto      = 0x80
	opEmptyList  = ']'
	opEmptyDict  = '}'
	opMark       = '('
	opAppends    = 'e'
	opSetItems   = 'u'
	opBinUnicode = 'X'
	opBinInt1    = 'K'
	opBinInt2    = 'M'
	opBinInt     = 'J'
	opStop       = '.'
)

// pickleTexts writes a list of text.
func pickleTexts(list []string) []byte {
	b := []byte{opProto, 2, opEmptyList}
	if len(list) > 0 {
		b = append(b, opMark)
		for _, s := range list {
			b = appendText(b, s)
		}
		b = append(b, opAppends)
	}
	return append(b, opStop)
}

// pickleInts writes a list of integers. They are offsets and positions, so 32
// bits must do.
func pickleInts(list []int) ([]byte, error) {
	b := []byte{opProto, 2, opEmptyList}
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
				return nil, fmt.Errorf("offset %d does not fit in 32 bits", v)
			}
		}
		b = append(b, opAppends)
	}
	return append(b, opStop), nil
}

// pickleDict writes a dict of text to text, in the order of the pairs.
func pickleDict(pairs [][2]string) []byte {
	b := []byte{opProto, 2, opEmptyDict}
	if len(pairs) > 0 {
		b = append(b, opMark)
		for _, p := range pairs {
			b = appendText(appendText(b, p[0]), p[1])
		}
		b = append(b, opSetItems)
	}
	return append(b, opStop)
}

func appendText(b []byte, s string) []byte {
	b = binary.LittleEndian.AppendUint32(append(b, opBinUnicode), uint32(len(s)))
	return append(b, s...)
}
