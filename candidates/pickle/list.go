package pickle

import "strconv"

// Texts returns the list or tuple of text that a pickle holds, and nil for
// None; an empty list is not nil. An element that is not text, None among them,
// is an error that matches [ErrKind] and names the element's index. The texts
// share one string as large as the pickle.
func Texts(b []byte) ([]string, error) {
	if list, ok := plainTexts(b); ok {
		return list, nil
	}
	items, err := elements(b, "text")
	if items == nil || err != nil {
		return nil, err
	}
	list := make([]string, len(items))
	for i, v := range items {
		s, ok := v.(string)
		if !ok {
			return nil, fail(ErrKind, "element %d is %s, not text", i, kindOf(v))
		}
		list[i] = s
	}
	return list, nil
}

// Ints returns the list or tuple of integers that a pickle holds, and nil for
// None; an empty list is not nil. An element that is not an integer, or does
// not fit in an int, is an error that matches [ErrKind] and names the element's
// index. A boolean is no integer here.
func Ints(b []byte) ([]int, error) {
	if list, ok := plainInts(b); ok {
		return list, nil
	}
	items, err := elements(b, "integers")
	if items == nil || err != nil {
		return nil, err
	}
	list := make([]int, len(items))
	for i, v := range items {
		n, ok := v.(int64)
		if !ok {
			return nil, fail(ErrKind, "element %d is %s, not an integer of %d bits", i, kindOf(v), strconv.IntSize)
		}
		if list[i] = int(n); int64(list[i]) != n {
			return nil, fail(ErrKind, "element %d is %d, not an integer of %d bits", i, n, strconv.IntSize)
		}
	}
	return list, nil
}

// elements returns what a pickled list or tuple holds, and nil for None.
func elements(b []byte, of string) ([]any, error) {
	v, err := Decode(b)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case List:
		return v, nil
	case Tuple:
		return v, nil
	}
	return nil, fail(ErrKind, "it holds %s, not a list of %s", kindOf(v), of)
}
