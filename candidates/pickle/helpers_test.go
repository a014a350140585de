package pickle_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"reflect"
	"strings"
	"testing"

	"workbench/candidates/pickle"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// oracleCase is a value that Python pickled in each protocol.
type oracleCase struct {
	Name  string
	Value any
	Blobs map[string]string // protocol → hexadecimal digits
}

// blob returns the pickle in a protocol.
func (c oracleCase) blob(t testing.TB, protocol string) []byte {
	t.Helper()
	b, err := hex.DecodeString(c.Blobs[protocol])
	must(t, err)
	return b
}

// oracle reads what Python pickled, and fails if there is nothing.
func oracle(t testing.TB) []oracleCase {
	t.Helper()
	data, err := os.Open("../../testdata/oracle/pickles.json")
	must(t, err)
	defer data.Close()
	decoder := json.NewDecoder(data)
	decoder.UseNumber()
	var file struct{ Cases []oracleCase }
	must(t, decoder.Decode(&file))
	if len(file.Cases) < 19 {
		t.Fatalf("pickles.json has %d cases", len(file.Cases))
	}
	for i, c := range file.Cases {
		if len(c.Blobs) != 6 {
			t.Fatalf("case %s has %d protocols", c.Name, len(c.Blobs))
		}
		file.Cases[i].Value = value(t, c.Value)
	}
	return file.Cases
}

// value reads the notation of pickles.json: what JSON has no word for is an
// object with one member.
func value(t testing.TB, v any) any {
	t.Helper()
	list := func(v any) (items []any) {
		items = []any{}
		for _, x := range v.([]any) {
			items = append(items, value(t, x))
		}
		return items
	}
	switch v := v.(type) {
	case nil, bool, string:
		return v
	case json.Number:
		if n, err := v.Int64(); err == nil && !strings.ContainsAny(v.String(), ".eE") {
			return n
		}
		f, err := v.Float64()
		must(t, err)
		return f
	case []any:
		return pickle.List(list(v))
	case map[string]any:
		for kind, x := range v {
			switch kind {
			case "tuple":
				return pickle.Tuple(list(x))
			case "int":
				n, ok := new(big.Int).SetString(x.(string), 10)
				if !ok {
					t.Fatalf("%v is no integer", x)
				}
				return n
			case "bytes_hex":
				b, err := hex.DecodeString(x.(string))
				must(t, err)
				return pickle.Bytes(b)
			case "dict":
				dict := pickle.Dict{}
				for _, pair := range list(x) {
					pair := pair.(pickle.List)
					dict = append(dict, pickle.Pair{Key: pair[0], Value: pair[1]})
				}
				return dict
			}
		}
	}
	t.Fatalf("pickles.json holds %v", v)
	return nil
}

// same: two values are equal in kind and value, zeros of either sign apart.
func same(a, b any) bool {
	return reflect.DeepEqual(a, b) && fmt.Sprintf("%#v", a) == fmt.Sprintf("%#v", b)
}

// texts returns a list or tuple of text as strings, and whether it is one.
func texts(v any) (list []string, ok bool) {
	items, ok := items(v)
	list = []string{}
	for _, x := range items {
		s, isText := x.(string)
		list, ok = append(list, s), ok && isText
	}
	return list, ok
}

// ints is the same for integers.
func ints(v any) (list []int, ok bool) {
	items, ok := items(v)
	list = []int{}
	for _, x := range items {
		n, isInt := x.(int64)
		list, ok = append(list, int(n)), ok && isInt
	}
	return list, ok
}

func items(v any) (items []any, ok bool) {
	switch v := v.(type) {
	case pickle.List:
		return v, true
	case pickle.Tuple:
		return v, true
	}
	return nil, false
}
