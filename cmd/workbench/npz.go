package main

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"workbench/annotations"
	"workbench/annotations/matrix"
)

// npyArray is one array of a numpy archive.
type npyArray struct {
	name, descr, shape string
	values             any
}

// writeNPZ writes a matrix as scipy.sparse.save_npz writes a csr_matrix, so
// that scipy.sparse.load_npz opens it. That takes what it knows by name;
// numpy.load also finds the candidates of the rows and the keys of the columns, and
// what classes are called.
func writeNPZ(w io.Writer, m *matrix.LabelMatrix, classes *annotations.Classes) error {
	indptr, cols, vals := m.CSR()
	data := make([]int64, len(vals)) // Snorkel's matrices are int64
	for i, v := range vals {
		data[i] = int64(v)
	}
	rows := make([]int64, len(indptr))
	for i, p := range indptr {
		rows[i] = int64(p)
	}
	keys := make([]int64, m.Cols())
	names := make([]string, m.Cols())
	for j, k := range m.Keys() {
		keys[j], names[j] = k.ID, k.Name
	}
	return writeArchive(w, append([]npyArray{
		{"indices", "<i4", vector(len(cols)), cols},
		{"indptr", "<i8", vector(len(rows)), rows},
		{"format", "|S3", "()", []byte("csr")},
		{"shape", "<i8", vector(2), []int64{int64(m.Rows()), int64(m.Cols())}},
		{"data", "<i8", vector(len(data)), data},
		{"candidate_ids", "<i8", vector(m.Rows()), m.Candidates()},
		{"key_ids", "<i8", vector(len(keys)), keys},
		unicodeArray("key_names", names),
	}, classArrays(classes)...))
}

// classArrays are the labels of classes that have names, and these.
func classArrays(classes *annotations.Classes) []npyArray {
	if !classes.Named() {
		return nil
	}
	labels := make([]int64, classes.Len())
	for i := range labels {
		labels[i] = int64(annotations.ClassValue(classes.Len(), i))
	}
	return []npyArray{{"class_labels", "<i8", vector(len(labels)), labels}, unicodeArray("class_names", classes.Names)}
}

// writeMarginalsNPZ writes marginals as an archive for numpy.load: the
// probabilities, of m candidates or for K > 2 of m × K, and the candidates' ids, and
// what classes are called.
func writeMarginalsNPZ(w io.Writer, p *matrix.Marginals, classes *annotations.Classes) error {
	if !classes.Fits(p.Cardinality) {
		classes = nil
	}
	arrays := []npyArray{probabilities(p), {"candidate_ids", "<i8", vector(len(p.Candidates)), p.Candidates}}
	return writeArchive(w, append(arrays, classArrays(classes)...))
}

// probabilities is the array of marginals: a vector, or of K > 2 classes m × K.
func probabilities(p *matrix.Marginals) npyArray {
	m := len(p.Candidates)
	shape := vector(m)
	if p.Width() > 1 {
		shape = fmt.Sprintf("(%d, %d)", m, p.Width())
	}
	return npyArray{"marginals", "<f8", shape, p.P}
}

// writeDense writes a matrix as numpy.save writes it whole: m × n integers, of
// which those that abstain are 0.
func writeDense(w io.Writer, m *matrix.LabelMatrix) error {
	err := writeNPY(w, npyArray{"", "<i8", fmt.Sprintf("(%d, %d)", m.Rows(), m.Cols()), []int64(nil)})
	row := make([]int64, m.Cols())
	line := make([]byte, 0, binary.Size(row))
	for i := 0; i < m.Rows() && err == nil; i++ {
		clear(row)
		cols, vals := m.Row(i)
		for k, j := range cols {
			row[j] = int64(vals[k])
		}
		line = line[:0]
		for _, v := range row {
			line = binary.LittleEndian.AppendUint64(line, uint64(v))
		}
		_, err = w.Write(line)
	}
	return err
}

// unicodeArray is a vector of texts, each padded with zeros to the length of
// the longest: numpy's type U, four bytes per code point.
func unicodeArray(name string, texts []string) npyArray {
	width := 1 // numpy has none of width 0 in a file
	for _, text := range texts {
		width = max(width, utf8.RuneCountInString(text))
	}
	points := make([]rune, 0, width*len(texts))
	for _, text := range texts {
		points = append(points, []rune(text)...)
		points = append(points, make([]rune, width-utf8.RuneCountInString(text))...)
	}
	return npyArray{name, fmt.Sprintf("<U%d", width), vector(len(texts)), points}
}

// writeArchive writes arrays as numpy.savez does.
func writeArchive(w io.Writer, arrays []npyArray) error {
	z := zip.NewWriter(w)
	for _, a := range arrays {
		f, err := z.Create(a.name + ".npy")
		if err != nil {
			return err
		}
		if err := writeNPY(f, a); err != nil {
			return err
		}
	}
	return z.Close()
}

// vector is the shape of a numpy vector.
func vector(n int) string { return fmt.Sprintf("(%d,)", n) }

// writeNPY writes one array in numpy's format, version 1.0: a header of one
// line, padded so that the values stand at a multiple of 64 bytes, then the
// values.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
func writeNPY(w io.Writer, a npyArray) error {
	const magic, alignment = "\x93NUMPY\x01\x00", 64
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", a.descr, a.shape)
	const lengthSize = 2
	used := (len(magic) + lengthSize + len(header) + 1) % alignment
	header += strings.Repeat(" ", (alignment-used)%alignment) + "\n"
	start := append([]byte(magic), binary.LittleEndian.AppendUint16(nil, uint16(len(header)))...)
	if _, err := w.Write(append(start, header...)); err != nil {
		return err
	}
	return binary.Write(w, binary.LittleEndian, a.values)
}
