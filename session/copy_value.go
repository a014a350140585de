package session

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// value is a value of a row that is copied.
type value struct {
	kind  Kind
	n     int64
	f     float64
	text  string // also an array's, as its server wrote it
	bytes []byte // also a list's, as it was pickled
	list  any    // a [TextArray] or an [IntArray] of a list
	err   error  // why a blob is no list
}

// load takes the value from column i of a cursor.
func (v *value) load(cur *Cursor, i int, c *columnStructure, lists *Lists) {
	*v = value{kind: cur.Kind(i)}
	if c.typ == otherType && v.kind != Null && cur.session.onServer() { // numbers, too
		v.kind, v.text = Text, cur.Text(i)
		return
	}
	switch v.kind {
	case Integer:
		v.n = cur.Int64(i)
	case Real:
		v.f = cur.Float64(i)
	case Text:
		v.text = cur.Text(i)
	case Blob:
		v.bytes = cur.Bytes(i)
		if c.isList() {
			v.list, v.err = lists.Load(v.bytes, c.typ == intsType)
		}
	case List:
		v.text = cur.Text(i)
		v.list = arrayOfElements(cur.List(i), c.typ == intsType)
	}
}

// arrayOfElements is a list of PostgreSQL's, nil if it has an element of another kind.
func arrayOfElements(elements []any, ints bool) any {
	if ints {
		list := make(IntArray, len(elements))
		for i, v := range elements {
			n, ok := v.(int64)
			if !ok {
				return nil
			}
			list[i] = int(n)
		}
		return list
	}
	list := make(TextArray, len(elements))
	for i, v := range elements {
		text, ok := v.(string)
		if !ok {
			return nil
		}
		list[i] = text
	}
	return list
}

// checksum adds up what rows hold, in any order: of each row the first 64 bits of the
// SHA-256 of its values. A value is a letter for its kind and what it holds, in big
// endian; a bool is an integer, a list its elements, and zero has no sign.
type checksum struct {
	rows int
	sum  uint64
	text []byte // of a row
}

func (s *checksum) add(row []value) {
	b := s.text[:0]
	for i := range row {
		b = row[i].appendTo(b)
	}
	s.text = b
	hash := sha256.Sum256(b)
	s.rows++
	s.sum += binary.BigEndian.Uint64(hash[:8])
}

func (v *value) appendTo(b []byte) []byte {
	switch list := v.list.(type) {
	case TextArray:
		b = appendNumber(b, 'l', uint64(len(list)))
		for _, text := range list {
			b = append(appendNumber(b, 't', uint64(len(text))), text...)
		}
		return b
	case IntArray:
		b = appendNumber(b, 'l', uint64(len(list)))
		for _, n := range list {
			b = appendNumber(b, 'i', uint64(n))
		}
		return b
	}
	switch v.kind {
	case Integer:
		return appendNumber(b, 'i', uint64(v.n))
	case Real:
		return appendNumber(b, 'f', math.Float64bits(v.f+0)) // -0 + 0 is 0
	case Text, List:
		return append(appendNumber(b, 't', uint64(len(v.text))), v.text...)
	case Blob:
		return append(appendNumber(b, 'b', uint64(len(v.bytes))), v.bytes...)
	default:
		return append(b, 'n')
	}
}

func appendNumber(b []byte, kind byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64(append(b, kind), n)
}

// unfit is why PostgreSQL cannot hold a value in a column, or "".
func (v *value) unfit(c *columnStructure) string {
	if v.kind == Null {
		return ""
	}
	switch c.typ {
	case smallintType:
		return v.unfitInteger(math.MinInt16, math.MaxInt16)
	case integerType:
		return v.unfitInteger(math.MinInt32, math.MaxInt32)
	case bigintType:
		return v.unfitInteger(math.MinInt64, math.MaxInt64)
	case booleanType:
		return v.unfitInteger(0, 1)
	case floatType:
		if v.kind != Real {
			return v.what() + " is no number"
		}
	case varcharType, textType:
		return v.unfitText(c.length)
	case blobType:
		if v.kind != Blob {
			return v.what() + " is no blob"
		}
	case textsType:
		list, ok := v.list.(TextArray)
		for i, text := range list {
			if problem := unfitText(text); problem != "" {
				return fmt.Sprintf("element %d %s", i, problem)
			}
		}
		if !ok {
			return v.unfitList("texts")
		}
	case intsType:
		list, ok := v.list.(IntArray)
		for i, n := range list {
			if int(int32(n)) != n {
				return fmt.Sprintf("element %d, %d, has more than 32 bits", i, n)
			}
		}
		if !ok {
			return v.unfitList("integers")
		}
	}
	return ""
}

func (v *value) unfitList(of string) string {
	text := v.what() + " is no list of " + of
	if v.err != nil {
		text += " (" + v.err.Error() + ")"
	}
	return text
}

func (v *value) unfitInteger(least, most int64) string {
	switch {
	case v.kind != Integer:
		return v.what() + " is no integer"
	case v.n < least || v.n > most:
		return fmt.Sprintf("%d is not from %d to %d", v.n, least, most)
	}
	return ""
}

func (v *value) unfitText(longest int) string {
	if v.kind != Text {
		return v.what() + " is no text"
	}
	if problem := unfitText(v.text); problem != "" {
		return "the text " + problem
	}
	if n := utf8.RuneCountInString(v.text); longest > 0 && n > longest {
		return fmt.Sprintf("the text has %d characters, not %d at most", n, longest)
	}
	return ""
}

func unfitText(text string) string {
	switch {
	case strings.IndexByte(text, 0) >= 0:
		return "has a NUL character"
	case !utf8.ValidString(text):
		return "is not UTF-8"
	}
	return ""
}

// unfitFile is why a file cannot hold a value of a server's, or "".
func (v *value) unfitFile(c *columnStructure) string {
	switch {
	case v.kind == Real && math.IsNaN(v.f):
		return "NaN would become NULL"
	case v.kind == List && v.list == nil:
		return v.what() + " is no plain list"
	case v.kind == List && strings.HasPrefix(v.text, "{{"):
		return v.what() + " has more than one dimension"
	}
	return ""
}

// what names a value in a message.
func (v *value) what() string {
	const longest = 40
	switch v.kind {
	case Integer:
		return fmt.Sprint(v.n)
	case Real:
		return fmt.Sprint(v.f)
	case Blob:
		return fmt.Sprintf("a blob of %d bytes", len(v.bytes))
	}
	text := v.text
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return fmt.Sprintf("%q", text)
}
