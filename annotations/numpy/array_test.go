package numpy_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"workbench/annotations/numpy"
)

// array writes an array as numpy does.
func array(descr, shape string, fortran bool, values string) string {
	order := "False"
	if fortran {
		order = "True"
	}
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }   \n", descr, order, shape)
	return "\x93NUMPY\x01\x00" + string(binary.LittleEndian.AppendUint16(nil, uint16(len(header)))) + header + values
}

func pack(order binary.ByteOrder, values any) string {
	var b bytes.Buffer
	if err := binary.Write(&b, order, values); err != nil {
		panic(err)
	}
	return b.String()
}

func TestValuesOfEveryType(t *testing.T) {
	for _, test := range []struct {
		descr, values string
		want          []string
	}{
		{"|i1", "\xff\x00\x7f", []string{"-1", "0", "127"}},
		{"<i2", pack(binary.LittleEndian, []int16{-1, 300, math.MinInt16}), []string{"-1", "300", "-32768"}},
		{">i4", pack(binary.BigEndian, []int32{-1, 1 << 20, 2}), []string{"-1", "1048576", "2"}},
		{"<i8", pack(binary.LittleEndian, []int64{-1, math.MaxInt64, 2}), []string{"-1", "9223372036854775807", "2"}},
		{"<u8", pack(binary.LittleEndian, []uint64{1, math.MaxUint64, 2}), []string{"1", "18446744073709551615", "2"}},
		{"<f4", pack(binary.LittleEndian, []float32{1, float32(math.NaN()), 0.5}), []string{"1", "nan", "0.5"}},
		{">f8", pack(binary.BigEndian, []float64{-1, math.Inf(1), 1e300}), []string{"-1", "+Inf", "1e+300"}},
		{"|b1", "\x00\x01\x00", []string{"false", "true", "false"}},
		{"|S3", "csrab\x00\x00\x00\x00", []string{"csr", "ab", ""}},
		{"<U2", pack(binary.LittleEndian, []rune{'a', 'é', '😀', 0, 0, 0}), []string{"aé", "😀", ""}},
	} {
		a, err := numpy.Open(strings.NewReader(array(test.descr, "(3,)", false, test.values)))
		if err != nil {
			t.Errorf("%s: %v", test.descr, err)
			continue
		}
		var got []string
		for a.Len() > 0 {
			text, err := a.Text()
			if err != nil {
				t.Fatalf("%s: %v", test.descr, err)
			}
			got = append(got, text)
		}
		if err := a.End(); err != nil || !slices.Equal(got, test.want) || !slices.Equal(a.Shape, []int{3}) {
			t.Errorf("%s: %q, want %q; %v", test.descr, got, test.want, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	for text, want := range map[string]string{
		"":                                                  "cut off",
		"\x93NUMPY":                                         "cut off",
		"\x93NUMPX\x01\x00\x00":                             "no numpy array",
		"\x93NUMPY\x09\x00\x00\x00":                         "version 9",
		"\x93NUMPY\x02\x00\xff\xff\xff\xff":                 "header of the array has",
		"\x93NUMPY\x01\x00\xff\xff{":                        "cut off",
		array("|O", "(1,)", false, ""):                      "Python objects",
		array("<i3", "(1,)", false, ""):                     "not read",
		array("<M8[ns]", "(1,)", false, ""):                 "not read",
		array("<U99999999", "(1,)", false, ""):              "not read",
		array("<i8", "(1, -1)", false, ""):                  "none of numpy's",
		array("<i8", "(4294967296, 4294967296)", false, ""): "too large",
		array("<i8", "(99999999999999999999,)", false, ""):  "too large",
		strings.Replace(array("<i8", "(1,)", false, ""), "shape", "shqpe", 1): "none of numpy's",
	} {
		if _, err := numpy.Open(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestColumnsOfFortransOrder(t *testing.T) {
	text := array("<i2", "(3, 2)", true, pack(binary.LittleEndian, []int16{1, 2, 3, 4, 5, 6}))
	file := strings.NewReader(text)
	a, err := numpy.Open(strings.NewReader(text))
	if err != nil || !a.Fortran {
		t.Fatal(a, err)
	}
	columns, err := a.Columns(file, file.Size())
	if err != nil {
		t.Fatal(err)
	}
	for j, column := range columns {
		for i := range 3 {
			if v, err := column.Int(); err != nil || v != int64(3*j+i+1) {
				t.Errorf("at %d, %d: %d, %v", i, j, v, err)
			}
		}
		if _, err := column.Int(); err != io.EOF {
			t.Errorf("behind column %d: %v", j, err)
		}
	}
	for _, wrong := range []int64{-1, 1} {
		if _, err := a.Columns(file, file.Size()+wrong); err == nil {
			t.Errorf("a file with %d bytes more is read", wrong)
		}
	}
}

func TestArchives(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"a.npy", "note.txt", "b.npy"} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, array("|b1", "(1,)", false, "\x01"))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	archive, err := numpy.OpenArchive(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || !slices.Equal(archive.Names, []string{"a", "b"}) || !archive.Has("a") || archive.Has("note.txt") {
		t.Fatal(archive, err)
	}
	a, err := archive.Open("b")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := a.Text(); text != "true" || err != nil || a.End() != nil {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := archive.Open("c"); err == nil {
		t.Error("an array that is not there opens")
	}
	// The sum of what is stored is checked at its end.
	broken := bytes.Replace(b.Bytes(), []byte("'|b1'"), []byte("'|i1'"), 1)
	if archive, err = numpy.OpenArchive(bytes.NewReader(broken), int64(len(broken))); err != nil {
		return
	}
	if a, err = archive.Open("a"); err == nil {
		a.Text()
		err = a.End()
	}
	if err == nil {
		t.Error("a changed array reads as if it were whole")
	}
}

// FuzzOpen reads any bytes as an array: it ends in values or an error, and
// memory does not grow with what a header claims.
func FuzzOpen(f *testing.F) {
	f.Add(array("<i8", "(2, 1)", false, pack(binary.LittleEndian, []int64{1, -1})))
	f.Add(array("<U2", "(2,)", true, "a\x00\x00\x00b\x00\x00\x00c\x00\x00\x00d\x00\x00\x00"))
	f.Add(array("|S0", "()", false, ""))
	f.Fuzz(func(t *testing.T, text string) {
		a, err := numpy.Open(strings.NewReader(text))
		if err != nil {
			return
		}
		for range min(a.Len(), 1000) {
			if _, err := a.Text(); err != nil {
				return
			}
		}
		a.End()
	})
}
