package main

import (
	"encoding/csv"
	"strings"
)

// listItems reads a list as a line of csv. Spaces around an item do not belong
// to it, unless they stand in quotes.
func listItems(text string) ([]string, error) {
	rows := csv.NewReader(strings.NewReader(text))
	rows.TrimLeadingSpace = true
	items, err := rows.Read()
	if err != nil {
		return nil, err
	}
	lines := strings.Split(text, "\n")
	for i := range items {
		if line, column := rows.FieldPos(i); lines[line-1][column-1:] == "" || lines[line-1][column-1] != '"' {
			items[i] = strings.TrimSpace(items[i])
		}
	}
	return items, nil
}
