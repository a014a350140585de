package pickle

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
)

// decoder carries out the opcodes of one pickle. Its stack and memo hold what
// Decode returns, save that containers are *node while they may still grow, and
// that the two known callables are global. Memory is in proportion to len(b):
// every opcode adds at most a few values, and every length is checked against
// the bytes that are left before anything is made of it.
type decoder struct {
	b      []byte
	s      string // b once more, when there is text: all text shares it
	pos    int    // of the next byte
	at     int    // of the current opcode
	stack  []any
	marks  []int // how high the stack was at each MARK
	memo   []any
	memoed int // entries of memo that are set
	made   int // bytes made from text by REDUCE
	nodes  int // containers made; see maxNodes
}

// unset is an entry of the memo that nothing was put into.
type unset struct{}

// protocols is the highest protocol that Python has.
const protocols = 5

func (d *decoder) corrupt(format string, args ...any) error {
	return fail(ErrCorrupt, "%s (at byte %d)", fmt.Sprintf(format, args...), d.at)
}

func (d *decoder) tooMuch(format string, args ...any) error {
	return fail(ErrLimit, "%s (at byte %d)", fmt.Sprintf(format, args...), d.at)
}

// run carries out the opcodes up to STOP.
func (d *decoder) run() (any, error) {
	d.stack = make([]any, 0, min(len(d.b), 32))
	for d.pos < len(d.b) {
		d.at = d.pos
		op := d.b[d.pos]
		d.pos++
		if op == opStop {
			items, err := d.top(1)
			if err != nil {
				return nil, err
			}
			return d.result(items[0])
		}
		if err := d.step(op); err != nil {
			return nil, err
		}
	}
	d.at = len(d.b)
	return nil, d.corrupt("it is truncated: there is no STOP")
}

// step carries out any opcode but STOP.
func (d *decoder) step(op byte) error {
	switch op {
	case opShortBinUnicode, opBinUnicode, opBinUnicode8, opUnicode,
		opShortBinString, opBinString, opString:
		return d.text(op)
	case opBinInt1, opBinInt2, opBinInt, opInt, opLong, opLong1, opLong4, opBinFloat, opFloat:
		return d.number(op)
	case opShortBinBytes, opBinBytes, opBinBytes8, opByteArray8:
		taken, err := d.counted(lengthSize(op))
		if err != nil {
			return err
		}
		d.push(Bytes(bytes.Clone(taken)))
	case opNone:
		d.push(nil)
	case opNewTrue:
		d.push(true)
	case opNewFalse:
		d.push(false)
	case opMark:
		d.marks = append(d.marks, len(d.stack))
	case opGet, opBinGet, opLongBinGet, opPut, opBinPut, opLongBinPut, opMemoize:
		return d.memory(op)
	case opGlobal, opStackGlobal, opInst, opReduce:
		return d.call(op)
	case opProto:
		version, err := d.take(1)
		if err != nil {
			return err
		}
		if version[0] > protocols {
			return d.corrupt("protocol %d is not known", version[0])
		}
	case opFrame:
		// A frame says how much may be read at once, which is all there already.
		size, err := d.take(8)
		if err != nil {
			return err
		}
		if n := binary.LittleEndian.Uint64(size); n > uint64(len(d.b)-d.pos) {
			return d.corrupt("it is truncated: a frame of %d bytes, of which %d are there", n, len(d.b)-d.pos)
		}
	default:
		return d.container(op)
	}
	return nil
}

// take returns the next n bytes.
func (d *decoder) take(n uint64) ([]byte, error) {
	if n > uint64(len(d.b)-d.pos) {
		return nil, d.corrupt("it is truncated: %d bytes should follow, and %d do", n, len(d.b)-d.pos)
	}
	taken := d.b[d.pos : d.pos+int(n)]
	d.pos += int(n)
	return taken, nil
}

// counted returns the bytes whose number stands before them, in size bytes.
func (d *decoder) counted(size uint64) ([]byte, error) {
	prefix, err := d.take(size)
	if err != nil {
		return nil, err
	}
	return d.take(littleEndian(prefix))
}

// littleEndian reads an unsigned number of up to 8 bytes.
func littleEndian(b []byte) uint64 {
	var n uint64
	for i, c := range b {
		n |= uint64(c) << (8 * i)
	}
	return n
}

// lengthSize is the number of bytes that an opcode's length takes.
func lengthSize(op byte) uint64 {
	switch op {
	case opShortBinUnicode, opShortBinString, opShortBinBytes, opLong1:
		return 1
	case opBinUnicode8, opBinBytes8, opByteArray8:
		return 8
	}
	return 4
}

// line returns what stands before the next newline, as in protocol 0.
func (d *decoder) line() ([]byte, error) {
	n := bytes.IndexByte(d.b[d.pos:], '\n')
	if n < 0 {
		return nil, d.corrupt("it is truncated: a line does not end")
	}
	taken := d.b[d.pos : d.pos+n]
	d.pos += n + 1
	return taken, nil
}

func (d *decoder) push(v any) { d.stack = append(d.stack, v) }

// top returns the n topmost values of the stack, and none from below a mark.
func (d *decoder) top(n int) ([]any, error) {
	floor := 0
	if len(d.marks) > 0 {
		floor = d.marks[len(d.marks)-1]
	}
	if len(d.stack)-floor < n {
		return nil, d.corrupt("the stack is empty")
	}
	return d.stack[len(d.stack)-n:], nil
}

// marked returns the values above the last mark, and removes the mark.
func (d *decoder) marked() ([]any, error) {
	if len(d.marks) == 0 {
		return nil, d.corrupt("there is no mark")
	}
	items := d.stack[d.marks[len(d.marks)-1]:]
	d.marks = d.marks[:len(d.marks)-1]
	return items, nil
}

// text pushes the text that an opcode is followed by.
func (d *decoder) text(op byte) error {
	var taken []byte
	var err error
	if op == opUnicode || op == opString {
		taken, err = d.line()
	} else {
		taken, err = d.counted(lengthSize(op))
	}
	if err != nil {
		return err
	}
	if d.s == "" {
		d.s = string(d.b)
	}
	end := d.pos
	if op == opUnicode || op == opString {
		end--
	}
	s, ok := d.s[end-len(taken):end], true
	switch op {
	case opUnicode:
		s, ok = rawUnicodeEscape(s)
	case opString:
		s, ok = quotedString(s)
	case opShortBinString, opBinString:
		s = python2Text(s)
	default:
		s, ok = utf8Text(s)
	}
	if !ok {
		return d.corrupt("text is not encoded as it should be")
	}
	d.push(s)
	return nil
}

// memory puts the topmost value into the memo, or pushes one from there.
func (d *decoder) memory(op byte) error {
	var i uint64
	switch op {
	case opMemoize:
		i = uint64(d.memoed)
	case opGet, opPut:
		line, err := d.line()
		if err != nil {
			return err
		}
		if i, err = strconv.ParseUint(string(line), 10, 64); err != nil {
			return d.corrupt("%.40q is no memo index", line)
		}
	default:
		size := uint64(1)
		if op == opLongBinGet || op == opLongBinPut {
			size = 4
		}
		taken, err := d.take(size)
		if err != nil {
			return err
		}
		i = littleEndian(taken)
	}
	if op == opGet || op == opBinGet || op == opLongBinGet {
		if i >= uint64(len(d.memo)) || d.memo[i] == (unset{}) {
			return d.corrupt("memo entry %d is not set", i)
		}
		d.push(d.memo[i])
		return nil
	}
	items, err := d.top(1)
	if err != nil {
		return err
	}
	// Indexes are counted up, so that none exceeds the number of opcodes.
	if i > uint64(len(d.b)) {
		return d.tooMuch("memo index %d in a pickle of %d bytes", i, len(d.b))
	}
	for uint64(len(d.memo)) <= i {
		d.memo = append(d.memo, unset{})
	}
	if d.memo[i] == (unset{}) {
		d.memoed++
	}
	d.memo[i] = items[0]
	return nil
}
