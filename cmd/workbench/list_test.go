package main

import (
	"slices"
	"testing"
)

func TestListsKeepTheSpacesInQuotes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		`a,b`:               {"a", "b"},
		` a , b `:           {"a", "b"},
		`" a ","b, c"`:      {" a ", "b, c"},
		`x, " y" ,z`:        nil,
		`x, " y",z `:        {"x", " y", "z"},
		`a,,b`:              {"a", "", "b"},
		`a,`:                {"a", ""},
		"\"a\n b \",c":      {"a\n b ", "c"},
		`"say ""hi"" ", é `: {`say "hi" `, "é"},
	} {
		if got, err := listItems(text); !slices.Equal(got, want) || (err != nil) != (want == nil) {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
}
