package pickle

import (
	"encoding/binary"
	"unicode/utf8"
)

// This file reads without a stack what nearly every pickled column is: one
// list, filled by APPENDS or APPEND, in protocol 2 to 5. Whatever else there
// is, right or wrong, is left to Decode, which comes to the same value or says
// what is wrong.

// progress is how far the list at the bottom of the stack has been filled.
type progress struct {
	marked  bool // a MARK stands above the list
	pending bool // items stand above the list, or above the mark
}

// item says that an item was pushed; without a mark, only one can be.
func (p *progress) item() (ok bool) {
	ok = p.marked || !p.pending
	p.pending = true
	return ok
}

// mark says that there was a MARK.
func (p *progress) mark() (ok bool) {
	ok = !p.marked && !p.pending
	p.marked = true
	return ok
}

// add says that what is pending was added to the list, by APPEND or APPENDS.
func (p *progress) add(op byte) (ok bool) {
	ok = p.marked == (op == opAppends) && (p.marked || p.pending)
	*p = progress{}
	return ok
}

// done: there is nothing but the list.
func (p *progress) done() bool { return !p.marked && !p.pending }

// listStart skips PROTO, FRAME, EMPTY_LIST and the list's own memo entry. It
// returns where the items start, or -1 for another shape, and how many memo
// entries there are.
func listStart(b []byte) (pos, memoed int) {
	if len(b) < 4 || b[0] != opProto || b[1] < protocol || b[1] > protocols {
		return -1, 0
	}
	if pos = 2; b[pos] == opFrame {
		if pos = afterFrame(b, pos); pos < 0 {
			return -1, 0
		}
	}
	if len(b)-pos < 3 || b[pos] != opEmptyList {
		return -1, 0
	}
	switch {
	case b[pos+1] == opMemoize:
		return pos + 2, 1
	case b[pos+1] != opBinPut:
		return pos + 1, 0
	case b[pos+2] == 0:
		return pos + 3, 1
	case b[pos+2] == 1 && b[1] == protocol: // Python 2's C code counts from 1
		return pos + 3, 2
	}
	return -1, 0
}

// afterFrame skips the frame's length at pos, or returns -1.
func afterFrame(b []byte, pos int) int {
	if len(b)-pos < 9 || binary.LittleEndian.Uint64(b[pos+1:]) > uint64(len(b)-pos-9) {
		return -1
	}
	return pos + 9
}

// extent is where a text stands in a pickle.
type extent struct{ start, end uint32 }

// textAt returns the extent of the text that the opcode at pos pushes; not ok
// means that it pushes none, or one that needs decoding.
func textAt(b []byte, pos int) (e extent, ok bool) {
	start, n := uint64(pos), uint64(0)
	switch b[pos] {
	case opShortBinUnicode, opShortBinString:
		if len(b)-pos < 2 {
			return e, false
		}
		start, n = start+2, uint64(b[pos+1])
	case opBinUnicode, opBinString:
		if len(b)-pos < 5 {
			return e, false
		}
		start, n = start+5, uint64(binary.LittleEndian.Uint32(b[pos+1:]))
	default:
		return e, false
	}
	if start+n > uint64(len(b)) || !utf8.Valid(b[start:start+n]) {
		return e, false
	}
	return extent{uint32(start), uint32(start + n)}, true
}

// indexAt returns the memo index that the opcode at pos is followed by, and
// where the next opcode stands, or a negative index.
func indexAt(b []byte, pos int) (index int64, next int) {
	switch op := b[pos]; {
	case (op == opBinPut || op == opBinGet) && len(b)-pos >= 2:
		return int64(b[pos+1]), pos + 2
	case (op == opLongBinPut || op == opLongBinGet) && len(b)-pos >= 5:
		return int64(binary.LittleEndian.Uint32(b[pos+1:])), pos + 5
	}
	return -1, pos
}

// plainTexts is the short way of [Texts]; not ok means that it does not apply.
// While it reads, it allocates nothing for lists of up to 64 texts.
func plainTexts(b []byte) (list []string, ok bool) {
	pos, memoed := listStart(b)
	if pos < 0 || len(b) > 1<<30 { // an extent has 32 bits
		return nil, false
	}
	var (
		textBuffer [64]extent
		memoBuffer [64]int32
		texts      = textBuffer[:0]
		memo       = memoBuffer[:memoed] // indexes of texts, or -1 for the list
		filled     progress
		fresh      bool  // the last opcode pushed a text that may be memoised
		total      int64 // see maxWalk
	)
	for i := range memo {
		memo[i] = -1
	}
	for pos < len(b) {
		switch op := b[pos]; op {
		case opMemoize:
			// Before protocol 4, the memo may have a gap that MEMOIZE fills.
			if !fresh || b[1] < 4 {
				return nil, false
			}
			memo, fresh = append(memo, int32(len(texts)-1)), false
			pos++
		case opBinPut, opLongBinPut:
			index, next := indexAt(b, pos)
			if !fresh || index != int64(len(memo)) {
				return nil, false
			}
			memo, fresh = append(memo, int32(len(texts)-1)), false
			pos = next
		case opBinGet, opLongBinGet:
			index, next := indexAt(b, pos)
			if index < 0 || index >= int64(len(memo)) || memo[index] < 0 || !filled.item() {
				return nil, false
			}
			again := texts[memo[index]]
			texts, fresh = append(texts, again), false
			total += 1 + int64(again.end-again.start)
			pos = next
		case opMark:
			if !filled.mark() {
				return nil, false
			}
			fresh = false
			pos++
		case opAppends, opAppend:
			if !filled.add(op) {
				return nil, false
			}
			fresh = false
			pos++
		case opFrame:
			if pos = afterFrame(b, pos); pos < 0 {
				return nil, false
			}
		case opStop:
			if !filled.done() || total > maxWalk {
				return nil, false
			}
			return cut(b, texts), true
		default:
			e, ok := textAt(b, pos)
			if !ok || !filled.item() {
				return nil, false
			}
			texts, fresh = append(texts, e), true
			pos = int(e.end)
		}
	}
	return nil, false
}

// cut returns the texts at their places in b, as parts of one string.
func cut(b []byte, texts []extent) []string {
	list := make([]string, len(texts))
	if len(texts) == 0 {
		return list
	}
	s := string(b)
	for i, t := range texts {
		list[i] = s[t.start:t.end]
	}
	return list
}

// plainInts is the short way of [Ints]; not ok means that it does not apply.
func plainInts(b []byte) (list []int, ok bool) {
	pos, _ := listStart(b)
	if pos < 0 {
		return nil, false
	}
	list = make([]int, 0, (len(b)-pos)/2) // an integer takes two bytes or more
	var filled progress
	for pos < len(b) {
		ok, left := false, len(b)-pos
		switch op := b[pos]; {
		case op == opBinInt1 && left >= 2:
			list = append(list, int(b[pos+1]))
			ok, pos = filled.item(), pos+2
		case op == opBinInt2 && left >= 3:
			list = append(list, int(binary.LittleEndian.Uint16(b[pos+1:])))
			ok, pos = filled.item(), pos+3
		case op == opBinInt && left >= 5:
			list = append(list, int(int32(binary.LittleEndian.Uint32(b[pos+1:]))))
			ok, pos = filled.item(), pos+5
		case op == opMark:
			ok, pos = filled.mark(), pos+1
		case op == opAppends || op == opAppend:
			ok, pos = filled.add(op), pos+1
		case op == opFrame:
			pos = afterFrame(b, pos)
			ok = pos >= 0
		case op == opStop:
			return list, filled.done()
		}
		if !ok {
			return nil, false
		}
	}
	return nil, false
}
