// Package pickle reads and writes the pickled columns of a Snorkel database:
// the words, offsets and tags of sentences, and the metadata of documents and
// spans.
//
// [Texts] and [Ints] read a list of text or integers, which is what nearly all
// pickled columns hold. [Decode] reads any plain data: None, booleans,
// integers, floats, text, bytes, lists, tuples, sets and dicts. [EncodeTexts],
// [EncodeInts] and [EncodeDict] write what every Python that ran Snorkel can
// read.
//
// # Safety
//
// A pickle is a program. Only those of its opcodes that build plain data are
// carried out here; every other one is an error that names it, and nothing that
// a pickle holds is ever called. What is read takes memory in proportion to the
// pickle's size, has at most a million containers, contains no value that contains itself, and can be walked: it
// is not nested too deeply, and what it shares does not add up to more than a
// few dozen MiB.
//
// # Compatibility with Snorkel
//
// Snorkel's columns are SQLAlchemy's PickleType, which writes the highest
// protocol of the Python that runs: 2 in Python 2.7, 4 in 3.4 to 3.7, 5 since
// 3.8. All protocols from 0 to 5 are read. The opcodes are those of Python's
// pickletools.
package pickle

import (
	"errors"
	"fmt"
)

// Errors of this package match one of these; see [errors.Is]. Their messages
// name the byte where the offending opcode stands.
var (
	// ErrRefused: the pickle wants more than plain data, such as a call.
	ErrRefused = errors.New("pickle: more than plain data")
	// ErrCorrupt: the pickle is truncated, or is no pickle at all.
	ErrCorrupt = errors.New("pickle: not a valid pickle")
	// ErrLimit: the value is too deep or too large to be worked with, or
	// contains itself, or an integer to be written is too large.
	ErrLimit = errors.New("pickle: beyond the limits")
	// ErrKind: the value is plain data, but not what was asked for.
	ErrKind = errors.New("pickle: another kind of value")
)

// failure is one of the errors above with its own message.
type failure struct {
	kind    error
	message string
}

func (f *failure) Error() string { return "pickle: " + f.message }
func (f *failure) Unwrap() error { return f.kind }

func fail(kind error, format string, args ...any) error {
	return &failure{kind, fmt.Sprintf(format, args...)}
}

type (
	// Bytes is a bytes or bytearray object of Python 3.
	Bytes []byte
	// List is a list.
	List []any
	// Tuple is a tuple.
	Tuple []any
	// Set is a set or frozenset, in the order in which it was pickled.
	Set []any
	// Dict is a dict, in the order in which it was pickled. Python never pickles
	// a key twice; if one is there twice, Python would keep the last value.
	Dict []Pair
	// Pair is an item of a dict. A key may be of any kind that is read.
	Pair struct{ Key, Value any }
)

// Decode returns the value that a pickle holds: nil for None, bool, int64,
// *big.Int for an integer that needs more than 64 bits, float64, string,
// [Bytes], [List], [Tuple], [Set] or [Dict]. A list that is pickled once and
// referred to several times is one list here too, so what is returned must not
// be changed in place.
//
// Strings of Python 2 that are not unicode objects are UTF-8 if they are valid
// as such, and Latin-1 otherwise. A lone surrogate, which only Python has in
// its text, becomes U+FFFD, so that offsets still count. As in Python, what
// follows the end of the pickle is ignored.
func Decode(b []byte) (any, error) {
	d := decoder{b: b}
	if len(b) == 0 {
		return nil, fail(ErrCorrupt, "it is empty")
	}
	return d.run()
}

// kindOf names the kind of a decoded value in messages.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "None"
	case bool:
		return "a boolean"
	case int64:
		return "an integer"
	case float64:
		return "a float"
	case string:
		return "text"
	case Bytes:
		return "bytes"
	case List:
		return "a list"
	case Tuple:
		return "a tuple"
	case Set:
		return "a set"
	case Dict:
		return "a dict"
	}
	return "an integer of more than 64 bits"
}
