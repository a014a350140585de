package delimited

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// List takes the text as one JSON list of objects, and reads the first. The line
// of each is its place in the list, from 1: all may stand on one line of the file.
func (t *Text) List() (*Objects, error) {
	l := &list{text: t, dec: json.NewDecoder(t)}
	if _, err := l.dec.Token(); err != nil { // [
		return nil, failed(1, brokenList(err))
	}
	return newObjects(l.next)
}

// list reads a JSON list.
type list struct {
	text  *Text
	dec   *json.Decoder
	place int
}

func (l *list) next() (object string, place int, err error) {
	l.text.Begin()
	l.place++
	if !l.dec.More() {
		return "", l.place, l.end()
	}
	var value json.RawMessage
	if err := l.dec.Decode(&value); err != nil {
		return "", l.place, failed(l.place, brokenList(err))
	}
	if !utf8.Valid(value) {
		return "", l.place, &Error{Kind: Encoding, Line: l.place, At: l.place, Field: 1}
	}
	return string(value), l.place, nil
}

// end is io.EOF where nothing comes behind the list.
func (l *list) end() error {
	if _, err := l.dec.Token(); err != nil { // ]
		return failed(l.place, brokenList(err))
	}
	switch _, err := l.dec.Token(); {
	case err == nil:
		return failed(l.place, errors.New("there is something behind the JSON list"))
	case !errors.Is(err, io.EOF):
		return failed(l.place, brokenList(err))
	}
	return io.EOF
}

// brokenList words an error of encoding/json; one of the file comes out as it is.
func brokenList(err error) error {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the JSON list does not end")
	case syntax:
		return fmt.Errorf("the JSON list is broken: %w", err)
	}
	return err
}
