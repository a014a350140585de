package session

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
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

// dialect turns what SQL texts have in common into SQLite's own words.
func dialect(query string) string {
	if !strings.Contains(query, "s(?") {
		return query
	}
	const list = " (SELECT value, key AS place FROM json_each(?))"
	query = strings.NewReplacer(" ids(?)", list, " texts(?)", list).Replace(query)
	const rows = " texts(?, "
	for at := strings.Index(query, rows); at >= 0; at = strings.Index(query, rows) {
		number, rest, _ := strings.Cut(query[at+len(rows):], ")")
		n, _ := strconv.Atoi(number)
		table := " (SELECT key AS place"
		for k := range n {
			table += fmt.Sprintf(", value ->> %d AS value%d", k, k)
		}
		query = query[:at] + table + " FROM json_each(?))" + rest
	}
	return query
}

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

func arrayOf[T any](list []T) (driver.Value, error) {
	if list == nil {
		return "[]", nil
	}
	text, err := json.Marshal(list)
	return string(text), err
}
