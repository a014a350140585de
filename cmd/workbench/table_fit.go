package main

import (
	"strconv"
	"strings"

	"github.com/rivo/uniseg"
)

// gap is the space between two columns of a table.
const gap = "  "

// fit makes columns of text narrower until the lines of a table fit into a
// terminal, and then the headings of others. Numbers are never cut, and a table
// of one column never is: it loses nothing where the terminal wraps it.
// width is the width of each column, and lines are the headings and the rows.
func (t *table) fit(columns int, width []int, lines [][]string) {
	if columns == 0 || len(width) < 2 {
		return
	}
	least := make([]int, len(width)) // that a column needs
	for i, c := range t.columns {
		const few = 8
		if least[i] = min(few, width[i]); !c.left {
			least[i] = width[i]
		}
		for _, line := range lines[1:] {
			if _, err := strconv.ParseFloat(line[i], 64); err == nil {
				least[i] = max(least[i], len(line[i]))
			}
		}
	}
	shrink(columns, width, least)
	for i, c := range t.columns {
		if c.left {
			continue
		}
		const few = 4
		least[i] = min(few, width[i])
		for _, line := range lines[1:] {
			least[i] = max(least[i], uniseg.StringWidth(line[i]))
		}
	}
	shrink(columns, width, least)
	for _, line := range lines {
		for i := range line {
			line[i] = cutTo(line[i], width[i])
		}
	}
}

// shrink takes from the widest column that has more than it needs, until the
// columns fit or none has.
func shrink(columns int, width, least []int) {
	have := len(gap) * (len(width) - 1)
	for _, w := range width {
		have += w
	}
	for ; have > columns; have-- {
		widest := -1
		for i, w := range width {
			if w > least[i] && (widest < 0 || w > width[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		width[widest]--
	}
}

// cutTo cuts a text to a width, with an ellipsis for what is missing.
func cutTo(text string, width int) string {
	if uniseg.StringWidth(text) <= width {
		return text
	}
	var b strings.Builder
	left := width - 1 // for the ellipsis
	for rest, state := text, -1; rest != ""; {
		var cluster string
		var wide int
		cluster, rest, wide, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if left -= wide; left < 0 {
			break
		}
		b.WriteString(cluster)
	}
	return b.String() + "…"
}
