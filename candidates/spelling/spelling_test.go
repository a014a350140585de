package spelling_test

import (
	"strings"
	"testing"

	"workbench/candidates/spelling"
)

func TestNearest(t *testing.T) {
	known := []string{"format", "quiet", "split", "q", strings.Repeat("x", 2000)}
	for name, want := range map[string]string{"fromat": "format", "Split": "split", "qiet": "quiet", "x": "", "": "", "format2": "format", "template": "",
		strings.Repeat("x", 1999): ""} {
		if got := spelling.Nearest(name, known); got != want {
			t.Errorf("%.20q: %q, want %q", name, got, want)
		}
	}
	if got := spelling.Hint("fromat", known) + spelling.Hint("x", known); got != `; did you mean "format"?` {
		t.Error(got)
	}
}
