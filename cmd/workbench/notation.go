package main

import (
	"math"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
)

// abstainFlag says which label abstains, wherever labels come in.
func abstainFlag() cli.Flag {
	return &cli.IntFlag{Name: "abstain", Usage: "label that abstains: 0 as in Snorkel's labels, or -1 as in Snorkel 0.9's, whose classes count from 0",
		DefaultText: "0, where labels cannot be Snorkel 0.9's"}
}

// abstention is what --abstain says, nil if it is not given.
func (c *call) abstention() (*int, error) {
	if !c.IsSet("abstain") {
		return nil, nil
	}
	abstain := c.Int("abstain")
	if abstain != 0 && abstain != -1 {
		return nil, usagef("--abstain %d is neither 0, as in Snorkel's labels, nor -1, as in Snorkel 0.9's", abstain)
	}
	return &abstain, nil
}

// notation reads the flags that say how the labels of a file are written.
func (c *call) notation() (n annotations.Notation, err error) {
	if n.Abstain, err = c.abstention(); err != nil {
		return n, err
	}
	if n.Cardinality, err = c.givenCardinality(); err == nil && n.Cardinality > math.MaxInt16 {
		err = usagef("--cardinality %d is more than %d", n.Cardinality, math.MaxInt16)
	}
	return n, err
}
