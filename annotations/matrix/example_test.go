package matrix_test

import (
	"fmt"
	"log"

	"workbench/annotations/matrix"
)

// A label matrix of three candidates and two labeling functions, made by hand.
func ExampleNew() {
	keys := []matrix.Key{{ID: 1, Name: "LF_wife"}, {ID: 2, Name: "LF_boss"}}
	L, err := matrix.New([]int64{10, 11, 12}, keys, []matrix.Entry[int16]{
		{Row: 0, Col: 0, Value: 1}, {Row: 1, Col: 0, Value: 1}, {Row: 1, Col: 1, Value: -1},
	})
	if err != nil {
		log.Fatal(err)
	}
	gold := []int16{1, -1, 0} // of the last candidate there is none
	for _, lf := range matrix.LFStats(L, gold, 2) {
		fmt.Printf("%s: coverage %.2f, conflicts %.2f, accuracy %.2f\n", lf.Name, lf.Coverage, lf.Conflicts, lf.EmpiricalAcc)
	}
	// Output:
	// LF_wife: coverage 0.67, conflicts 0.33, accuracy 0.50
	// LF_boss: coverage 0.33, conflicts 0.33, accuracy 1.00
}
