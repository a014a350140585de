package main

import (
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"math"

	"github.com/urfave/cli/v2"
)

func (e *env) sql() *cli.Command {
	return e.command(command{
		name:  "sql",
		usage: "run a query that reads the database",
		args:  "QUERY",
		examples: []string{
			`workbench sql "SELECT split, count(*) FROM candidate GROUP BY split"`,
			`workbench sql "SELECT * FROM marginal WHERE probability > 0.9 LIMIT 5" --format csv`,
			`workbench sql "PRAGMA table_info(label)"`,
		},
		formats: []string{"json", "csv"},
		action: func(c *call) error {
			if c.NArg() != 1 {
				return usagef("sql: give one query, in quotes; got %d arguments", c.NArg())
			}
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			sink := c.newSink()
			if err := s.Query(c.Context.Context, c.Args().First(), sink.header, sink.row); err != nil {
				return err
			}
			return sink.end()
		},
	})
}

// sink takes the rows of a query. csv and json go out row by row, however many
// there are; a table must be seen whole to be aligned.
type sink struct {
	call  *call
	names []string
	table table
	csv   *csv.Writer
	rows  int
}

func (c *call) newSink() *sink { return &sink{call: c, csv: csv.NewWriter(c.env.out)} }

func (s *sink) header(columns []string) error {
	s.names = append(s.names, columns...)
	for _, name := range columns {
		s.table.columns = append(s.table.columns, column{name, name, true})
	}
	switch s.call.format {
	case "csv":
		return s.csv.Write(columns)
	case "json":
		s.call.printf("[")
	}
	return nil
}

func (s *sink) row(values []any) error {
	s.rows++
	cells := make([]any, len(values))
	for i, v := range values {
		cells[i] = v
		switch v := v.(type) {
		case []byte:
			cells[i] = "x'" + hex.EncodeToString(v) + "'" // SQL's way to write a blob
		case int64, float64:
			s.table.columns[i].left = false
		}
		if f, ok := v.(float64); ok && math.IsInf(f, 0) && s.call.format == "json" {
			cells[i] = json.RawMessage(map[bool]string{true: "9e999", false: "-9e999"}[f > 0]) // as SQLite writes it
		}
	}
	switch s.call.format {
	case "csv":
		line := make([]string, len(cells))
		for i, v := range cells {
			line[i] = raw(v)
		}
		return s.csv.Write(line)
	case "json":
		if s.rows > 1 {
			s.call.printf(",")
		}
		s.call.printf("\n")
		text, err := marshal(record{s.names, cells})
		if err != nil {
			return err
		}
		_, err = s.call.env.out.Write(text)
		return err
	default:
		for i, v := range cells {
			if f, ok := v.(float64); ok {
				cells[i] = exact(f)
			}
		}
		s.table.add(cells...)
		return nil
	}
}

func (s *sink) end() error {
	switch s.call.format {
	case "csv":
		s.csv.Flush()
		return s.csv.Error()
	case "json":
		s.call.printf("\n]\n")
		return nil
	default:
		return s.table.writeText(s.call.env.out)
	}
}
