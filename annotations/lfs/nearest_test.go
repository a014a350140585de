package lfs_test

import (
	"strings"
	"testing"
	"time"

	"workbench/annotations/lfs"
)

// Looking for a similar name takes time in proportion to the product of the
// lengths, which is hours for texts of a megabyte.
func TestLongNamesAreNotComparedWithLongNames(t *testing.T) {
	const size = 1 << 20
	long := func(letter string) string { return strings.Repeat(letter, size) }
	for says, text := range map[string]string{
		"is none of the values": "candidate: Spouse(a, b)\nvalues: [" + long("x") + ", no]\nlfs:\n- {name: one, terms: [x], label: " + long("y") + "}\n",
		"there is no set":       "sets:\n  " + long("x") + ": [a]\nlfs:\n- {name: one, terms: " + long("y") + ", label: 1}\n",
	} {
		done := make(chan error, 1)
		go func() {
			_, err := lfs.Parse("lfs.yaml", strings.NewReader(text), ".")
			done <- err
		}()
		select {
		case err := <-done:
			t.Logf("%.100v", err)
			if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("error %.200v, want %q", err, says)
			}
		case <-time.After(20 * time.Second):
			t.Errorf("it takes too long to say that a text %s", says)
		}
	}
}
