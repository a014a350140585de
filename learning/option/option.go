// Package option says how options of learning are refused: training, searching
// and finding dependencies all return an [*Error] for an option that makes no
// sense, under the name that Snorkel gives it, so that a program can name what
// its own user typed.
package option

import (
	"fmt"
	"math"
)

// Error says that an option has a value that makes no sense.
type Error struct {
	Name   string // Snorkel's name of the option, such as step_size
	Reason string // without the name
}

// Error is the name and the reason.
func (e *Error) Error() string { return e.Name + ": " + e.Reason }

// Errorf makes the error about an option.
func Errorf(name, format string, args ...any) *Error {
	return &Error{name, fmt.Sprintf(format, args...)}
}

// largest keeps numbers so far from the largest float that no sum or product
// of them overflows.
const largest = 1e100

// CheckNumber refuses what is no number to calculate with: NaN, what is beyond
// 1e100 either way, and what is below least.
func CheckNumber(name string, value, least float64) error {
	if !(math.Abs(value) <= largest) || value < least {
		return Errorf(name, "%v is not a usable number", value)
	}
	return nil
}
