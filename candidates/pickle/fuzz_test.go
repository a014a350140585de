package pickle_test

import (
	"fmt"
	"slices"
	"testing"

	"workbench/candidates/pickle"
)

// walk meets everything in a value, and fails on what Decode never returns.
func walk(t *testing.T, v any, depth int) {
	if depth > 100 {
		t.Fatal("the value is too deep")
	}
	switch v := v.(type) {
	case pickle.List:
		for _, x := range v {
			walk(t, x, depth+1)
		}
	case pickle.Tuple:
		for _, x := range v {
			walk(t, x, depth+1)
		}
	case pickle.Set:
		for _, x := range v {
			walk(t, x, depth+1)
		}
	case pickle.Dict:
		for _, pair := range v {
			walk(t, pair.Key, depth+1)
			walk(t, pair.Value, depth+1)
		}
	case nil, bool, int64, float64, string, pickle.Bytes, fmt.Stringer: // *big.Int is a Stringer
	default:
		t.Fatalf("the value holds a %T", v)
	}
}

// Whatever is decoded can be walked, and Texts and Ints accept exactly the
// lists that Decode finds to be of one kind.
func FuzzDecode(f *testing.F) {
	for _, c := range oracle(f) {
		for protocol := range c.Blobs {
			if blob := c.blob(f, protocol); len(blob) < 2000 {
				f.Add(blob)
			}
		}
	}
	f.Fuzz(func(t *testing.T, blob []byte) {
		v, err := pickle.Decode(blob)
		list, errTexts := pickle.Texts(blob)
		numbers, errInts := pickle.Ints(blob)
		if err != nil {
			if errTexts == nil || errInts == nil {
				t.Fatalf("%v, but texts %q, %v and integers %v, %v", err, list, errTexts, numbers, errInts)
			}
			return
		}
		walk(t, v, 0)
		wantTexts, isTexts := texts(v)
		wantInts, isInts := ints(v)
		if v == nil {
			wantTexts, isTexts, wantInts, isInts = nil, true, nil, true
		}
		if isTexts != (errTexts == nil) || isTexts && !slices.Equal(list, wantTexts) {
			t.Fatalf("%#v, but texts %q, %v", v, list, errTexts)
		}
		if isInts != (errInts == nil) || isInts && !slices.Equal(numbers, wantInts) {
			t.Fatalf("%#v, but integers %v, %v", v, numbers, errInts)
		}
	})
}
