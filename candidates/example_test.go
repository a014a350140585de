package candidates_test

import (
	"context"
	"fmt"
	"log"
	"slices"

	"workbench/candidates"
	"workbench/session"
)

// A labeling function looks at the words around the arguments of a candidate.
// A rule with a regular expression is compiled once, for all candidates.
func Example_labelingFunctions() {
	ctx := context.Background()
	s, err := session.Open(ctx, "../testdata/oracle/snorkel07.db")
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	rule, err := candidates.RuleRegexSearchBetweenAB(`.*\b(wife|husband)\b.*`)
	if err != nil {
		log.Fatal(err)
	}
	c, err := candidates.ByID(ctx, s, 1)
	if err != nil {
		log.Fatal(err)
	}

	between, err := candidates.BetweenTokens(&c, candidates.Tokens{})
	fmt.Println(between, slices.Contains(between, "wife"), err)
	right, err := candidates.RightTokens(&c, 2, candidates.Tokens{NMax: 2})
	fmt.Printf("%q %v\n", right, err)
	tagged, err := candidates.TaggedText(&c)
	fmt.Println(tagged, err)
	fmt.Println(rule.Search(&c))
	// Output:
	// [and his wife] true <nil>
	// ["opened" "opened the" "the"] <nil>
	// {{A}} and his wife {{B}} opened the bakery together . <nil>
	// true <nil>
}

// The candidates of a split with the text of their arguments, a batch of them
// in memory at a time.
func ExampleEach() {
	ctx := context.Background()
	s, err := session.Open(ctx, "../testdata/oracle/snorkel07.db")
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	err = candidates.Each(ctx, s, candidates.Query{Split: 0, Limit: 2}, func(batch []candidates.Candidate) error {
		for _, c := range batch {
			fmt.Println(c.ID, c, "in", c.Args[0].Document.Name)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 1 spouse("Bjarne Costa", "Daniel Larsen") in doc-00
	// 2 spouse("Rosa Novak", "İpek Yılmaz") in doc-00
}
