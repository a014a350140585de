package structure_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"

	"workbench/annotations/matrix"
	"workbench/learning/structure"
)

// Of four labeling functions the last repeats what the first says. The model
// is then trained with the dependencies, as learning.TrainOptions.Deps.
func ExampleDependencySelector() {
	random := rand.New(rand.NewPCG(1, 1))
	candidates := make([]int64, 800)
	var entries []matrix.Entry[int16]
	for i := range candidates {
		candidates[i] = int64(i + 1)
		for j := range 3 {
			entries = append(entries, matrix.Entry[int16]{Row: i, Col: j, Value: int16(random.IntN(3) - 1)})
		}
		again := entries[len(entries)-3]
		again.Col = 3
		entries = append(entries, again)
	}
	keys := []matrix.Key{{ID: 1, Name: "LF_a"}, {ID: 2, Name: "LF_b"}, {ID: 3, Name: "LF_c"}, {ID: 4, Name: "LF_a_again"}}
	L, err := matrix.New(candidates, keys, entries)
	if err != nil {
		log.Fatal(err)
	}
	found, err := structure.NewDependencySelector().Select(context.Background(), L)
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range structure.Strongest(found.Dependencies, 5) {
		fmt.Printf("%s, %s: %s, %.2f\n", keys[d.J].Name, keys[d.K].Name, d.Type, d.Weight)
	}
	// Output:
	// LF_a, LF_a_again: similar, 2.11
}
