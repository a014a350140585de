package delimited

import "fmt"

// Error is what is wrong with a table.
type Error struct {
	Kind Kind
	Line int // where the row begins
	At   int // where in the row the mistake stands

	Fields, Width int    // Count: the fields of the row, and of the first
	Field         int    // Encoding, Nul: which field, from 1
	Column        string // Encoding, Twice: the name of the column, if it has one

	Err error // what encoding/csv or the file says, if anything does
}

// Kind is a kind of mistake in a table.
type Kind int

// The mistakes that a table can have.
const (
	Unreadable Kind = iota // the file fails
	Empty                  // there is not even a row of names
	Twice                  // two columns have one name
	Count                  // a row has more or fewer fields than the first
	Encoding               // a field is not UTF-8
	BareQuote              // a field that is not quoted has a quotation mark
	OpenQuote              // a quoted field does not end, or goes on behind its end
	Long                   // a row is too long; Err is a [*LongError]
	Nul                    // the name of a column has a NUL character
)

// Unwrap returns what encoding/csv or the file says.
func (e *Error) Unwrap() error { return e.Err }

// Error says what is wrong, without the line: that stands beside the file's
// name, which a table does not know.
func (e *Error) Error() string {
	switch e.Kind {
	case Twice:
		return fmt.Sprintf("two columns are called %q", e.Column)
	case Empty:
		return "the file is empty"
	case Count:
		return fmt.Sprintf("%d fields, but the header has %d", e.Fields, e.Width)
	case Encoding:
		what := fmt.Sprintf("field %d", e.Field)
		if e.Column != "" {
			what = fmt.Sprintf("column %q", e.Column)
		}
		return what + " is not valid UTF-8"
	case Nul:
		return fmt.Sprintf("the name of column %d has a NUL character; is the file UTF-16, or no text?", e.Field)
	case BareQuote:
		return "a quote stands within a field; put the whole field in quotes, and double those inside"
	case OpenQuote:
		return "a field in quotes does not end, or goes on behind its quote; quotes inside are doubled"
	}
	return e.Err.Error()
}
