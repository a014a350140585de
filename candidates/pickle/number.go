package pickle

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/big"
	"slices"
	"strconv"
)

// maxDigits bounds an integer, because work on large ones grows faster than
// their length. It is Python's own default bound.
const maxDigits = 4300

// maxLongBytes is the number of bytes that hold maxDigits digits.
const maxLongBytes = 1786

// number pushes the number that an opcode is followed by.
func (d *decoder) number(op byte) error {
	switch op {
	case opInt, opLong, opFloat:
		line, err := d.line()
		if err != nil {
			return err
		}
		return d.decimal(op, line)
	case opLong1, opLong4:
		taken, err := d.counted(lengthSize(op))
		if err != nil {
			return err
		}
		if len(taken) > maxLongBytes {
			return d.tooMuch("an integer of %d bytes", len(taken))
		}
		d.push(long(taken))
		return nil
	}
	size := uint64(1)
	switch op {
	case opBinInt2:
		size = 2
	case opBinInt:
		size = 4
	case opBinFloat:
		size = 8
	}
	taken, err := d.take(size)
	if err != nil {
		return err
	}
	switch op {
	case opBinInt:
		d.push(int64(int32(binary.LittleEndian.Uint32(taken))))
	case opBinFloat:
		d.push(math.Float64frombits(binary.BigEndian.Uint64(taken)))
	default:
		d.push(int64(littleEndian(taken)))
	}
	return nil
}

// decimal pushes a number that is written in digits, as in protocol 0.
func (d *decoder) decimal(op byte, line []byte) error {
	if len(line) > maxDigits {
		return d.tooMuch("a number of %d characters", len(line))
	}
	text := string(line)
	if op == opFloat {
		f, err := strconv.ParseFloat(text, 64)
		// Go's other notations are not Python's.
		if err != nil || bytes.ContainsAny(line, "xX_") {
			return d.corrupt("%.40q is no float", text)
		}
		d.push(f)
		return nil
	}
	switch {
	case op == opInt && text == "00":
		d.push(false)
		return nil
	case op == opInt && text == "01":
		d.push(true)
		return nil
	case op == opLong:
		line = bytes.TrimSuffix(line, []byte("L"))
		text = string(line)
	}
	if v, err := strconv.ParseInt(text, 10, 64); err == nil {
		d.push(v)
		return nil
	}
	v, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return d.corrupt("%.40q is no integer", text)
	}
	d.push(v)
	return nil
}

// long reads a little-endian integer in two's complement.
func long(b []byte) any {
	if len(b) == 0 {
		return int64(0)
	}
	negative := b[len(b)-1] >= 0x80
	if len(b) <= 8 {
		v := littleEndian(b)
		if negative && len(b) < 8 {
			v |= math.MaxUint64 << (8 * len(b))
		}
		return int64(v)
	}
	bigEndian := bytes.Clone(b)
	slices.Reverse(bigEndian)
	v := new(big.Int).SetBytes(bigEndian)
	if negative {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	if v.IsInt64() {
		return v.Int64()
	}
	return v
}
