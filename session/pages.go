package session

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"
)

// errUnusual says that a table or a page is not as [pageReader] knows them. What it
// is then, more rows or a damaged file, SQLite says.
var errUnusual = errors.New("not to be read by pages")

// pageReader takes the rows of a table off its pages, which the virtual table
// sqlite_dbpage shows as the transaction sees them. Of the format of the file
// (https://www.sqlite.org/fileformat2.html) it knows the pages with rows, the pages
// above them, and records of numbers and short texts. It takes only what is consistent.
// Whatever else it meets ends it with errUnusual, and SQLite goes on after the last
// row. Rowids that ascend show that no page comes twice.
type pageReader struct {
	*tableReader
	page     *Cursor  // the data of the page of a certain number
	reserved int      // bytes at the end of each page that are not SQLite's
	stored   []target // the columns of a record, up to the last one that is wanted
	rowid    []int64  // where rowids go if they are a column, which records leave out
	last     int64    // the last rowid, unless there is none
	any      bool
	others   int // rows that SQLite read
	forms    [firstText]form
	texts    map[string]string // those that were met, so that each is in memory once
	text     string            // the last of them
}

// target is where the values of a column go: one of the three, or none.
type target struct {
	integers []int64
	numbers  []float64
	texts    []string
}

func (t target) none() bool { return t.integers == nil && t.numbers == nil && t.texts == nil }

// readPages reads the rows, all or, if it returns errUnusual, the first ones.
func (t *tableReader) readPages() error {
	p := &pageReader{tableReader: t, forms: newForms(), texts: make(map[string]string)}
	root, err := p.plan()
	if err != nil {
		return err
	}
	if p.page, err = t.Query("SELECT data FROM sqlite_dbpage WHERE pgno = ?", 1); err != nil {
		return p.failed(err)
	}
	defer p.page.Close()
	header, err := p.read(1)
	if err != nil {
		return err
	}
	const reserved, encoding, utf8 = 20, 56, 1 // where it says so
	p.reserved = int(header[reserved])
	if len(t.columns.Texts) > 0 && binary.BigEndian.Uint32(header[encoding:]) != utf8 {
		return errUnusual
	}
	if err := p.walk(root, 0); err != nil {
		return err
	}
	return t.flush()
}

// failed is what becomes of an error of SQLite's: if it may be one of reading by
// pages only, the rows are read in the other way.
func (p *pageReader) failed(err error) error {
	if p.ctx.Err() != nil || errors.Is(err, ErrLocked) {
		return err
	}
	return errUnusual
}

// plan finds the first page of the table, and what is where in a record. Views,
// generated columns and whatever else has rows that are made, not stored, is unusual;
// so is the end of the transaction, which a statement of the user's can bring about.
func (p *pageReader) plan() (root uint32, err error) {
	usual := sqlite3.Xsqlite3_get_autocommit(p.tls, p.db) == 0
	found := 0
	err = p.Each(func(cur *Cursor) error {
		root = uint32(cur.Int64(0))
		name, typ, hidden, alias := cur.Text(1), cur.Text(2), cur.Int64(3), cur.Int64(4)
		usual = usual && hidden == 0
		place := func(columns []string) (i int, ok bool) {
			i = slices.IndexFunc(columns, func(column string) bool { return strings.EqualFold(column, name) })
			return i, i >= 0
		}
		var to target
		if i, ok := place(p.columns.Integers); ok {
			found++
			to.integers = p.waiting.Integers[i]
			usual = usual && !mayBeReal(typ)
		}
		if i, ok := place(p.columns.Numbers); ok {
			found++
			usual = usual && to.none() && alias == 0
			to.numbers = p.waiting.Numbers[i]
		}
		if i, ok := place(p.columns.Texts); ok {
			found++
			usual = usual && to.none()
			to.texts = p.waiting.Texts[i]
		}
		if alias != 0 {
			p.rowid, to.integers = to.integers, nil
		}
		p.stored = append(p.stored, to)
		return nil
	}, `SELECT m.rootpage, c.name, c.type, c.hidden,
			c.pk > 0 AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) WHERE origin = 'pk')
		FROM main.sqlite_master AS m, pragma_table_xinfo(m.name, 'main') AS c
		WHERE m.type = 'table' AND m.name = ? COLLATE NOCASE AND
			NOT EXISTS (SELECT 1 FROM temp.sqlite_master AS o WHERE o.name = m.name COLLATE NOCASE)
		ORDER BY c.cid`, p.table)
	if err != nil {
		return 0, p.failed(err)
	}
	if !usual || found != len(p.columns.names()) {
		return 0, errUnusual
	}
	for n := len(p.stored); n > 0 && p.stored[n-1].none(); n-- {
		p.stored = p.stored[:n-1]
	}
	return root, nil
}

// mayBeReal reports whether SQLite may read the integers in a column of a type as
// fractions (https://www.sqlite.org/datatype3.html, section 3.1).
func mayBeReal(typ string) bool {
	typ = strings.ToUpper(typ)
	return strings.Contains(typ, "REAL") || strings.Contains(typ, "FLOA") || strings.Contains(typ, "DOUB")
}

// read returns what SQLite uses of a page, which is good until the next one is read.
func (p *pageReader) read(number uint32) ([]byte, error) {
	if err := p.ctx.Err(); err != nil {
		return nil, err
	}
	if err := p.page.again(int64(number)); err != nil {
		return nil, p.failed(err)
	}
	if !p.page.Next() {
		return nil, p.failed(p.page.err)
	}
	const smallest = 512
	page := p.page.Bytes(0)
	if len(page) < smallest {
		return nil, errUnusual
	}
	return page[:len(page)-p.reserved], nil
}

// The kinds of pages of a table, and how many of them can be above each other.
const (
	pageOfPages = 5
	pageOfRows  = 13
	deepest     = 20
)

// walk goes through the rows of a page or of the pages below it.
func (p *pageReader) walk(number uint32, depth int) error {
	page, err := p.read(number)
	if err != nil {
		return err
	}
	cells := int(binary.BigEndian.Uint16(page[3:]))
	isEmpty := cells == 0 && depth == 0 && page[0] == pageOfRows
	if cells > (len(page)-8)/6 || cells == 0 && !isEmpty || depth == deepest {
		return errUnusual
	}
	switch page[0] {
	case pageOfRows:
		return p.rows(page, cells)
	case pageOfPages:
		below, err := pagesBelow(page, cells)
		if err != nil {
			return err
		}
		for _, number := range below {
			if err := p.walk(number, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return errUnusual
}

// pagesBelow returns the pages below one with so many cells, in order.
func pagesBelow(page []byte, cells int) ([]uint32, error) {
	start := 12 + 2*cells
	below := make([]uint32, 0, cells+1)
	for i := range cells {
		at := int(binary.BigEndian.Uint16(page[12+2*i:]))
		if at < start || at+4 > len(page) {
			return nil, errUnusual
		}
		below = append(below, binary.BigEndian.Uint32(page[at:]))
	}
	return append(below, binary.BigEndian.Uint32(page[8:])), nil
}

// rows reads the rows of a page with so many cells. Those that do not fit into it, or
// hold something else than what is wanted, are left to SQLite.
func (p *pageReader) rows(page []byte, cells int) error {
	start := 8 + 2*cells
	longest := uint64(len(page) - 35)
	for i := range cells {
		at := int(binary.BigEndian.Uint16(page[8+2*i:]))
		if at < start {
			return errUnusual
		}
		size, at := varint(page, at)
		rowid, at := varint(page, at)
		if at < 0 || int64(rowid) <= p.last && p.any {
			return errUnusual
		}
		p.last, p.any = int64(rowid), true
		wanted := false
		if size <= longest {
			end := at + int(size)
			if end > len(page) {
				return errUnusual
			}
			var ok bool
			if wanted, ok = p.record(page[:end], at, page); !ok {
				return errUnusual
			}
		}
		var err error
		if wanted {
			if p.rowid != nil {
				p.rowid[p.n] = int64(rowid)
			}
			err = p.added()
		} else {
			err = p.other()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// other lets SQLite read a row. Where many rows are like that, nothing is gained by
// reading pages.
func (p *pageReader) other() error {
	k := p.seen()
	if p.others++; p.others > 100 && p.others > k/16 {
		return errUnusual
	}
	if err := p.skip(k); err != nil || !p.next() {
		return errUnusual
	}
	return p.add(p.rest)
}

// record reads the record from at to the end of b, which is the beginning of page. It
// reports whether all values are there and are what they should be, and whether this
// is a record at all.
func (p *pageReader) record(b []byte, at int, page []byte) (wanted, ok bool) {
	size, types := varint(b, at)
	if types < 0 || size > uint64(len(b)-at) {
		return false, false
	}
	head, at := b[:at+int(size)], at+int(size)
	wanted = true
	column := 0
	for ; types < len(head); column++ {
		typ, next := uint64(head[types]), types+1
		if typ >= 0x80 {
			typ, next = varint(head, types)
		}
		types = next
		var f *form
		if typ < firstText {
			f = &p.forms[typ]
		} else {
			f = &form{size: (typ - firstText) / 2}
		}
		if types < 0 || f.size > uint64(len(b)-at) {
			return false, false
		}
		if column < len(p.stored) {
			switch to := &p.stored[column]; {
			case to.integers != nil:
				to.integers[p.n] = f.integer(word(page, at))
				wanted = wanted && f.isInteger
			case to.numbers != nil:
				v, ok := f.number(word(page, at))
				to.numbers[p.n] = v
				wanted = wanted && ok
			case to.texts != nil:
				to.texts[p.n] = p.known(b[at : at+int(f.size)])
				wanted = wanted && typ > firstText && typ%2 == 1
			}
		}
		at += int(f.size)
	}
	return wanted && column >= len(p.stored), at == len(b)
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
	size      uint64 // how many bytes
	isInteger bool
	isReal    bool
	shift     uint8 // how many bits of the word are not the value's
	mask      int64
	constant  int64
}

// firstText is the first of the types of texts and blobs, of any length each.
const firstText = 12

// newForms returns the forms of the types below firstText, of which 0 is null. The
// last two are not used, and have a size that fits nowhere.
func newForms() (forms [firstText]form) {
	for typ, size := range []uint64{1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8} {
		forms[typ] = form{size: size, isInteger: size > 0, shift: uint8(64 - 8*size), mask: -1}
	}
	forms[7] = form{size: 8, isReal: true}
	forms[8] = form{isInteger: true}
	forms[9] = form{isInteger: true, constant: 1}
	forms[10].size, forms[11].size = math.MaxUint32, math.MaxUint32
	return forms
}

// integer takes an integer out of a word, without a branch.
func (f *form) integer(word uint64) int64 {
	return int64(word)>>(f.shift&63)&f.mask + f.constant
}

// number takes a number out of a word, and reports whether it is one. What is none
// for IEEE 754 is null for SQLite.
func (f *form) number(word uint64) (float64, bool) {
	if f.isReal {
		v := math.Float64frombits(word)
		return v, !math.IsNaN(v)
	}
	return float64(f.integer(word)), f.isInteger
}

// word reads the 8 bytes from at on, which may be fewer at the end of the page.
func word(page []byte, at int) uint64 {
	if rest := page[at:]; len(rest) >= 8 {
		return binary.BigEndian.Uint64(rest)
	}
	var b [8]byte
	copy(b[:], page[at:])
	return binary.BigEndian.Uint64(b[:])
}

// varint reads an integer of 1 to 9 bytes, and returns where it ends, or −1 if that is
// not within b.
func varint(b []byte, at int) (v uint64, end int) {
	if uint(at) >= uint(len(b)) {
		return 0, -1
	}
	if x := b[at]; x < 0x80 {
		return uint64(x), at + 1
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
