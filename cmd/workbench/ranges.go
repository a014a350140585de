package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

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
		return readRanges(file, L)
	default:
		return nil, nil
	}
}

// readRanges reads lines of candidate_id,value, with or without a header.
func readRanges(file string, L *matrix.LabelMatrix) ([][]int16, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := matrix.NewRanges(L)
	lines := csv.NewReader(f)
	lines.FieldsPerRecord = 2
	for {
		fields, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return r.Lists(), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		line, _ := lines.FieldPos(0)
		if line == 1 && strings.TrimSpace(fields[0]) == "candidate_id" {
			continue
		}
		id, idErr := strconv.ParseInt(strings.TrimSpace(fields[0]), 10, 64)
		class, classErr := strconv.Atoi(strings.TrimSpace(fields[1]))
		if idErr != nil || classErr != nil {
			return nil, fmt.Errorf("%s, line %d: %q is not a candidate id and a class", file, line, strings.Join(fields, ","))
		}
		if err := r.Add(id, class); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", file, line, err)
		}
	}
}
