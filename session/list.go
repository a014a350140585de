package session

import (
	"database/sql/driver"
	"encoding/json"
	"strconv"
	"strings"
)

// IDs passes any number of ids as one argument of an SQL statement, in which
// ids(?) stands for a table of them with the columns value and place, from 0:
//
//	SELECT name FROM document WHERE id IN (SELECT value FROM ids(?))
type IDs []int64

// Texts does the same for texts, with texts(?).
type Texts []string

// TextRows passes rows of n texts each as one argument, with texts(?, n), a table
// with the columns value0, value1, … and place.
type TextRows [][]string

// Value writes the ids as an array of JSON, which json_each reads.
func (ids IDs) Value() (driver.Value, error) { return ids.json(), nil }

func (ids IDs) json() string {
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

// Value writes the texts as an array of JSON.
func (texts Texts) Value() (driver.Value, error) { return arrayOf(texts) }

// Value writes the rows as an array of arrays.
func (rows TextRows) Value() (driver.Value, error) { return arrayOf(rows) }

// TextArray is a list of texts that is stored as an array; see [Tx.Arrays].
type TextArray []string

// String writes the texts as PostgreSQL reads an array.
func (texts TextArray) String() string {
	var b strings.Builder
	b.WriteString("{")
	for i, text := range texts {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(quoteElement(text))
	}
	b.WriteString("}")
	return b.String()
}

// IntArray is a list of integers that is stored as an array; see [Tx.Arrays].
type IntArray []int

// String writes the integers as PostgreSQL reads an array.
func (ints IntArray) String() string {
	b := []byte("{")
	for i, n := range ints {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return string(append(b, '}'))
}

func arrayOf[T any](list []T) (driver.Value, error) {
	if list == nil {
		return "[]", nil
	}
	text, err := json.Marshal(list)
	return string(text), err
}
