package main

import (
	"strconv"
	"strings"

	"github.com/rivo/uniseg"
)

// gap is the space between two columns of a table.
const gap = "  "

// widths are those of the columns. For a terminal of some columns, not 0, those of
// texts are narrower until the lines of a table fit into it, and then the headings
// of others. Numbers are never cut, and a table of one column never is: it loses
// nothing where the terminal wraps it.
func (t *table) widths(titles []string, columns int) []int {
	width, cells := make([]int, len(titles)), make([]int, len(titles))
	numbers := make([]int, len(titles))
	fits := columns > 0 && len(titles) > 1
	for row := range t.each() {
		for i, v := range row {
			text := cell(v)
			cells[i] = max(cells[i], textWidth(text))
			if fits && len(text) > numbers[i] && isNumber(text) {
				numbers[i] = len(text)
			}
		}
	}
	for i, title := range titles {
		width[i] = max(cells[i], textWidth(title))
	}
	if !fits {
		return width
	}
	least := make([]int, len(titles)) // that a column needs
	for i, c := range t.columns {
		const few = 8
		if least[i] = max(min(few, width[i]), numbers[i]); !c.left {
			least[i] = width[i]
		}
	}
	shrink(columns, width, least)
	for i, c := range t.columns {
		if !c.left {
			const few = 4
			least[i] = max(min(few, width[i]), cells[i])
		}
	}
	shrink(columns, width, least)
	return width
}

// textWidth is how many columns of a terminal a text takes.
func textWidth(text string) int {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return uniseg.StringWidth(text)
		}
	}
	return len(text)
}

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
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
	if textWidth(text) <= width {
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
