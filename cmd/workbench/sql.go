package main

import (
	"context"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/urfave/cli/v2"
)

func (e *env) sql() *cli.Command {
	return e.command(command{
		name:        "sql",
		usage:       "run a query that reads the database",
		args:        "QUERY",
		description: "The query is one argument, in quotes, or - where it stands on stdin.",
		examples: []string{
			`workbench sql "SELECT split, count(*) FROM candidate GROUP BY split"`,
			`workbench sql "SELECT * FROM marginal WHERE probability > 0.9 LIMIT 5" --format csv`,
			`workbench sql "PRAGMA table_info(label)"`,
			`workbench sql - < query.sql`,
		},
		flags: []cli.Flag{
			&cli.DurationFlag{Name: "timeout", Usage: "give up after this `TIME`", DefaultText: "none"},
			&cli.Int64Flag{Name: "max-bytes", Usage: "give up when the values of the result have more than `N` bytes", DefaultText: "67108864 in a table, which is held in memory; else none"},
		},
		formats: []string{"json", "csv"},
		action: func(c *call) error {
			switch {
			case c.IsSet("timeout") && c.Duration("timeout") <= 0:
				return usagef("sql: --timeout %s is not a positive time", c.Duration("timeout"))
			case c.IsSet("max-bytes") && c.Int64("max-bytes") <= 0:
				return usagef("sql: --max-bytes %d is not positive", c.Int64("max-bytes"))
			}
			if c.NArg() != 1 {
				return usagef("sql: give one query, in quotes; got %d arguments", c.NArg())
			}
			query, err := c.query()
			if err != nil {
				return err
			}
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			sink := c.newSink()
			ctx := c.Context.Context
			if c.IsSet("timeout") {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, c.Duration("timeout"))
				defer cancel()
			}
			err = s.Query(ctx, query, sink.header, sink.row)
			if errors.Is(err, context.DeadlineExceeded) {
				return fmt.Errorf("%s: the query took longer than %s", s.Path(), c.Duration("timeout"))
			}
			if err != nil {
				return err
			}
			return sink.end()
		},
	})
}

// query is the argument, or what stands on stdin where that is "-".
func (c *call) query() (string, error) {
	query := c.Args().First()
	if query != "-" {
		return query, nil
	}
	const longest = 1 << 20
	text, err := io.ReadAll(io.LimitReader(newInterruptible(c.Context.Context, os.Stdin), longest+1))
	switch {
	case err != nil:
		return "", err
	case len(text) > longest:
		return "", fmt.Errorf("stdin: a query of more than %d MiB", longest>>20)
	}
	return strings.TrimPrefix(string(text), "\ufeff"), nil
}

// sink takes the rows of a query. csv and json go out row by row, however many
// there are; a table must be seen whole to be aligned.
type sink struct {
	call  *call
	names []string
	table table
	csv   *csv.Writer
	rows  int
	bytes int64 // of the values so far
	most  int64 // that they may have, 0 for any number
}

// largestTable is how many bytes the values of a table may have, unless
// --max-bytes says otherwise.
const largestTable = 64 << 20

func (c *call) newSink() *sink {
	s := &sink{call: c, csv: csv.NewWriter(c.env.out), most: c.Int64("max-bytes")}
	if s.most == 0 && c.format != "csv" && c.format != "json" {
		s.most = largestTable
	}
	return s
}

// count adds up what the values of a row take.
func (s *sink) count(values []any) error {
	const number = 8
	for _, v := range values {
		switch v := v.(type) {
		case string:
			s.bytes += int64(len(v))
		case []byte:
			s.bytes += int64(len(v))
		default:
			s.bytes += number
		}
	}
	if s.most > 0 && s.bytes > s.most {
		return fmt.Errorf("the result has more than %d bytes; select less, raise --max-bytes, or ask for csv or json, which go out row by row", s.most)
	}
	return nil
}

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
	if err := s.count(values); err != nil {
		return err
	}
	s.rows++
	cells := make([]any, len(values))
	for i, v := range values {
		cells[i] = v
		switch v := v.(type) {
		case []byte:
			cells[i] = blob(v)
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

// blob is a value that is written as SQL does, when it is written.
type blob []byte

func (b blob) String() string {
	text := make([]byte, 0, len("x''")+hex.EncodedLen(len(b)))
	text = hex.AppendEncode(append(text, "x'"...), b)
	return string(append(text, '\''))
}

// MarshalText makes it a string in JSON.
func (b blob) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

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
