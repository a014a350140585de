package learning

import (
	"context"
	"fmt"
	"time"

	"workbench/annotations/matrix"
)

// Comparison puts approaches side by side on candidates that have gold labels.
type Comparison struct {
	// Labels are what is labelled, m candidates × n labeling functions.
	Labels *matrix.LabelMatrix
	// Gold are its m gold labels, 0 where there is none.
	Gold []int16
	// Train is what models learn from; nil is Labels.
	Train *matrix.LabelMatrix
	// TrainPatterns are the patterns of Train, where that is not there itself.
	TrainPatterns *matrix.Patterns
	// Cardinality is the number of classes K; 0 infers it from Labels, see
	// [matrix.InferCardinality].
	Cardinality int
	// Approaches are what is compared; nil is [Approaches].
	Approaches []Approach
	// Progress, if not nil, is called with the share of the approaches that is done,
	// from 0 to 1.
	Progress func(done float64)
}

// Compared is what one approach came to.
type Compared struct {
	Approach   string // its name
	Marginals  *matrix.Marginals
	Evaluation *Evaluation
	Duration   time.Duration // of training and prediction
	Warnings   []string      // what a person should know about the result
}

// Run lets each approach label the candidates, one after the other, and evaluates
// the marginals. The result is in the order of the approaches.
func (c *Comparison) Run(ctx context.Context) ([]Compared, error) {
	task := ApproachTask{Labels: c.Labels, Train: c.TrainPatterns, Cardinality: c.Cardinality}
	if task.Train == nil {
		train := c.Train
		if train == nil {
			train = c.Labels
		}
		task.Train = matrix.Group(train, nil).Patterns
	}
	if task.Cardinality == 0 {
		var err error
		if task.Cardinality, err = matrix.InferCardinality(c.Labels); err != nil {
			return nil, err
		}
	}
	approaches := c.Approaches
	if approaches == nil {
		approaches = Approaches()
	}
	var list []Compared
	for i, approach := range approaches {
		start := time.Now()
		p, warnings, err := approach.Run(ctx, &task)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", approach.Name, err)
		}
		took := time.Since(start)
		e, err := Evaluate(p, c.Gold)
		if err != nil {
			return nil, err
		}
		list = append(list, Compared{Approach: approach.Name, Marginals: p, Evaluation: e, Duration: took, Warnings: warnings})
		if c.Progress != nil {
			c.Progress(float64(i+1) / float64(len(approaches)))
		}
	}
	return list, nil
}
