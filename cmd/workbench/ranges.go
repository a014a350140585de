package main

import (
	"context"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
)

// ranges reads the candidate ranges of the flags for the rows of L, nil if
// none are given.
func (c *call) ranges(s *session.Session, L *matrix.LabelMatrix) ([][]int16, error) {
	file, table := c.String("candidate-ranges"), c.String("candidate-ranges-table")
	switch {
	case file != "" && table != "":
		return nil, usagef("%s: give --candidate-ranges or --candidate-ranges-table, not both", c.Command.Name)
	case table != "":
		r, err := annotations.LoadRanges(c.Context.Context, s, table, L)
		if err != nil {
			return nil, err
		}
		return r.Lists(), nil
	case file != "":
		return readRanges(c.Context.Context, file, L)
	default:
		return nil, nil
	}
}

// readRanges reads lines of candidate_id,value, with or without a header.
func readRanges(ctx context.Context, file string, L *matrix.LabelMatrix) ([][]int16, error) {
	f, err := openFile(ctx, file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := annotations.ReadRanges(file, f, L)
	if err != nil {
		return nil, err
	}
	return r.Lists(), nil
}
