package candidates_test

import (
	"testing"

	"workbench/candidates"
)

func TestParseSubclass(t *testing.T) {
	for text, want := range map[string]string{
		"Spouse(person1, person2)":        "Spouse(person1, person2) spouse",
		"  ChemicalDisease ( a,b ,c ) \t": "ChemicalDisease(a, b, c) chemical_disease",
		"Tweet(tweet)":                    "Tweet(tweet) tweet",
	} {
		c, err := candidates.ParseSubclass(text)
		must(t, err)
		if got := c.String() + " " + c.Table; got != want || c.Cardinality != 2 {
			t.Errorf("%q: %s with %d classes, want %s", text, got, c.Cardinality, want)
		}
	}
	for _, text := range []string{"", "Spouse", "Spouse()", "Spouse(a", "Spouse a)", "(a)", "Spouse(a)(b)", "Spouse(a,)", "Spouse(a, a)",
		"Spouse(a, A)", "Spouse(a b)", "Two Words(a)", "Label(a)", "Spouse(a); DROP TABLE label", "2x(a)", "Spouse(person-1)"} {
		if c, err := candidates.ParseSubclass(text); err == nil {
			t.Errorf("%q was taken for %s", text, c)
		}
	}
}
