package main

import (
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"workbench/session"
)

// writeFlags are the flags of commands that change a database.
func writeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "backup", Usage: "first copy the database to a new file beside it, and check the copy"},
		&cli.BoolFlag{Name: "with-triggers", Usage: "let triggers of the database run, and foreign keys of tables that are not Snorkel's act"},
	}
}

// open opens the database of the call.
func (c *call) open(opts ...session.Option) (*session.Session, error) {
	location, _ := global(c.Context, "db").(string)
	return c.openAt(location, opts...)
}

// openAt opens another database in the same way.
func (c *call) openAt(location string, opts ...session.Option) (*session.Session, error) {
	if timeout, ok := global(c.Context, "busy-timeout").(time.Duration); ok {
		if timeout < 0 || timeout > session.LongestBusyTimeout {
			return nil, usagef("--busy-timeout %s is not from 0 to %s", timeout, session.LongestBusyTimeout)
		}
		opts = append(opts, session.BusyTimeout(timeout))
	}
	if os.Getenv("WORKBENCH_DEBUG") != "" {
		opts = append(opts, session.Notes(func(text string) { c.env.term.note("debug: %s", text) }))
	}
	s, err := session.Open(c.Context.Context, location, opts...)
	if err != nil {
		return nil, err
	}
	if check, _ := global(c.Context, "check").(bool); check {
		if err := s.Check(c.Context.Context); err != nil {
			s.Close()
			return nil, err
		}
	}
	if err := c.checkOut(s.Path()); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// openToWrite opens the database of the call for a command that changes it.
func (c *call) openToWrite(opts ...session.Option) (*session.Session, error) {
	opts = append(opts, session.Writable())
	if c.Bool("backup") {
		opts = append(opts, session.Backup(func(path string) {
			c.env.term.note("copied the database as it was to %s", path)
		}))
	}
	if c.Bool("with-triggers") {
		opts = append(opts, session.WithTriggers())
	}
	return c.open(opts...)
}

// openFor opens the database, for writing if the flag of that name, or a switch
// of others, asks to keep something in it. A name that is taken is refused before
// the work begins.
func (c *call) openFor(flag string, others ...string) (*session.Session, error) {
	name := c.String(flag)
	if c.IsSet(flag) && name == "" {
		return nil, usagef("%s: --%s needs a name", c.Command.Name, flag)
	}
	if name == "" && !slices.ContainsFunc(others, c.Bool) {
		if c.Bool("backup") {
			return nil, usagef("%s: --backup goes with --%s", c.Command.Name, strings.Join(append([]string{flag}, others...), " or --"))
		}
		return c.open()
	}
	s, err := c.openToWrite()
	if err != nil || name == "" {
		return s, err
	}
	if err := s.CheckModelName(c.Context.Context, name, c.Bool("force")); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}
