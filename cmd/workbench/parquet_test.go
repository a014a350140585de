package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/rogpeppe/go-internal/testscript"
)

// cmdParquet: parquet FILE — prints a Parquet file as csv, a line with the
// names of the columns first; nothing stands for null.
func cmdParquet(ts *testscript.TestScript, neg bool, args []string) {
	data, err := os.ReadFile(ts.MkAbs(operands(ts, neg, args, 1)[0]))
	ts.Check(err)
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	ts.Check(err)
	out := csv.NewWriter(ts.Stdout())
	var names []string
	for _, path := range file.Schema().Columns() {
		names = append(names, path[0])
	}
	ts.Check(out.Write(names))
	r := parquet.NewReader(file)
	defer r.Close()
	for range file.NumRows() {
		rows := make([]parquet.Row, 1)
		if n, err := r.ReadRows(rows); n != 1 {
			ts.Fatalf("a row is missing: %v", err)
		}
		line := make([]string, len(names))
		for _, v := range rows[0] {
			switch {
			case v.IsNull():
			case v.Kind() == parquet.Double:
				line[v.Column()] = strconv.FormatFloat(v.Double(), 'g', -1, 64)
			case v.Kind() == parquet.Int64:
				line[v.Column()] = strconv.FormatInt(v.Int64(), 10)
			default:
				line[v.Column()] = string(v.ByteArray())
			}
		}
		ts.Check(out.Write(line))
	}
	out.Flush()
	ts.Check(out.Error())
}

// cmdColumns: columns FILE NAMES — prints some columns of a csv file, in the
// order of their names.
func cmdColumns(ts *testscript.TestScript, neg bool, args []string) {
	args = operands(ts, neg, args, 2)
	rows, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[0]))).ReadAll()
	ts.Check(err)
	out := csv.NewWriter(ts.Stdout())
	for _, row := range rows {
		var line []string
		for _, name := range strings.Split(args[1], ",") {
			j := slices.Index(rows[0], name)
			if j < 0 {
				ts.Fatalf("%s has no column %s", args[0], name)
			}
			line = append(line, row[j])
		}
		ts.Check(out.Write(line))
	}
	out.Flush()
	ts.Check(out.Error())
}
