package session

import (
	"encoding/binary"
	"errors"
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
	*pageRoom
	file     *sqliteScanner
	page     *statement // the data of the page of a certain number
	reserved int        // bytes at the end of each page that are not SQLite's
	stored   []target   // the columns of a record, up to the last one that is wanted
	integers []int      // the integer columns that records have, in their order
	rowid    int        // the integer column of rowids, which records leave out; or −1
	last     int64      // the last rowid, unless there is none
	any      bool
	others   int // rows that SQLite read
}

// pageRoom is what a pageReader works with, whatever table it reads.
type pageRoom struct {
	forms   [firstText]form
	layouts [1 << layoutBits]layout // by a hash of their headers
	run     []record                // those that wait for their integers to be taken out
	bytes   pageBytes               // the page whose rows are read
	texts   map[string]string       // those that were met, so that each is in memory once
	text    string                  // the last of them
}

// pageRoom returns room in which no table is known.
func (r *tableRoom) pageRoom() *pageRoom {
	if r.pages == nil {
		r.pages = &pageRoom{forms: newForms(), texts: make(map[string]string)}
	}
	for i := range r.pages.layouts {
		r.pages.layouts[i].key = 0
	}
	r.pages.run = r.pages.run[:0]
	return r.pages
}

// target is where the values of a column go: to a column of integers, of numbers or of
// texts.
type target struct {
	kind   Kind // 0 if they go nowhere
	column int
}

// readPages reads the rows, all or, if it returns errUnusual, the first ones.
func (t *tableReader) readPages() error {
	file, ok := t.conn.(*sqliteScanner)
	if !ok {
		return errUnusual
	}
	p := &pageReader{tableReader: t, pageRoom: t.room.pageRoom(), file: file, rowid: -1}
	root, err := p.plan()
	if err != nil {
		return err
	}
	if p.page, err = file.statement("SELECT data FROM sqlite_dbpage WHERE pgno = ?", 1); err != nil {
		return p.failed(err)
	}
	defer p.page.close()
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
	usual := sqlite3.Xsqlite3_get_autocommit(p.file.tls, p.file.db) == 0
	found := 0
	err = p.Each(func(cur *Cursor) error {
		root = uint32(cur.Int64(0))
		name, typ, hidden, alias := cur.Text(1), cur.Text(2), cur.Int64(3), cur.Int64(4)
		usual = usual && hidden == 0
		var to target
		place := func(kind Kind, columns []string) bool {
			i := slices.IndexFunc(columns, func(column string) bool { return strings.EqualFold(column, name) })
			if i < 0 {
				return false
			}
			found++
			usual = usual && to.kind == 0
			to = target{kind, i}
			return true
		}
		if place(Integer, p.columns.Integers) {
			usual = usual && !mayBeReal(typ)
		}
		if place(Real, p.columns.Numbers) {
			usual = usual && alias == 0
		}
		place(Text, p.columns.Texts)
		if alias != 0 && to.kind == Integer {
			p.rowid, to.kind = to.column, 0
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
	for _, to := range p.stored {
		if to.kind == Integer {
			p.integers = append(p.integers, to.column)
		}
	}
	for n := len(p.stored); n > 0 && p.stored[n-1].kind == 0; n-- {
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
	p.file.forget() // or else all pages of a small file would stay in memory
	if err := p.page.again(int64(number)); err != nil {
		return nil, p.failed(err)
	}
	if !p.page.next() {
		return nil, p.failed(p.page.err)
	}
	const smallest = 512
	page := p.page.bytes(0)
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
		if depth > 0 {
			return p.walkAll(below, depth+1)
		}
		few, err := p.areFew(below)
		if err != nil {
			return err
		}
		if few {
			return p.walkAll(below, 1)
		}
		return p.readAhead(func() error { return p.walkAll(below, 1) })
	}
	return errUnusual
}

// areFew reports whether there are so few pages below the first one that they are not
// worth a goroutine of their own.
func (p *pageReader) areFew(below []uint32) (bool, error) {
	const few = 64
	if len(below) > few {
		return false, nil
	}
	page, err := p.read(below[0])
	return err == nil && page[0] == pageOfRows, err
}

func (p *pageReader) walkAll(numbers []uint32, depth int) error {
	for _, number := range numbers {
		if err := p.walk(number, depth); err != nil {
			return err
		}
	}
	return nil
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
	b := &p.bytes
	length := copy(b[:], page)
	start, longest := 8+2*cells, length-35
	defer p.extractIntegers()
	for i := range cells {
		at := int(word(b, 8+2*i) >> 48)
		if at < start || at >= length {
			return errUnusual
		}
		size, rowid, at := cellHead(b, at)
		if at < 0 || at > length || rowid <= p.last && p.any {
			return errUnusual
		}
		p.last, p.any = rowid, true
		wanted := false
		if size <= uint64(longest) {
			if size > uint64(length-at) {
				return errUnusual
			}
			l := p.layout(at, int(size))
			if l == nil {
				return errUnusual
			}
			if wanted = l.usual && p.extract(l, at); wanted {
				p.run = append(p.run, record{l.integers, at})
			}
		}
		var err error
		if wanted {
			if p.rowid >= 0 {
				p.waiting.Integers[p.rowid][p.n] = rowid
			}
			if p.n++; p.n == p.waiting.Rows {
				p.extractIntegers()
				err = p.flush()
			}
		} else {
			p.extractIntegers()
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
