// Package numpy reads arrays that numpy.save, numpy.savez and
// scipy.sparse.save_npz wrote, value by value, so that they may be larger than
// memory. Nothing in a file is executed: arrays of Python objects are refused.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
package numpy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Magic is how every array begins.
const Magic = "\x93NUMPY"

// Array is an array of numbers, truths or texts. Its values are read in stored
// order.
type Array struct {
	Shape   []int
	Fortran bool // stored column by column

	kind  byte // i, u, f, b, U or S, as numpy calls them
	size  int  // bytes of a value
	order binary.ByteOrder
	start int // bytes of the header

	r     io.Reader
	left  int
	chunk int // bytes that are read together
	room  []byte
	buf   []byte // what is left of them
}

const (
	longestHeader = 1 << 16 // numpy's own bound is 10,000
	longestValue  = 1 << 16 // bytes of a text
	mostValues    = math.MaxInt64 / longestValue
)

// Open reads the header of an array. Its values follow as they are asked for.
func Open(r io.Reader) (*Array, error) {
	const fixed = len(Magic) + 2
	head := make([]byte, fixed, longestHeader)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, cut(err)
	}
	if string(head[:len(Magic)]) != Magic {
		return nil, errors.New("it is no numpy array")
	}
	lengthSize := 2
	switch major := head[len(Magic)]; major {
	case 1:
	case 2, 3:
		lengthSize = 4
	default:
		return nil, fmt.Errorf("version %d of numpy's format is not known", major)
	}
	length := make([]byte, 4)
	if _, err := io.ReadFull(r, length[:lengthSize]); err != nil {
		return nil, cut(err)
	}
	n := binary.LittleEndian.Uint32(length)
	if n > longestHeader {
		return nil, fmt.Errorf("the header of the array has %d bytes, more than %d", n, longestHeader)
	}
	header := make([]byte, n)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, cut(err)
	}
	a := &Array{r: r, chunk: 1 << 14, start: fixed + lengthSize + int(n)}
	if err := a.parse(string(header)); err != nil {
		return nil, err
	}
	return a, nil
}

// parse reads the header, a dictionary of Python's with three keys.
func (a *Array) parse(header string) error {
	form := regexp.MustCompile(`^\{'descr': *('[^']*'|\[.*\]), *'fortran_order': *(True|False), *'shape': *\(((?: *\d+L? *,?)*)\) *,? *\} *\n?$`)
	m := form.FindStringSubmatch(header)
	if m == nil {
		return fmt.Errorf("the header of the array is none of numpy's: %.80q", header)
	}
	if err := a.parseType(strings.Trim(m[1], "'")); err != nil {
		return err
	}
	a.Fortran = m[2] == "True"
	a.left = 1
	for _, text := range strings.Split(m[3], ",") {
		text = strings.TrimSuffix(strings.TrimSpace(text), "L")
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n > 0 && a.left > mostValues/n {
			return fmt.Errorf("the shape (%.80s) is too large", m[3])
		}
		a.Shape = append(a.Shape, n)
		a.left *= n
	}
	return nil
}

func (a *Array) parseType(descr string) error {
	m := regexp.MustCompile(`^([<>|=]?)([iufbUSO])(\d*)$`).FindStringSubmatch(descr)
	if m == nil {
		return fmt.Errorf("values of numpy's type %.40q are not read", descr)
	}
	a.kind, a.order = m[2][0], binary.LittleEndian
	if m[1] == ">" {
		a.order = binary.BigEndian
	}
	if a.kind == 'O' {
		return errors.New("the array holds Python objects, which are not read; save numbers, such as L.astype(int)")
	}
	n, err := strconv.Atoi(m[3])
	if err != nil {
		return fmt.Errorf("values of numpy's type %.40q are not read", descr)
	}
	fits := map[byte][]int{'i': {1, 2, 4, 8}, 'u': {1, 2, 4, 8}, 'f': {4, 8}, 'b': {1}}
	ok := false
	for _, size := range fits[a.kind] {
		ok = ok || size == n
	}
	switch a.kind {
	case 'U':
		ok = n <= longestValue/utf8.UTFMax
		n *= utf8.UTFMax
	case 'S':
		ok = n <= longestValue
	}
	if !ok {
		return fmt.Errorf("values of numpy's type %.40q are not read", descr)
	}
	a.size = n
	return nil
}

// Len is the number of values that were not read yet.
func (a *Array) Len() int { return a.left }

// Bytes is how many bytes these values have.
func (a *Array) Bytes() int { return a.left * a.size }

// IsWhole reports whether the values are of a type of integers.
func (a *Array) IsWhole() bool { return a.kind == 'i' || a.kind == 'u' }

// IsText reports whether the values are texts.
func (a *Array) IsText() bool { return a.kind == 'U' || a.kind == 'S' }

// read returns the bytes of the next value.
func (a *Array) read() ([]byte, error) {
	if a.left == 0 {
		return nil, io.EOF
	}
	if len(a.buf) < a.size || len(a.buf) == 0 {
		whole := min(a.left, max(1, a.chunk/max(a.size, 1))) * a.size
		if a.room == nil {
			a.room = make([]byte, whole)
		}
		a.buf = a.room[:whole]
		if _, err := io.ReadFull(a.r, a.buf); err != nil {
			return nil, cut(err)
		}
	}
	a.left--
	value := a.buf[:a.size]
	a.buf = a.buf[a.size:]
	return value, nil
}

// bits is a value as an unsigned number of its size.
func (a *Array) bits(value []byte) uint64 {
	switch len(value) {
	case 1:
		return uint64(value[0])
	case 2:
		return uint64(a.order.Uint16(value))
	case 4:
		return uint64(a.order.Uint32(value))
	default:
		return a.order.Uint64(value)
	}
}

// signed extends the sign of a number of so many bytes.
func signed(bits uint64, size int) int64 {
	shift := 64 - 8*size
	return int64(bits<<shift) >> shift
}

// Int returns the next value of an array of integers, or io.EOF.
func (a *Array) Int() (int64, error) {
	if !a.IsWhole() {
		return 0, errors.New("the values are no integers")
	}
	value, err := a.read()
	if err != nil {
		return 0, err
	}
	bits := a.bits(value)
	if a.kind == 'u' {
		if bits > math.MaxInt64 {
			return 0, fmt.Errorf("%d is too large", bits)
		}
		return int64(bits), nil
	}
	return signed(bits, a.size), nil
}

// Text returns the next value as text, or io.EOF: a number without a fraction
// as an integer, what is none as nan, a truth as true or false, and a text
// without the zeros that pad it.
func (a *Array) Text() (string, error) {
	value, err := a.read()
	if err != nil {
		return "", err
	}
	switch a.kind {
	case 'i':
		if v := signed(a.bits(value), a.size); v != -1 {
			return strconv.FormatInt(v, 10), nil
		}
		return "-1", nil
	case 'u':
		return strconv.FormatUint(a.bits(value), 10), nil
	case 'b':
		if value[0] > 1 {
			return "", fmt.Errorf("a truth of value %d", value[0])
		}
		return strconv.FormatBool(value[0] == 1), nil
	case 'f':
		return a.fraction(value), nil
	case 'S':
		text := strings.TrimRight(string(value), "\x00")
		if !utf8.ValidString(text) {
			return "", fmt.Errorf("%q is not valid UTF-8", text)
		}
		return text, nil
	}
	return a.unicode(value)
}

func (a *Array) fraction(value []byte) string {
	bits := a.bits(value)
	x := math.Float64frombits(bits)
	if a.size == 4 {
		x = float64(math.Float32frombits(uint32(bits)))
	}
	switch {
	case math.IsNaN(x):
		return "nan"
	case x == math.Trunc(x) && math.Abs(x) < 1<<53:
		return strconv.FormatInt(int64(x), 10)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// unicode reads numpy's type U: four bytes per code point.
func (a *Array) unicode(value []byte) (string, error) {
	var b strings.Builder
	for ; len(value) > 0; value = value[utf8.UTFMax:] {
		point := a.order.Uint32(value)
		if point > utf8.MaxRune || !utf8.ValidRune(rune(point)) {
			return "", fmt.Errorf("%#x is no character", point)
		}
		b.WriteRune(rune(point))
	}
	return strings.TrimRight(b.String(), "\x00"), nil
}

// End checks that nothing stands behind the last value.
func (a *Array) End() error {
	if a.left > 0 {
		return fmt.Errorf("%d values were not read", a.left)
	}
	n, err := io.ReadFull(a.r, make([]byte, 1))
	switch {
	case n > 0:
		return errors.New("something stands behind the last value of the array")
	case err != io.EOF:
		return err
	}
	return nil
}

// Columns returns an array of a matrix for each of its columns, where it is
// stored column by column in a file of that size that can be read anywhere.
func (a *Array) Columns(file io.ReaderAt, size int64) ([]*Array, error) {
	m, n := a.Shape[0], a.Shape[1]
	const together = 1 << 26 // bytes of all columns
	if whole := int64(a.start) + int64(a.left)*int64(a.size); size < whole {
		return nil, cut(io.EOF)
	} else if size > whole {
		return nil, errors.New("something stands behind the last value of the array")
	}
	list := make([]*Array, n)
	for j := range list {
		column := *a
		column.Shape, column.left, column.chunk, column.room, column.buf = []int{m}, m, min(a.chunk, together/n), nil, nil
		column.r = io.NewSectionReader(file, int64(a.start)+int64(j)*int64(m)*int64(a.size), int64(m)*int64(a.size))
		list[j] = &column
	}
	return list, nil
}

// cut words the end of a file where more was to come.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the array is cut off")
	}
	return err
}
