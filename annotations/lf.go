package annotations

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unicode"

	"workbench/annotations/program"
	"workbench/candidates"
)

// Label is what a labeling function says of a candidate: of two classes
// [Positive] or [Negative], of K classes 1..K, or that it [Abstain]s.
type Label int16

// The labels of two classes, and the abstention.
const (
	Abstain  Label = 0
	Positive Label = 1
	Negative Label = -1
)

// LF is a labeling function. Exactly one of the fields behind its name says
// how it labels.
type LF struct {
	Name string // the name of its key

	// Func labels one candidate. It is called from several goroutines at once,
	// each time for another candidate. A panic counts as an error.
	Func func(c *candidates.Candidate) (Label, error)

	// Query is an SQL query that returns the columns candidate_id and value; it
	// abstains on candidates that are not in the result, or whose value is NULL.
	Query string

	// Program is an external program that labels; it answers under Name.
	// Labeling functions that share one share its process.
	Program *program.Program

	// Abstain says in which convention Query or Program writes labels, as
	// [Notation.Abstain] does. It has to be said of a program that answers −1, 0
	// and 1.
	Abstain *int
}

// CheckLFName refuses a name that would break a table or a line of text: one that
// is blank or has a control character.
func CheckLFName(name string) error {
	if strings.TrimSpace(name) == "" {
		return errors.New("the name of a labeling function is empty")
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		return fmt.Errorf("the name %q has a control character", name)
	}
	return nil
}

// ErrDuplicateLF says that two labeling functions have one name. Snorkel would
// drop the answers of the second.
var ErrDuplicateLF = errors.New("two labeling functions have one name")

// ErrNoLF says that there is no labeling function of a name.
var ErrNoLF = errors.New("no such labeling function")

// LFError says which labeling function failed on which candidate.
type LFError struct {
	LF        string
	Candidate int64
	Type      string // of the candidate, "" if a program answered for it
	Orphan    bool   // the candidate has lost an argument, which may be why
	Err       error
}

// Error puts it on one line.
func (e *LFError) Error() string {
	who := fmt.Sprintf("candidate %d: ", e.Candidate) // many errors of helpers begin so
	return fmt.Sprintf("LF %q, %s%s", e.LF, who, strings.TrimPrefix(OneLine(e.Err.Error()), who))
}

// Unwrap returns what the labeling function said.
func (e *LFError) Unwrap() error { return e.Err }

// OneLine keeps a message on one line, whatever a labeling function, a library
// or a field of a file put into it.
func OneLine(msg string) string {
	return strings.Join(strings.FieldsFunc(msg, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}

// checkLFs reports the first labeling function that cannot be applied.
func checkLFs(lfs []LF) error {
	if len(lfs) == 0 {
		return errors.New("there is no labeling function to apply")
	}
	seen := make(map[string]bool, len(lfs))
	for i, lf := range lfs {
		if lf.Name == "" {
			return fmt.Errorf("labeling function %d of %d has no name", i+1, len(lfs))
		}
		if seen[lf.Name] {
			return fmt.Errorf("%w: %q", ErrDuplicateLF, lf.Name)
		}
		seen[lf.Name] = true
		ways := 0
		for _, has := range []bool{lf.Func != nil, lf.Query != "", lf.Program != nil} {
			if has {
				ways++
			}
		}
		if ways != 1 {
			return fmt.Errorf("LF %q must have one of a function, a query and a program, but it has %d", lf.Name, ways)
		}
	}
	return nil
}

// call runs the function of a labeling function; a panic becomes an error that
// says where it was.
func (lf *LF) call(c *candidates.Candidate) (v Label, err error) {
	defer func() {
		if p := recover(); p != nil {
			v, err = Abstain, fmt.Errorf("panic: %v%s", p, panicked())
		}
	}()
	return lf.Func(c)
}

// panicked says which line panicked, as far as that can be told.
func panicked() string {
	const deep = 32
	pcs := make([]uintptr, deep)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs)])
	inPanic := false
	for {
		frame, more := frames.Next()
		switch {
		case frame.Function == "runtime.gopanic":
			inPanic = true
		case inPanic && !strings.HasPrefix(frame.Function, "runtime."):
			return fmt.Sprintf(" (%s:%d)", frame.File[strings.LastIndexByte(frame.File, '/')+1:], frame.Line)
		}
		if !more {
			return ""
		}
	}
}
