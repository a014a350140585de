package python

import (
	"errors"
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
		got, err := p.Search(text)
		if err != nil {
			t.Errorf("Compile(%q, %d): Search(%q): %v", expr, flags, text, err)
		}
		machine, ok := m.search(text, MaxWork)
		if !ok {
			t.Errorf("Compile(%q, %d): the machine gives up in %q", expr, flags, text)
		}
		if got != machine {
			t.Errorf("Compile(%q, %d): Search(%q) is %v, the machine says %v", expr, flags, text, got, machine)
		}
		if p.plainly(text) && p.plain.MatchString(text) != machine {
			t.Errorf("Compile(%q, %d): in %q Go's matcher says %v, the machine %v", expr, flags, text, !machine, machine)
		}
		m.search(text+"é\n", MaxWork)
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

func TestASearchIsGivenUp(t *testing.T) {
	const expr, steps = `(?s).{0,100}x.{0,100}`, 100_000
	p, err := Compile(expr, 0)
	if err != nil {
		t.Fatal(err)
	}
	p.longest = 0 // all texts are for the machine
	text := strings.Repeat("abcdé", 200)
	found, err := p.search(text, steps)
	if found || !errors.Is(err, ErrWork) {
		t.Errorf("got %v, %v", found, err)
	}
	const want = `the pattern "` + expr + `" takes more than 100000 steps in a text of 1000 characters; ` +
		"make its repeats shorter, or search in less text"
	if err != nil && err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	for range 2 { // what was given up leaves nothing behind
		for text, want := range map[string]bool{"x" + text: true, text + "x": true, text: false} {
			if found, err := p.search(text, 100*steps); found != want || err != nil {
				t.Errorf("with more steps: got %v, %v, want %v", found, err, want)
			}
		}
	}
}

// The steps of a search count in the text alone, so that the bound is met at the
// same length everywhere, and not by patterns that take few.
func TestStepsOfASearch(t *testing.T) {
	text := strings.Repeat("Ann and Bob Ünal met. ", 100)
	for expr, most := range map[string]int{
		`\bwife\b`:   0,
		`\w+\s\w+\?`: 8,
		"(?i)" + strings.Repeat("ab|cd|ef|", 200) + "gh": 12,
		`\b(?:[A-Z]\w+\s+){2,3}\d`:                       12,
	} {
		nodes, flags, err := parse(expr, 0)
		if err != nil {
			t.Fatal(err)
		}
		m, err := newMachine(nodes, flags)
		if err != nil {
			t.Fatal(err)
		}
		if found, ok := m.search(text, most*len(text)); found || !ok {
			t.Errorf("%.20q: got %v, and %v with %d steps per byte", expr, found, ok, most)
		}
	}
}

// What Go's matcher is given depends on the size of the program, which a builder
// must not take for less.
func TestSizeOfTheProgram(t *testing.T) {
	for _, expr := range []string{
		"", "a", "abc", `a|b\w|c.d`, `(a|b*)*c`, `(?:x{2,5}y?){3,}`, `(?:(?:)|(?:|a)|){20}z`, `((((x?)?)?)*)+`,
		`(?:a{10}){10}`, `(?i)\b(wife|husband)\b`, `$|^|\b\B`, `(?:\b){3,9}`, `(?s).{0,1000}x.{0,1000}`,
	} {
		nodes, flags, err := parse(expr, 0)
		if err != nil {
			t.Fatal(err)
		}
		var b builder
		prog := program(t, expression(b.sequence(nodes, flags)))
		if n := len(prog.Inst); n > b.size+2 {
			t.Errorf("%q: the program has %d instructions and the size %d", expr, n, b.size)
		}
	}
}
