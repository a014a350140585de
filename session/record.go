package session

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// layout says where the values of records are whose headers are the same: most
// headers are like one that came before.
type layout struct {
	key      uint64 // the bytes of the header, zeros behind them, and the size of the record
	usual    bool   // all columns are there and of the types that are wanted
	integers []field
	others   []field // numbers and texts
}

// field is a value in a record: in which bytes, and where it goes.
type field struct {
	form
	target
	at int // from the beginning of the record
}

// record is where a record is, and where its integers are in it.
type record struct {
	integers []field
	at       int
}

// layout returns the layout of a record, which has so many bytes, or nil if that is
// no record.
func (p *pageReader) layout(at, size int) *layout {
	key := word(&p.bytes, at)
	length := key >> 56
	key = key&^(math.MaxUint64>>(8*length&63)) | uint64(size)
	const spread = 0x9e3779b97f4a7c15 // odd, its bits are as if drawn: 2^64 / golden ratio
	l := &p.layouts[key*spread>>(64-layoutBits)]
	isKey := length-1 < 7 && size < 256 // and not 0, which is the key of none
	if l.key == key && isKey {
		return l
	}
	p.extractIntegers() // of those that have the layout that goes
	l.key = 0
	if !p.parse(l, p.bytes[at:at+size]) {
		return nil
	}
	if isKey {
		l.key = key
	}
	return l
}

// layoutBits is the binary logarithm of the number of layouts that are kept.
const layoutBits = 7

// parse reads the header of a record, and reports whether it is one.
func (p *pageReader) parse(l *layout, record []byte) (ok bool) {
	size, types := varint(record, 0)
	if types < 0 || size > uint64(len(record)) {
		return false
	}
	head, at := record[:size], int(size)
	l.usual, l.integers, l.others = true, l.integers[:0], l.others[:0]
	column := 0
	for ; types < len(head); column++ {
		var typ uint64
		if typ, types = varint(head, types); types < 0 {
			return false
		}
		f := field{at: at}
		if typ < firstText {
			f.form = p.forms[typ]
		} else {
			f.form = form{size: (typ - firstText) / 2}
			if typ%2 == 1 {
				f.form.kind = Text
			}
		}
		if f.size > uint64(len(record)-at) {
			return false
		}
		at += int(f.size)
		if column < len(p.stored) && p.stored[column].kind != 0 {
			f.target = p.stored[column]
			l.usual = l.usual && f.fits()
			if f.target.kind == Integer {
				l.integers = append(l.integers, f)
			} else {
				l.others = append(l.others, f)
			}
		}
	}
	l.usual = l.usual && column >= len(p.stored)
	return at == len(record)
}

// fits reports whether values of this form may go where this one goes.
func (f *field) fits() bool {
	return f.form.kind == f.target.kind || f.form.kind == Integer && f.target.kind == Real
}

// extract takes numbers and texts out of a record, and reports whether all are what
// they should be.
func (p *pageReader) extract(l *layout, at int) (ok bool) {
	ok = true
	for i := range l.others {
		f := &l.others[i]
		at := at + f.at
		if f.target.kind == Real {
			v := f.number(word(&p.bytes, at))
			p.waiting.Numbers[f.column][p.n] = v
			ok = ok && !math.IsNaN(v) // which is null for SQLite
		} else {
			p.waiting.Texts[f.column][p.n] = p.known(p.bytes[at : at+int(f.size)])
		}
	}
	return ok
}

// extractIntegers takes the integers out of the last records of those that wait, one
// column after the other.
func (p *pageReader) extractIntegers() {
	b, run := &p.bytes, p.run
	for i, column := range p.integers {
		to := p.waiting.Integers[column][p.n-len(run) : p.n]
		for k := range to {
			r := &run[k]
			f := &r.integers[i]
			to[k] = f.integer(word(b, r.at+f.at))
		}
	}
	p.run = run[:0]
}

// known returns a text without making it anew each time.
func (p *pageReader) known(text []byte) string {
	if string(text) == p.text {
		return p.text
	}
	known, ok := p.texts[string(text)]
	if !ok {
		const few = 1 << 10
		if len(p.texts) == few {
			clear(p.texts)
		}
		known = string(text)
		p.texts[known] = known
	}
	p.text = known
	return known
}

// form is how a value of a certain type is stored: in the first bytes of a word.
type form struct {
	size     uint64 // how many bytes
	kind     Kind   // 0 for what no column wants
	shift    uint8  // how many bits of the word are not the value's
	mask     int64
	constant int64
}

// firstText is the first of the types of texts and blobs, of any length each.
const firstText = 12

// newForms returns the forms of the types below firstText, of which 0 is null. The
// last two are not used, and have a size that fits nowhere.
func newForms() (forms [firstText]form) {
	for i, size := range []uint64{1, 2, 3, 4, 6, 8} {
		forms[1+i] = form{size: size, kind: Integer, shift: uint8(64 - 8*size), mask: -1}
	}
	forms[7] = form{size: 8, kind: Real}
	forms[8] = form{kind: Integer}
	forms[9] = form{kind: Integer, constant: 1}
	forms[10].size, forms[11].size = math.MaxUint32, math.MaxUint32
	return forms
}

// integer takes an integer out of a word, without a branch.
func (f *form) integer(word uint64) int64 {
	return int64(word)>>(f.shift&63)&f.mask + f.constant
}

// number takes a number out of a word.
func (f *form) number(word uint64) float64 {
	if f.kind == Real {
		return math.Float64frombits(word)
	}
	return float64(f.integer(word))
}

// largestPage is how many bytes the largest page has.
const largestPage = 1 << 16

// pageBytes is a page with room behind it, so that 8 bytes can be read anywhere.
type pageBytes [largestPage + 8]byte

// word reads the 8 bytes from at on.
func word(b *pageBytes, at int) uint64 {
	at &= largestPage - 1 // it is less, and the compiler sees it
	return binary.BigEndian.Uint64(b[at : at+8])
}

// cellHead reads what is before a record: its size and the rowid. It returns where the
// record begins.
func cellHead(b *pageBytes, at int) (size uint64, rowid int64, end int) {
	w := word(b, at)
	v := w << 8
	last := ^v & 0x8080808080808000
	if w>>63 != 0 || last == 0 {
		size, end = varint(b[:], at)
		v, end = varint(b[:], end)
		return size, int64(v), end
	}
	// The rowid ends with the first byte without its highest bit. Its groups of 7 bits
	// are moved together in pairs.
	length := bits.LeadingZeros64(last)/8 + 1
	v >>= (64 - 8*length) & 63
	v = v&0x007f007f007f007f | v&0x7f007f007f007f00>>1
	v = v&0x00003fff00003fff | v&0x3fff00003fff0000>>2
	v = v&0x000000000fffffff | v&0x0fffffff00000000>>4
	return w >> 56, int64(v), at + 1 + length
}

// varint reads an integer of 1 to 9 bytes, and returns where it ends, or −1 if that is
// not within b.
func varint(b []byte, at int) (v uint64, end int) {
	if uint(at) >= uint(len(b)) {
		return 0, -1
	}
	for i, x := range b[at:] {
		if i == 8 {
			return v<<8 | uint64(x), at + 9
		}
		v = v<<7 | uint64(x&0x7f)
		if x < 0x80 {
			return v, at + i + 1
		}
	}
	return 0, -1
}
