package learning_test

import (
	"testing"

	"workbench/learning"
)

func TestAnLFThatVotesAgainstTheOthersIsReported(t *testing.T) {
	t.Parallel()
	L, gold := synthetic(t, 2000, 6, 2, 0.7, 4)
	rows := dense(L)
	for i := range rows {
		rows[i][0] = -gold[i] // always wrong
	}
	o := learning.DefaultTrainOptions()
	o.Converge = true
	g := train(t, labels(t, 6, rows), learning.ModelOptions{LFPropensity: true}, o)
	if len(g.Warnings) != 1 || g.Warnings[0] != "believed to be worse than chance: LF_0" {
		t.Errorf("warnings %q", g.Warnings)
	}
}
