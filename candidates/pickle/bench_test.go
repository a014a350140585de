package pickle_test

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"workbench/candidates/pickle"
)

// sentence is the words of one sentence of 25 words; "the", "of" and the comma
// are there several times.
func sentence() []string {
	return strings.Fields("The head of the largest bakery in the city , a friend of the mayor , " +
		"said on Monday that his daughter married Daniel .")
}

// python4 pickles text as Python's protocol 4 does: each string object is
// memoised, and referred to when it comes again. Batches have 1000 items.
func python4(list []string) []byte {
	body := []byte("]\x94")
	memo := make(map[string]int)
	for i, s := range list {
		if i%1000 == 0 {
			body = append(body, '(')
		}
		index, seen := memo[s]
		switch {
		case !seen:
			memo[s] = len(memo) + 1
			body = append(append(body, 0x8c, byte(len(s))), s...)
			body = append(body, 0x94)
		case index < 256:
			body = append(body, 'h', byte(index))
		default:
			body = binary.LittleEndian.AppendUint32(append(body, 'j'), uint32(index))
		}
		if i%1000 == 999 || i == len(list)-1 {
			body = append(body, 'e')
		}
	}
	return framed(append(body, '.'))
}

func framed(body []byte) []byte {
	return append(binary.LittleEndian.AppendUint64([]byte("\x80\x04\x95"), uint64(len(body))), body...)
}

func python4Ints(n int) []byte {
	body := []byte("]\x94(")
	for i := range n {
		if v := 5 * i; v < 256 {
			body = append(body, 'K', byte(v))
		} else {
			body = append(body, 'J', byte(v), byte(v>>8), byte(v>>16), 0)
		}
	}
	return framed(append(body, "e."...))
}

func BenchmarkTexts(b *testing.B) {
	long := make([]string, 10_000)
	for i := range long {
		long[i] = fmt.Sprint("word", i%5000)
	}
	for _, c := range []struct {
		name string
		list []string
	}{{"sentence", sentence()}, {"long", long}} {
		blob := python4(c.list)
		if got, err := pickle.Texts(blob); err != nil || !slices.Equal(got, c.list) {
			b.Fatalf("got %.100q, %v", got, err)
		}
		for name, read := range map[string]func() error{
			"Texts":  func() error { _, err := pickle.Texts(blob); return err },
			"Decode": func() error { _, err := pickle.Decode(blob); return err },
		} {
			benchmark(b, c.name+"/"+name, blob, read)
		}
	}
}

func BenchmarkInts(b *testing.B) {
	for name, n := range map[string]int{"sentence": 25, "long": 10_000} {
		blob := python4Ints(n)
		benchmark(b, name+"/Ints", blob, func() error { _, err := pickle.Ints(blob); return err })
		benchmark(b, name+"/Decode", blob, func() error { _, err := pickle.Decode(blob); return err })
	}
}

func benchmark(b *testing.B, name string, blob []byte, read func() error) {
	b.Run(name, func(b *testing.B) {
		b.SetBytes(int64(len(blob)))
		b.ReportAllocs()
		for b.Loop() {
			must(b, read())
		}
	})
}
