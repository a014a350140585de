package python

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"unicode/utf8"
)

// Flags are flags of Python's re module. Inline flags such as (?i) add to them.
type Flags uint8

// The flags re.IGNORECASE, re.MULTILINE, re.DOTALL, re.VERBOSE and re.ASCII.
const (
	IgnoreCase Flags = 1 << iota
	Multiline
	DotAll
	Verbose
	ASCII

	unicodeOnly // (?u) was given
	allFlags    = unicodeOnly - 1
)

// ErrSyntax is the kind of error that says that a pattern is wrong, to Python
// too, and ErrUnsupported the kind that says that it asks for something that
// is not supported here. Both are for errors.Is.
var (
	ErrSyntax      = errors.New("wrong pattern")
	ErrUnsupported = errors.New("pattern is not supported")
)

// ErrWork is the kind of error that says that a search was given up.
var ErrWork = errors.New("search takes too many steps")

// MaxWork is how many steps a search may take. In each, one place of the pattern
// is looked at for one character of the text; at some 10 to 20 ns all of them
// take one to three seconds. Most patterns take less than ten steps per
// character, a list of thousands of words takes about a hundred, and .{0,1000}
// takes a thousand or two.
//
// Go's matcher does not count, but takes at most a step for each place of the
// pattern and each byte of the text. It is only given texts for which these are
// no more than maxPlain.
const (
	MaxWork  = 1 << 27
	maxPlain = 1 << 26
)

// patternError is an error of a kind with a message of its own.
type patternError struct {
	kind    error
	message string
}

func (e *patternError) Error() string { return e.message }
func (e *patternError) Unwrap() error { return e.kind }

// A Pattern is a compiled regular expression of Python. It may be used by
// several goroutines.
type Pattern struct {
	expr string
	uses uses

	// machine gives Python's answers to all texts, plain to those that plainly
	// tells apart. Where both may be asked, quick says that machine is faster.
	// It is compiled when it is first needed.
	plain   *regexp.Regexp
	machine func() (*machine, error)
	quick   bool
	longest int // bytes of a text that plain is given
}

// Compile translates a regular expression of Python, as re.compile does.
// Errors are of the kind [ErrSyntax] or [ErrUnsupported], and name the
// position, counted in code points from 0.
func Compile(expr string, flags Flags) (*Pattern, error) {
	if flags&^allFlags != 0 {
		return nil, &patternError{ErrUnsupported, fmt.Sprintf("flags %#x are not supported", uint8(flags&^allFlags))}
	}
	if !utf8.ValidString(expr) {
		return nil, &patternError{ErrSyntax, "pattern is not valid UTF-8"}
	}
	if len(expr) > maxPattern {
		return nil, tooLarge(nil)
	}
	nodes, flags, err := parse(expr, flags)
	if err != nil {
		return nil, err
	}
	b := builder{}
	tree := b.sequence(nodes, flags)
	switch {
	case b.nested:
		return nil, tooLarge(&syntax.Error{Code: syntax.ErrInvalidRepeatSize})
	case b.large:
		return nil, tooLarge(nil)
	}
	plain, err := regexp.Compile(expression(tree))
	if err != nil {
		return nil, tooLarge(err)
	}
	p := &Pattern{expr: expr, uses: b.uses, plain: plain, longest: maxPlain / (b.size + 2)}
	build := func() (*machine, error) { return newMachine(nodes, flags) }
	p.machine = sync.OnceValues(build)
	prefix, _ := plain.LiteralPrefix()
	if p.uses == (uses{}) && prefix != "" {
		return p, nil
	}
	m, err := p.machine()
	if err != nil {
		return nil, tooLarge(err)
	}
	p.quick = prefix == "" && m.leaps()
	if p.uses == (uses{}) && !p.quick {
		p.machine = sync.OnceValues(build) // few patterns need it again
	}
	return p, nil
}

// tooLarge explains an error of Go about an expression that is right: it is
// about size only.
func tooLarge(err error) error {
	message := "pattern is too large, and is not supported"
	var e *syntax.Error
	if errors.As(err, &e) && e.Code == syntax.ErrInvalidRepeatSize {
		message = fmt.Sprintf("nested repeat counts whose product is above %d are not supported", maxRepeat)
	}
	return &patternError{ErrUnsupported, message}
}

// Search reports whether the pattern matches anywhere in text: Python's
// re.search(expr, text, flags) is not None. The error is of the kind [ErrWork]:
// the search took more than [MaxWork] steps and was given up. That depends on
// the pattern and the text only.
func (p *Pattern) Search(text string) (bool, error) { return p.search(text, MaxWork) }

func (p *Pattern) search(text string, most int) (bool, error) {
	if !p.quick && len(text) <= p.longest && p.plainly(text) {
		return p.plain.MatchString(text), nil
	}
	m, err := p.machine()
	if err != nil {
		return false, tooLarge(err)
	}
	found, ok := m.search(text, most)
	if !ok {
		return false, p.gaveUp(text, most)
	}
	return found, nil
}

func (p *Pattern) gaveUp(text string, most int) error {
	expr := p.expr
	const longest = 100
	if r := []rune(expr); len(r) > longest {
		expr = string(r[:longest]) + "…"
	}
	return &patternError{ErrWork, fmt.Sprintf("the pattern \"%s\" takes more than %d steps in a text of %d characters; make its repeats shorter, or search in less text",
		expr, most, utf8.RuneCountInString(text))}
}

// plainly reports whether Go and Python agree on all parts of the pattern in
// this text.
func (p *Pattern) plainly(text string) bool {
	switch {
	case p.uses.words && !isASCII(text):
		return false // Go's \b knows ASCII words only
	case p.uses.end && strings.HasSuffix(text, "\n"):
		return false // Go has no $ that matches before a final newline too
	case p.uses.inner && text == "":
		return false // Python's \B does not match in an empty text
	}
	return true
}

// String returns the expression that the pattern was compiled from.
func (p *Pattern) String() string { return p.expr }
