package candidates_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"workbench/candidates"
)

func TestTokenize(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "",
		" \t\u00a0\u2028 ":                  "",
		"Bo met Al.":                        "Bo|met|Al|.",
		"Bo's ex-wife, Ann":                 "Bo|'s|ex-wife|,|Ann",
		"we’ll say THEY'RE":                 "we|’ll|say|THEY|'RE",
		"O'Brien didn't l'homme":            "O'Brien|didn't|l'homme",
		"the Browns' dog - 'quoted'":        "the|Browns|'|dog|-|'|quoted|'",
		"$1,000.50, or 3.14.":               "$|1,000.50|,|or|3.14|.",
		"a.b c,d":                           "a|.|b|c|,|d",
		"(Zoë–😀)":                           "(|Zoë|–|😀|)",
		"Zoe\u0308 ❤\ufe0f Анна":            "Zoe\u0308|❤\ufe0f|Анна",
		"snake_case @mention #tag e-mail-":  "snake_case|@|mention|#|tag|e-mail|-",
		"x²½ ١٢٣":                           "x²½|١٢٣",
		"'s":                                "'|s",
		"Mary-Kate Smith-Jones/Lee Brown's": "Mary-Kate|Smith-Jones|/|Lee|Brown|'s",
	} {
		words, offsets := candidates.Tokenize(text)
		if got := strings.Join(words, "|"); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
		checkWords(t, text, words, offsets)
	}
}

// checkWords holds that words stand where they say, in order, and leave out
// white space only.
func checkWords(t *testing.T, text string, words []string, offsets []int) {
	t.Helper()
	runes := []rune(text)
	at := 0
	for i, word := range words {
		n := len([]rune(word))
		if n == 0 || offsets[i] < at || offsets[i]+n > len(runes) || string(runes[offsets[i]:offsets[i]+n]) != word {
			t.Fatalf("%q: word %q is not at %d", text, word, offsets[i])
		}
		if rest := string(runes[at:offsets[i]]); strings.TrimSpace(rest) != "" {
			t.Fatalf("%q: %q is in no word", text, rest)
		}
		at = offsets[i] + n
	}
	if rest := runes[at:]; slices.ContainsFunc(rest, func(r rune) bool { return !unicode.IsSpace(r) }) {
		t.Fatalf("%q: %q is in no word", text, string(rest))
	}
}

func FuzzTokenize(f *testing.F) {
	for _, text := range oracleTexts(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		words, offsets := candidates.Tokenize(strings.ToValidUTF8(text, "\ufffd"))
		checkWords(t, strings.ToValidUTF8(text, "\ufffd"), words, offsets)
	})
}

// oracleTexts are the sentences of the database that Snorkel wrote.
func oracleTexts(t testing.TB) []string {
	rows, err := raw(t, testdata+"oracle/snorkel07.db").Query("SELECT text FROM sentence ORDER BY id")
	must(t, err)
	defer rows.Close()
	var texts []string
	for rows.Next() {
		var text string
		must(t, rows.Scan(&text))
		texts = append(texts, text)
	}
	must(t, rows.Err())
	if len(texts) == 0 {
		t.Fatal("the oracle has no sentences")
	}
	return texts
}
