package web

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"

	"workbench/annotations"
)

// functions are those of the templates.
func functions() template.FuncMap {
	return template.FuncMap{
		"name":        name,
		"count":       count,
		"percent":     percent,
		"figure":      figure,
		"scale":       func(x, width float64) string { return strconv.FormatFloat(x*width, 'f', 2, 64) },
		"mul":         func(a, b int) int { return a * b },
		"dict":        dict,
		"longestNote": func() int { return annotations.LongestNote },
		"same":        func(split *int, n int) bool { return split != nil && *split == n },
	}
}

// count writes a number with narrow spaces between thousands.
func count(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "\u202f" + text[at:]
	}
	return text
}

func percent(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return strconv.FormatFloat(100*x, 'f', 1, 64) + "\u202f%"
}

func figure(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return strconv.FormatFloat(x, 'f', 3, 64)
}

// name writes the name of a labeling function, which may break behind underscores.
func name(text string) template.HTML {
	return template.HTML(strings.ReplaceAll(template.HTMLEscapeString(text), "_", "_<wbr>"))
}

// dict passes several values to a template.
func dict(pairs ...any) (map[string]any, error) {
	m := make(map[string]any)
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("%v is no name", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// ago says how long ago something was.
func ago(t time.Time) string {
	switch d := time.Since(t); {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	default:
		return t.Format("15:04")
	}
}

// labelText is a label in a URL.
func labelText(label int16) string { return strconv.Itoa(int(label)) }

// shellWord writes a word as it is typed in a shell.
func shellWord(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./:", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
