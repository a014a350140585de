package delimited

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Objects reads JSON objects as the rows of a table: their keys are the columns,
// and their values are no lists and no objects. The first has all the keys; what a
// later one lacks, or is null, is empty.
type Objects struct {
	next   func() (object string, line int, err error)
	first  []string
	names  []string
	line   int
	column map[string]int
	fields []string
}

// Objects takes the text as JSON lines, an object in each, and reads the first.
func (t *Text) Objects() (*Objects, error) {
	lines := t.Unquoted("")
	return newObjects(func() (string, int, error) {
		row, line, err := lines.Next()
		if err != nil {
			return "", line, err
		}
		return row[0], line, nil
	})
}

func newObjects(next func() (string, int, error)) (*Objects, error) {
	o := &Objects{next: next, column: make(map[string]int)}
	object, line, err := next()
	if errors.Is(err, io.EOF) {
		return nil, &Error{Kind: Empty, Line: 1, At: 1}
	}
	if err != nil {
		return nil, err
	}
	o.line = line
	err = eachValue(object, func(name, value string) error {
		if _, twice := o.column[name]; twice {
			return fmt.Errorf("the key %q stands there twice", name)
		}
		o.column[name] = len(o.names)
		o.names, o.first = append(o.names, name), append(o.first, value)
		return nil
	})
	if err != nil {
		return nil, &Error{Kind: Unreadable, Line: line, At: line, Err: err}
	}
	return o, nil
}

// Names are the keys of the first object, in its order.
func (o *Objects) Names() []string { return o.names }

// Line is where the first object stands.
func (o *Objects) Line() int { return o.line }

// Unique is nil: an object with a key twice is no object.
func (o *Objects) Unique() error { return nil }

// Next returns the values of the next object, numbers as they are written, in
// the order of Names, and its line. They are good as those of [Table.Next], and
// so are the errors.
func (o *Objects) Next() (fields []string, line int, err error) {
	if o.first != nil {
		fields, o.first = o.first, nil
		return fields, o.line, nil
	}
	object, line, err := o.next()
	if err != nil {
		return nil, line, err
	}
	o.fields = append(o.fields[:0], make([]string, len(o.names))...)
	seen := make([]bool, len(o.names))
	err = eachValue(object, func(name, value string) error {
		i, known := o.column[name]
		switch {
		case !known:
			return fmt.Errorf("the first object has no key %q", name)
		case seen[i]:
			return fmt.Errorf("the key %q stands there twice", name)
		}
		o.fields[i], seen[i] = value, true
		return nil
	})
	if err != nil {
		return nil, line, &Error{Kind: Unreadable, Line: line, At: line, Err: err}
	}
	return o.fields, line, nil
}

// eachValue calls do for each key of a JSON object and its value.
func eachValue(text string, do func(name, value string) error) error {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if start, err := dec.Token(); err != nil || start != json.Delim('{') {
		return fmt.Errorf("%.40q is not a JSON object", text)
	}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return brokenObject(err)
		}
		name := token.(string) // nothing else is a key
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return brokenObject(err)
		}
		plain, err := plainValue(value)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := do(name, plain); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return brokenObject(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is something behind the JSON object")
	}
	return nil
}

// plainValue is a JSON value as a field of a table.
func plainValue(value json.RawMessage) (string, error) {
	switch value[0] {
	case '{', '[':
		return "", errors.New("it is a list or an object, and not one value")
	case 'n':
		return "", nil
	case '"':
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			return "", err
		}
		half := strings.Contains(text, "\ufffd") && !bytes.Contains(value, []byte("\ufffd")) && !bytes.Contains(bytes.ToLower(value), []byte(`\ufffd`))
		if half {
			return "", errors.New("it has half of a surrogate pair, no character")
		}
		return text, nil
	}
	return string(value), nil
}

// brokenObject words an error of encoding/json.
func brokenObject(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the JSON object does not end on its line")
	}
	return fmt.Errorf("the JSON object is broken: %w", err)
}
