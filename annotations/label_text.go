package annotations

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// labelText is a label as a file has it: a number, or a truth of two classes, or
// none.
type labelText struct {
	value int64 // of true 1, of false −1
	truth bool  // the text is true or false
	none  bool  // there is no label
}

// parseLabel reads a label as people and programs write it: an integer, also
// one that is written as a fraction, such as 1.0; true or false in any case; or,
// for no label, nothing or NaN, which are what pandas and numpy write of a
// missing value. Space around it does not count. The error is why it is none of
// these.
func parseLabel(text string) (labelText, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return labelText{none: true}, nil
	case text[0] <= '9': // as nothing but numbers begins
	case strings.EqualFold(text, "nan"):
		return labelText{none: true}, nil
	case strings.EqualFold(text, "true"):
		return labelText{value: 1, truth: true}, nil
	case strings.EqualFold(text, "false"):
		return labelText{value: -1, truth: true}, nil
	}
	v, err := wholeNumber(text)
	return labelText{value: v}, err
}

// wholeNumber reads an integer, also one that was written as a fraction.
func wholeNumber(text string) (int64, error) {
	if v, err := strconv.ParseInt(text, 10, 64); err == nil {
		return v, nil
	}
	const exact = 1 << 53 // up to here a float64 holds every integer
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || strings.Trim(text, "0123456789+-.eE") != "":
		return 0, errors.New("it is no number")
	case math.Abs(x) > exact:
		return 0, errors.New("it is too large")
	case x != math.Trunc(x):
		return 0, errors.New("it is a fraction")
	}
	return int64(x), nil
}
