package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	_ "image/png" // a format that image.Decode knows
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdNPZ: npz FILE — print the arrays of a numpy archive or the one of a .npy, read here by hand
// from the description of the format, so that a mistake of the package that
// writes it is not made twice.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
func cmdNPZ(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(operands(ts, neg, args, 1)[0])
	if strings.HasPrefix(text, "\x93NUMPY") { // a single array
		line, err := describeNPY([]byte(text))
		ts.Check(err)
		fmt.Fprintf(ts.Stdout(), "%s %s\n", args[0], line)
		return
	}
	z, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
	ts.Check(err)
	for _, member := range z.File {
		r, err := member.Open()
		ts.Check(err)
		data, err := io.ReadAll(r) // checks the sum as well
		ts.Check(errors.Join(err, r.Close()))
		line, err := describeNPY(data)
		if err != nil {
			ts.Fatalf("%s: %v", member.Name, err)
		}
		fmt.Fprintf(ts.Stdout(), "%s %s\n", member.Name, line)
	}
}

var npyHeader = regexp.MustCompile(`^\{'descr': '([^']+)', 'fortran_order': False, 'shape': \(((?:\d+,|\d+, \d+)?)\), \} *\n$`)

// describeNPY gives the type, the shape and the values of an array.
func describeNPY(data []byte) (string, error) {
	const magic, fixed, alignment = "\x93NUMPY\x01\x00", 10, 64
	if !bytes.HasPrefix(data, []byte(magic)) {
		return "", fmt.Errorf("starts with %q", data[:min(len(data), fixed)])
	}
	end := fixed + int(binary.LittleEndian.Uint16(data[len(magic):]))
	if end > len(data) {
		return "", fmt.Errorf("header of %d bytes in %d", end, len(data))
	}
	header := npyHeader.FindSubmatch(data[fixed:end])
	if header == nil {
		return "", fmt.Errorf("header %q", data[fixed:end])
	}
	if end%alignment != 0 {
		return "", fmt.Errorf("values start at byte %d", end)
	}
	var values any
	descr, shape, body := string(header[1]), strings.TrimSuffix(string(header[2]), ","), data[end:]
	switch descr {
	case "<i4":
		values = make([]int32, len(body)/4)
	case "<i8":
		values = make([]int64, len(body)/8)
	case "<f8":
		values = make([]float64, len(body)/8)
	case "|S3":
		return fmt.Sprintf("%s (%s) %q", descr, shape, body), nil
	default:
		texts, err := readTexts(descr, body)
		return fmt.Sprintf("%s (%s) %q", descr, shape, texts), err
	}
	n, err := binary.Decode(body, binary.LittleEndian, values)
	if err == nil && n != len(body) {
		err = fmt.Errorf("%d bytes of values, %d left over", len(body), len(body)-n)
	}
	return fmt.Sprintf("%s (%s) %v", descr, shape, values), err
}

// readTexts reads numpy's type <Un: n code points of four bytes per text,
// padded with zeros.
func readTexts(descr string, body []byte) (texts []string, err error) {
	width, err := strconv.Atoi(strings.TrimPrefix(descr, "<U"))
	if err != nil || width < 1 || len(body)%(4*width) != 0 {
		return nil, fmt.Errorf("%d bytes of type %s", len(body), descr)
	}
	for ; len(body) > 0; body = body[4*width:] {
		var text strings.Builder
		for i := range width {
			text.WriteRune(rune(binary.LittleEndian.Uint32(body[4*i:])))
		}
		texts = append(texts, strings.TrimRight(text.String(), "\x00"))
	}
	return texts, nil
}

// cmdImage: image FILE — check that a file is a whole image, and print its
// format and size.
func cmdImage(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(operands(ts, neg, args, 1)[0])
	if !strings.HasPrefix(text, "<") {
		picture, format, err := image.Decode(strings.NewReader(text))
		ts.Check(err)
		fmt.Fprintf(ts.Stdout(), "%s %v\n", format, picture.Bounds().Size())
		return
	}
	var root *xml.StartElement
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		ts.Check(err)
		if start, ok := token.(xml.StartElement); ok && root == nil {
			start = start.Copy()
			root = &start
		}
	}
	if root == nil {
		ts.Fatalf("no element")
	}
	fmt.Fprintf(ts.Stdout(), "%s\n", root.Name.Local)
}
