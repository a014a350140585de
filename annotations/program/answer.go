package program

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// answer is what a program says of one candidate.
type answer struct {
	id     *int64
	labels []label // in the order of the line
	some   bool    // the line has labels, which may be none
}

// label is what stands under the name of a labeling function: a json.Number,
// bool, string, nil, or what no label can be.
type label struct {
	name  string
	value any
}

// parseAnswer reads a line. Keys are compared as they are, and none of the line
// may stand there twice: encoding/json alone would take ID for id, and the last
// of two. The names of labels are not compared.
func parseAnswer(line []byte) (answer, error) {
	var a answer
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	_, err := eachKey(dec, func(key string) error {
		switch key {
		case "id":
			if a.id != nil {
				return errors.New(`the key "id" stands there twice`)
			}
			return dec.Decode(&a.id)
		case "labels":
			if a.some {
				return errors.New(`the key "labels" stands there twice`)
			}
			var err error
			a.some, err = eachKey(dec, func(name string) error {
				a.labels = append(a.labels, label{name: name})
				return dec.Decode(&a.labels[len(a.labels)-1].value)
			})
			return err
		}
		return fmt.Errorf("json: unknown field %q", key)
	})
	switch {
	case err != nil:
		return a, fmt.Errorf("%s is not an answer: %w", quoted(line), err)
	case !atEnd(dec):
		return a, fmt.Errorf("%s has more than one answer", quoted(line))
	case a.id == nil:
		return a, fmt.Errorf("%s has no id", quoted(line))
	case !a.some:
		return a, fmt.Errorf("%s has no labels", quoted(line))
	}
	return a, nil
}

// eachKey reads an object, and leaves the value of each key to read. For null it
// reports that there is none.
func eachKey(dec *json.Decoder, read func(key string) error) (some bool, err error) {
	start, err := dec.Token()
	switch {
	case errors.Is(err, io.EOF):
		return false, io.ErrUnexpectedEOF
	case err != nil || start == nil:
		return false, err
	case start != json.Delim('{'):
		return false, fmt.Errorf("%v is no object", start)
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return true, err
		}
		name, _ := key.(string) // the decoder takes nothing else for a key
		if err := read(name); err != nil {
			return true, err
		}
	}
	_, err = dec.Token()
	return true, err
}

// atEnd reports whether nothing but white space is left.
func atEnd(dec *json.Decoder) bool {
	_, err := dec.Token()
	return errors.Is(err, io.EOF)
}
