package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"workbench/candidates"
	"workbench/session"
)

func (e *env) copyDatabase() *cli.Command {
	return e.command(command{
		name:  "copy",
		usage: "copy a database to a new file, or to a PostgreSQL server",
		description: "FROM is a database, as for --db, and TO a file that does not exist or the URL of an empty PostgreSQL\n" +
			"database. All tables are copied, with ids, keys and indexes. What was written is read back and compared\n" +
			"before it is kept; on any failure nothing stays. Checksums are the same for a file and for a server.",
		args: "FROM TO",
		examples: []string{
			"workbench copy snorkel.db postgresql://user@host/name",
			"workbench copy postgresql://user@host/name home.db",
		},
		formats: []string{"json", "csv"},
		action: func(c *call) error {
			if db, _ := global(c.Context, "db").(string); db != "" || c.NArg() != 2 || c.Args().Get(1) == "" {
				return usagef("copy: name the database and its copy, without --db; see workbench copy --help")
			}
			s, err := c.openAt(c.Args().First())
			if err != nil {
				return err
			}
			defer s.Close()
			var copied *session.Copied
			err = c.env.term.long("copying", func(report func(float64)) (err error) {
				copied, err = candidates.Copy(c.Context.Context, s, c.Args().Get(1), func(done, total int) { report(float64(done) / float64(total)) })
				return err
			})
			if err != nil {
				return err
			}
			c.env.term.notes(copied.Notes)
			c.env.term.note("copied %s of %s to %s, and read them back", count(copied.Rows(), "row"), s.Path(), copied.Path)
			t := &table{columns: []column{{"table", "table", true}, {"rows", "rows", false}, {"checksum", "checksum", true}}}
			for _, x := range copied.Tables {
				t.add(x.Table, x.Rows, fmt.Sprintf("%016x", x.Checksum))
			}
			return c.emit(t, nil)
		},
	})
}
