package learning

import (
	"math"

	"gonum.org/v1/gonum/integrate"
	"gonum.org/v1/gonum/stat"

	"workbench/annotations/matrix"
)

// areaUnderROC is the AUC of an [Evaluation].
func areaUnderROC(p *matrix.Marginals, gold []int16) float64 {
	if p.Cardinality == 2 {
		return areaOf(p, gold, 1)
	}
	sum, classes := 0.0, 0
	for k := range p.Cardinality {
		if area := areaOf(p, gold, k); !math.IsNaN(area) {
			sum += area
			classes++
		}
	}
	return sum / float64(classes)
}

// areaOf is the area for one class, counted from 0, against all others; NaN
// where all candidates have it or none has.
func areaOf(p *matrix.Marginals, gold []int16, k int) float64 {
	var x []float64
	var is []bool
	positives := 0
	for i, y := range gold {
		if y == 0 {
			continue
		}
		x = append(x, p.Prob(i, k))
		is = append(is, classIndex(y, p.Cardinality) == k)
		if is[len(is)-1] {
			positives++
		}
	}
	if positives == 0 || positives == len(is) {
		return math.NaN()
	}
	stat.SortWeightedLabeled(x, is, nil)
	tpr, fpr, _ := stat.ROC(nil, x, is, nil)
	return integrate.Trapezoidal(fpr, tpr)
}
