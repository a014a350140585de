package session

import "strconv"

// JSONIDs writes ids as an array of JSON, which passes any number of them as
// one argument of an SQL statement: json_each reads it.
func JSONIDs(ids []int64) string {
	b := make([]byte, 0, 8*len(ids)+2)
	b = append(b, '[')
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	return string(append(b, ']'))
}
