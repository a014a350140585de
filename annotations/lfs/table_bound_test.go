package lfs

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The bound of a list is tried with a small one, for the real one takes seconds
// to reach. It counts what is unpacked.
func TestAListIsBounded(t *testing.T) {
	const most = 1 << 20
	line := strings.Repeat("x", 1023) + "\n"
	for name, path := range map[string]string{"plain": "names.txt", "packed": "names.txt.gz"} {
		path = filepath.Join(t.TempDir(), path)
		for lines, want := range map[int]string{most / len(line): "", most/len(line) + 1: path + ":1025: the list has more than 1 MiB"} {
			text := strings.Repeat(line, lines)
			if name == "packed" {
				var packed strings.Builder
				z := gzip.NewWriter(&packed)
				z.Write([]byte(text))
				z.Close()
				text = packed.String()
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			read, says := 0, ""
			list := table{path: path}
			list.columns[0].number = 1
			if err := list.readUpTo(most, 1, func([]string) { read++ }); err != nil {
				says = err.Error()
			}
			if says != want || want == "" && read != lines {
				t.Errorf("%s, %d lines: %d were read, error %q, want %q", name, lines, read, says, want)
			}
		}
	}
}
