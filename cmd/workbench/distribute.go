package main

import "github.com/urfave/cli/v2"

func (e *env) distribute() *cli.Command {
	return e.command(command{
		name:  "distribute",
		usage: "print the statements that spread a PostgreSQL database over a Citus cluster",
		examples: []string{
			"workbench distribute --dry-run --db postgresql://user@host/name",
		},
		flags: []cli.Flag{
			&cli.BoolFlag{Name: "dry-run", Usage: "print them; nothing else is offered"},
		},
		action: func(c *call) error {
			if !c.Bool("dry-run") {
				return usagef("distribute: with --dry-run it prints the statements, for psql to run; it runs none itself")
			}
			s, err := c.open()
			if err != nil {
				return err
			}
			defer s.Close()
			statements, err := s.Distribution(c.Context.Context)
			if err != nil {
				return err
			}
			for _, statement := range statements {
				c.printf("%s;\n", printable(statement))
			}
			return nil
		},
	})
}
