package main

import "github.com/urfave/cli/v2"

func (e *env) man() *cli.Command {
	return e.command(command{
		name:  "man",
		usage: "the manual page of workbench",
		examples: []string{
			"workbench man | man -l -",
			"workbench man > ~/.local/share/man/man1/workbench.1",
		},
		action: func(c *call) error {
			const userCommands = 1 // the section of the manual
			page, err := c.App.ToManWithSection(userCommands)
			if err != nil {
				return err
			}
			c.printf("%s", page)
			return nil
		},
	})
}
