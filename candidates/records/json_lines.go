package records

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"workbench/candidates"
	"workbench/candidates/delimited"
)

// jsonLines reads one JSON object per line.
type jsonLines struct {
	file   *delimited.Text
	buffer []byte
	line   int
	object object
}

// object is a JSON object with the order of its keys.
type object struct {
	keys   []string
	values map[string]json.RawMessage
}

// parseObject reads an object, and refuses a key that it has twice.
func parseObject(text []byte) (object, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	o := object{values: make(map[string]json.RawMessage)}
	if start, err := dec.Token(); err != nil || start != json.Delim('{') {
		return o, fmt.Errorf("%.40q is not a JSON object", text)
	}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return o, brokenObject(err)
		}
		key, isText := token.(string)
		if !isText {
			return o, fmt.Errorf("the JSON object is broken: %v is no key", token)
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return o, brokenObject(err)
		}
		if _, twice := o.values[key]; twice {
			return o, fmt.Errorf("the key %q stands there twice", key)
		}
		o.keys, o.values[key] = append(o.keys, key), value
	}
	if _, err := dec.Token(); err != nil {
		return o, errors.New("the JSON object does not end on its line")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return o, errors.New("there is something behind the JSON object")
	}
	return o, nil
}

// brokenObject words an error of encoding/json.
func brokenObject(err error) error {
	what := strings.ReplaceAll(err.Error(), "\n", " ")
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		what = "it does not end on its line"
	}
	return errors.New("the JSON object is broken: " + what)
}

func (j *jsonLines) next() (int, error) {
	for {
		text, err := j.readLine()
		if err != nil {
			return max(j.line, 1), err
		}
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		if !utf8.Valid(text) {
			return j.line, errors.New("the line is not valid UTF-8")
		}
		j.object, err = parseObject(text)
		return j.line, err
	}
}

// readLine returns the next line, which is valid until it is called again.
func (j *jsonLines) readLine() ([]byte, error) {
	j.buffer = j.buffer[:0]
	j.file.Begin()
	j.line++
	for {
		part, err := j.file.ReadSlice('\n')
		switch {
		case err == nil && len(j.buffer) == 0:
			return part, nil
		case err == nil:
			return append(j.buffer, part...), nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(j.buffer)+len(part) > 0:
			return append(j.buffer, part...), nil
		default:
			if errors.Is(err, io.EOF) {
				j.line--
			}
			return nil, err
		}
		j.buffer = append(j.buffer, part...)
	}
}

func (j *jsonLines) has(name string) bool {
	_, has := j.object.values[name]
	return has
}

// value returns the field of a name, nil if it is absent or null.
func (o object) value(name string) json.RawMessage {
	if v := o.values[name]; string(v) != "null" {
		return v
	}
	return nil
}

func (j *jsonLines) text(name string) (string, bool, error) { return j.object.text(name) }

func (o object) text(name string) (string, bool, error) {
	v := o.value(name)
	if v == nil {
		return "", false, nil
	}
	if v[0] == '-' || v[0] >= '0' && v[0] <= '9' { // a number as an id
		if bytes.ContainsAny(v, ".eE") {
			return "", false, fmt.Errorf("%s: %.40s is neither a text nor a whole number", name, v)
		}
		return string(v), true, nil
	}
	var text string
	if err := json.Unmarshal(v, &text); err != nil {
		return "", false, fmt.Errorf("%s: %.40q is not a text", name, v)
	}
	if err := checkSurrogates(v); err != nil {
		return "", false, fmt.Errorf("%s: %w", name, err)
	}
	return text, true, nil
}

func (j *jsonLines) number(name string) (int, bool, error) { return j.object.number(name) }

func (o object) number(name string) (int, bool, error) {
	v := o.value(name)
	if v == nil {
		return 0, false, nil
	}
	n, err := parseNumber(string(v))
	if err != nil {
		return 0, false, fmt.Errorf("%s: %w", name, err)
	}
	return n, true, nil
}

func (j *jsonLines) list(name string) ([]byte, bool, error) {
	v := j.object.value(name)
	return v, v != nil, nil
}

// label takes numbers and truths as they are written.
func (j *jsonLines) label(name string) (string, error) {
	v := j.object.value(name)
	switch {
	case v == nil:
		return "", nil
	case v[0] == '{' || v[0] == '[':
		return "", fmt.Errorf("%.40q is no label", v)
	case v[0] != '"':
		return string(v), nil
	}
	text, _, err := j.object.text(name)
	return text, err
}

func (j *jsonLines) mentions(class *candidates.Subclass) ([][]candidates.Mention, bool, error) {
	one, several := j.object.value("arguments"), j.object.value("candidates")
	switch {
	case one != nil && several != nil:
		return nil, false, errors.New(`"arguments" and "candidates" mean the same; leave one out`)
	case one != nil:
		mentions, err := parseArguments(one, class)
		if err != nil {
			return nil, false, fmt.Errorf("arguments: %w", err)
		}
		return [][]candidates.Mention{mentions}, true, nil
	case several == nil:
		return nil, false, nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal(several, &items); err != nil {
		return nil, false, fmt.Errorf("candidates: %.40q is not a JSON array of objects", several)
	}
	all := make([][]candidates.Mention, len(items))
	for i, item := range items {
		var err error
		if all[i], err = parseArguments(item, class); err != nil {
			return nil, false, fmt.Errorf("candidates[%d]: %w", i, err)
		}
	}
	return all, true, nil
}

// parseArguments reads an object of argument names to offsets.
func parseArguments(text []byte, class *candidates.Subclass) ([]candidates.Mention, error) {
	o, err := parseObject(text)
	if err != nil {
		return nil, err
	}
	for _, key := range o.keys {
		if !slices.Contains(class.Args, key) {
			return nil, fmt.Errorf("%s has no argument %q", class, key)
		}
	}
	mentions := make([]candidates.Mention, len(class.Args))
	for i, arg := range class.Args {
		v := o.value(arg)
		if v == nil {
			return nil, fmt.Errorf("the argument %s of %s is missing", arg, class)
		}
		if mentions[i], err = parseMention(v); err != nil {
			return nil, fmt.Errorf("%s: %w", arg, err)
		}
	}
	return mentions, nil
}

// parseMention reads [start, end] or {"start": …, "end": …, "cid": …}.
func parseMention(text []byte) (m candidates.Mention, err error) {
	if text[0] == '[' {
		bounds, err := parseNumbers(text)
		if err == nil && len(bounds) != 2 {
			err = fmt.Errorf("%.40s is not [start, end]", text)
		}
		if err != nil {
			return m, err
		}
		return candidates.Mention{Start: bounds[0], End: bounds[1]}, nil
	}
	o, err := parseObject(text)
	if err != nil {
		return m, err
	}
	for _, key := range o.keys {
		if !slices.Contains([]string{"start", "end", "char_start", "char_end", "cid"}, key) {
			return m, fmt.Errorf("unknown key %q; there are start, end and cid", key)
		}
	}
	for i, into := range []*int{&m.Start, &m.End} {
		side := []string{"start", "end"}[i]
		if o.value("char_"+side) != nil {
			if o.value(side) != nil {
				return m, fmt.Errorf("%s and char_%s are the same; leave one out", side, side)
			}
			side = "char_" + side
		}
		n, present, err := o.number(side)
		if err == nil && !present {
			err = fmt.Errorf("%s is missing", side)
		}
		if err != nil {
			return m, err
		}
		*into = n
	}
	m.CID, _, err = o.text("cid")
	return m, err
}

// maxIgnored bounds the list of keys that were passed over.
const maxIgnored = 16

// exportedKey marks a record that was exported with all that was known of the
// candidate, such as what labeling functions of any name say of it.
const exportedKey = "candidate_id"

// checkKeys refuses keys that mean nothing, which are typing mistakes of those
// that do. Where the columns of raw texts were named, and in exported records,
// others are passed over.
func (rd *Reader) checkKeys(j *jsonLines) error {
	known := rd.columns()
	if !rd.raw {
		known = append(known, "arguments", "candidates")
	}
	for _, key := range j.object.keys {
		switch {
		case slices.Contains(known, key), key == rd.options.Gold:
		case !rd.named && !j.has(exportedKey):
			return fmt.Errorf("unknown key %q; known are %s", key, strings.Join(known, ", "))
		case len(rd.ignored) < maxIgnored && !slices.Contains(rd.ignored, key):
			rd.ignored = append(rd.ignored, key)
		}
	}
	return nil
}
