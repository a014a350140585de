package main

import (
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// resultFlag is for commands whose outFormat is set.
func resultFlag() cli.Flag {
	return &cli.StringFlag{Name: "out", Usage: "write the result to `FILE` instead of stdout; without --format, its ending tells the format"}
}

// formatOfOut is the one of a command's formats that the name of --out tells.
// A name without an ending, or .txt, tells none and has the command's own
// format; any other ending would promise what the file is not.
func (c *call) formatOfOut(d *command, own string, formats []string) (string, error) {
	out := c.String("out")
	ending := strings.ToLower(filepath.Ext(out))
	format := strings.TrimPrefix(ending, ".")
	if format == "ndjson" {
		format = "jsonl"
	}
	if format != defaultFormat && slices.Contains(formats, format) {
		return format, nil
	}
	if !d.needEnding && (ending == "" || ending == ".txt" || ending == filepath.Base(out)) {
		return own, nil
	}
	var known []string
	for _, f := range formats {
		if f != defaultFormat {
			known = append(known, "."+f)
		}
	}
	return own, usagef("%s: --out %s: its ending is none of %s; say --format", c.Command.Name, out, strings.Join(known, ", "))
}

// checkOut refuses to write a result or a picture over a database or what belongs
// to it, or under a name that tells another format.
func (c *call) checkOut(db string) error {
	for _, flag := range append(pictureFlags(), "out") {
		switch out := c.String(flag); {
		case out == "":
		case sameFile(out, db):
			return usagef("%s: --%s %s is the database itself; choose another name", c.Command.Name, flag, out)
		case isBeside(out, db):
			return usagef("%s: --%s %s is where SQLite keeps what belongs to the database; choose another name", c.Command.Name, flag, out)
		}
	}
	return c.badOut
}

// isBinary reports whether a format is none for a terminal or a pipe.
func isBinary(format string) bool { return slices.Contains([]string{"npz", "npy", "parquet"}, format) }

// needOut refuses a binary format that has no file to go to.
func (c *call) needOut() error {
	if isBinary(c.format) && c.String("out") == "" {
		return usagef("%s: --format %s needs --out FILE", c.Command.Name, c.format)
	}
	return nil
}

// writeOut writes a result to --out or stdout.
func (c *call) writeOut(write func(w io.Writer) error) error {
	if out := c.String("out"); out != "" {
		return writeFile(out, write)
	}
	return write(c.env.out)
}
