package python

import (
	"strings"
	"testing"
)

// FuzzCompile compiles anything without a panic, searches in any text, and
// compares the machine with Go's matcher in the texts where both are right, of
// which those in ASCII are most.
func FuzzCompile(f *testing.F) {
	for _, s := range []struct{ expr, text string }{
		{`\b(married|wife)\b`, "his wife"}, {`fianc[eé]e?$`, "fiancé\n"},
		{`(?xi)a [^b-d\W] # c`, "AE"}, {`(?m)^$|a{,3}b*?`, "a\n"}, {`(?a:\B)x\Z`, "ax"},
		{`(?P<n>\u00e9|[\ud800-\udfff])`, "\xff"}, {`(?i)[𐐀-𐐨ß]`, "ẞ"}, {`(a|b*)*c`, "aac"},
	} {
		f.Add(s.expr, uint8(0), s.text)
		f.Add(s.expr, uint8(IgnoreCase|Multiline), s.text)
	}
	f.Fuzz(func(t *testing.T, expr string, flags uint8, text string) {
		if len(expr) > 200 || len(text) > 500 {
			return
		}
		p, err := Compile(expr, Flags(flags)&allFlags)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("Compile(%q): the error %q has several lines", expr, err)
			}
			return
		}
		nodes, all, err := parse(expr, Flags(flags)&allFlags)
		if err != nil {
			t.Fatal(err)
		}
		m, err := newMachine(nodes, all)
		if err != nil {
			t.Fatal(err)
		}
		got := p.Search(text)
		machine := m.search(text)
		if got != machine {
			t.Errorf("Compile(%q, %d): Search(%q) is %v, the machine says %v", expr, flags, text, got, machine)
		}
		if p.plainly(text) && p.plain.MatchString(text) != machine {
			t.Errorf("Compile(%q, %d): in %q Go's matcher says %v, the machine %v", expr, flags, text, !machine, machine)
		}
		m.search(text + "é\n")
		p.Search(text + "é\n")
	})
}

func TestSearchAllocates(t *testing.T) {
	if testing.Short() {
		t.Skip("under the race detector, which goes with -short, a sync.Pool drops what it is given")
	}
	p, err := Compile(`\b(wife|husband)\b`, 0)
	if err != nil {
		t.Fatal(err)
	}
	p.Search("é")
	if n := testing.AllocsPerRun(100, func() { p.Search("Ünal and his houseboy, é") }); n >= 1 {
		t.Errorf("Search allocates %v times", n)
	}
}
