package annotations_test

import (
	"context"
	"fmt"
	"log"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
)

// The label matrix of a split, and how good its labeling functions are on the
// candidates with a gold label.
func ExampleLabelAnnotator_LoadMatrix() {
	ctx := context.Background()
	s, err := session.Open(ctx, "../testdata/oracle/snorkel07.db")
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	dev := annotations.Selection{Split: 1}
	L, err := annotations.LabelAnnotator{}.LoadMatrix(ctx, s, dev)
	if err != nil {
		log.Fatal(err)
	}
	gold, err := annotations.LoadGoldLabels(ctx, s, "gold", dev)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(L.Rows(), "candidates,", L.Cols(), "labeling functions")
	for _, lf := range matrix.LFStats(L, matrix.Align(L, gold), 2)[:3] {
		fmt.Printf("%-27s coverage %.3f, accuracy %.3f\n", lf.Name, lf.Coverage, lf.EmpiricalAcc)
	}
	// Output:
	// 86 candidates, 9 labeling functions
	// LF_husband_wife             coverage 0.256, accuracy 0.800
	// LF_husband_wife_left_window coverage 0.349, accuracy 0.857
	// LF_same_last_name           coverage 0.140, accuracy 0.909
}
