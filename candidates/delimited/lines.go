package delimited

import (
	"bytes"
	"io"
	"strings"
)

// lines reads rows that are not quoted. Lines without text are passed over.
type lines struct {
	text      *Text
	separator string
	line      int
}

func (l *lines) read() ([]string, int, error) {
	for {
		l.text.Begin()
		row, err := l.text.ReadBytes('\n')
		if err != nil && (err != io.EOF || len(row) == 0) {
			return nil, l.line + 1, err
		}
		l.line++
		if row = bytes.TrimRight(row, "\r\n"); len(bytes.TrimSpace(row)) == 0 {
			continue
		}
		if l.separator == "" {
			return []string{string(row)}, l.line, nil
		}
		return strings.Split(string(row), l.separator), l.line, nil
	}
}

// fieldLine is the line of the last row.
func (l *lines) fieldLine(int) int { return l.line }
