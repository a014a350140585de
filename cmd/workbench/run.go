package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/candidates/spelling"
	"workbench/session"
)

// Exit statuses.
const (
	statusOK    = 0
	statusFail  = 1
	statusUsage = 2
)

// usageError is a command line that makes no sense; it ends with status 2.
type usageError struct{ msg string }

func (e *usageError) Error() string { return e.msg }

// errSaid ends a command that failed in a command it ran, which has said why.
var errSaid = errors.New("said already")

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// run executes one command line without touching the process: tests and demo
// call it too.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return runSaying(ctx, "interrupted; nothing was changed", args, stdout, stderr)
}

// runSaying is run with what to say of a command that is interrupted.
func runSaying(ctx context.Context, interrupted string, args []string, stdout, stderr io.Writer) int {
	out := newOutput(stdout)
	e := &env{out: out, term: newTerminal(stderr)}
	app := e.appFor(args)
	err := app.RunContext(ctx, append([]string{app.Name}, reorder(app, args)...))
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	var usage *usageError
	// Only cli's own help command returns an ExitCoder as it is; inside of other
	// errors one may be the status of a labeling program.
	_, unknown := err.(cli.ExitCoder)
	switch {
	case err == nil:
		return statusOK
	case errors.As(err, &usage):
		e.term.print("%s", message(err))
		return statusUsage
	case unknown:
		e.term.print("help: no command of that name; see workbench --help")
		return statusUsage
	case errors.Is(err, errSaid):
		return interruptedStatus(ctx)
	case errors.Is(err, context.Canceled):
		e.term.print("%s", interrupted)
		return interruptedStatus(ctx)
	default:
		e.term.print("%s", message(advised(err)))
		return statusFail
	}
}

// message is an error on one line, and of a length that can be read.
func message(err error) string {
	const longest = 2000
	line := annotations.OneLine(err.Error())
	if len(line) > longest {
		line = strings.ToValidUTF8(line[:longest], "") + "…"
	}
	return line
}

// env is what all commands of one run share.
type env struct {
	out  *output
	term *terminal
}

// app builds the command line interface. No flag or command is known outside
// of it.
func (e *env) app() *cli.App {
	app := e.bareApp()
	e.addCommands(app)
	return app
}

// appFor is the app with the command only that is asked for, unless it is the help.
func (e *env) appFor(args []string) *cli.App {
	app := e.bareApp()
	at := commandAt(app, args)
	asksHelp := func(word string) bool { return slices.Contains(cli.HelpFlag.Names(), strings.TrimLeft(word, "-")) }
	if at < len(args) && !slices.ContainsFunc(args[:at], asksHelp) {
		if cmd := e.commandNamed(args[at]); cmd != nil {
			app.Commands = []*cli.Command{cmd}
			return app
		}
	}
	e.addCommands(app)
	return app
}

// bareApp is the app without its commands.
func (e *env) bareApp() *cli.App {
	return &cli.App{
		Name:  "workbench",
		Usage: "make training labels of many noisy ones, in a Snorkel database or of a table",
		UsageText: "workbench [--db FILE] COMMAND [options]\n\n" +
			"Without --db the database is $SNORKELDB, or else snorkel.db in this directory.\n" +
			"Commands that only read open it read-only. fit FILE, compare FILE and label need none.",
		Version:                   version(),
		DisableSliceFlagSeparator: true,
		Writer:                    e.out,
		ErrWriter:                 io.Discard, // what goes wrong is said once, by run
		Flags:                     globalFlags(defaultFormat, defaultFormat, "json", "csv", "…"),
		OnUsageError:              onUsageError,
		ExitErrHandler:            func(*cli.Context, error) {},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("no command %q%s; see workbench --help", c.Args().First(), spelling.Hint(c.Args().First(), commandNames(c.App)))
			}
			return usagef("no command given; see workbench --help")
		},
	}
}

func onUsageError(c *cli.Context, err error, _ bool) error {
	msg := err.Error()
	if name, ok := strings.CutPrefix(msg, "flag provided but not defined: -"); ok {
		name = strings.TrimLeft(name, "-")
		var known []string
		for _, ctx := range c.Lineage() {
			if ctx.Command != nil {
				known = append(known, flagNames(ctx.Command.Flags)...)
			}
		}
		msg = "no option " + dashed(name)
		if best := spelling.Nearest(name, known); best != "" {
			msg += fmt.Sprintf("; did you mean %s?", dashed(best))
		}
	}
	if name, ok := strings.CutPrefix(msg, "flag needs an argument: -"); ok {
		msg = dashed(strings.TrimLeft(name, "-")) + " needs a value"
	}
	msg = strings.Replace(msg, " for flag -", " for --", 1)
	if c.Command != nil && c.Command.Name != "" && c.Command.Name != c.App.Name {
		return usagef("%s: %s; see workbench %s --help", c.Command.Name, msg, c.Command.Name)
	}
	return usagef("%s; see workbench --help", msg)
}

// dashed is a flag's name as it is typed.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// defaultFormat is the format of a result where --format does not say and the
// command knows none that is better.
const defaultFormat = "table"

// globalFlags are accepted before and after the command; format is the default
// of --format, and formats are what it takes.
func globalFlags(format string, formats ...string) []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "db", Usage: "`FILE` of the database, or its URL, sqlite:/// or postgresql:// (default: $SNORKELDB or snorkel.db)"},
		&formatFlag{&cli.StringFlag{Name: "format", Usage: "`FORMAT` of the result: " + strings.Join(formats, ", "), DefaultText: format}, formats},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print no notes and no progress"},
		&cli.BoolFlag{Name: "check", Usage: "first check the whole database for damage"},
		&cli.DurationFlag{Name: "busy-timeout", Usage: "how long to wait for another program's lock", Value: session.DefaultBusyTimeout},
	}
}

// formatFlag is --format, and what it takes.
type formatFlag struct {
	*cli.StringFlag
	formats []string
}

// command describes one command; see [env.command].
type command struct {
	name, usage string
	description string   // paragraphs for its help, if the usage does not do
	args        string   // placeholder of its arguments, "" if it takes none
	examples    []string // the command lines that end its help
	flags       []cli.Flag
	formats     []string // accepted besides table
	format      string   // the default of --format, if not table
	writes      bool     // into a database that is there
	outFormat   bool     // without --format, the ending of --out tells the format
	needEnding  bool     // and must tell one: a table is but a preview
	action      func(c *call) error
}

// call is one command being run.
type call struct {
	*cli.Context
	env    *env
	format string
	badOut error // why --out is refused, which open says
}

// examplesTitle stands before the examples in the help of a command.
const examplesTitle = "\nEXAMPLES:\n   "

func (e *env) command(d command) *cli.Command {
	help := cli.CommandHelpTemplate + examplesTitle + strings.Join(d.examples, "\n   ") + "\n"
	if d.writes {
		d.flags = append(slices.Clone(d.flags), writeFlags()...)
	}
	format, formats := cmp.Or(d.format, defaultFormat), append([]string{defaultFormat}, d.formats...)
	cmd := &cli.Command{
		Name: d.name, Usage: d.usage, Description: d.description, ArgsUsage: d.args, UseShortOptionHandling: false,
		Flags:              append(slices.Clone(d.flags), globalFlags(format, formats...)...),
		CustomHelpTemplate: help,
		OnUsageError:       onUsageError,
		UsageText:          strings.TrimSpace("workbench " + d.name + " [options] " + d.args),
	}
	cmd.Action = func(ctx *cli.Context) error {
		c := &call{Context: ctx, env: e, format: format}
		if f, ok := global(ctx, "format").(string); ok && f != "" {
			c.format = f
		} else if d.outFormat && ctx.String("out") != "" {
			c.format, c.badOut = c.formatOfOut(&d, format, formats)
		}
		e.term.quiet, _ = global(ctx, "quiet").(bool)
		switch {
		case !slices.Contains(formats, c.format):
			return usagef("%s: --format %q is none of %s", d.name, c.format, strings.Join(formats, ", "))
		case d.args == "" && ctx.Args().Present():
			return usagef("%s: unexpected argument %q%s; see workbench %s --help", d.name, ctx.Args().First(), fileHint(cmd, ctx.Args().First()), d.name)
		}
		return d.action(c)
	}
	return cmd
}

// global returns a global flag's value, wherever on the command line it stood;
// the place nearest to the command wins.
func global(c *cli.Context, name string) any {
	for _, ctx := range c.Lineage() {
		if slices.Contains(ctx.LocalFlagNames(), name) {
			return ctx.Value(name)
		}
	}
	return nil
}

// reorder moves flags that stand behind a command's arguments before them,
// where the flag parser sees them; behind "--" everything is an argument.
func reorder(app *cli.App, args []string) []string {
	i := commandAt(app, args)
	if i >= len(args) {
		return args
	}
	cmd := app.Command(args[i])
	if cmd == nil {
		return args
	}
	var flags, rest []string
	for j := i + 1; j < len(args); {
		switch {
		case args[j] == "--":
			rest = append(rest, args[j+1:]...)
			j = len(args)
		case len(args[j]) > 1 && args[j][0] == '-':
			end := min(j+width(cmd.Flags, args[j]), len(args))
			flags = append(flags, args[j:end]...)
			j = end
		default:
			rest = append(rest, args[j])
			j++
		}
	}
	ordered := append(slices.Clone(args[:i+1]), flags...)
	if len(rest) > 0 {
		ordered = append(append(ordered, "--"), rest...)
	}
	return ordered
}

// commandAt is where the command stands, behind flags of the app, or the end.
func commandAt(app *cli.App, args []string) int {
	i := 0
	for i < len(args) && strings.HasPrefix(args[i], "-") && args[i] != "--" {
		i += width(app.Flags, args[i])
	}
	return i
}

// width is how many words a flag takes: 1 for a switch or NAME=VALUE, else 2.
func width(flags []cli.Flag, word string) int {
	name := strings.TrimLeft(word, "-")
	if strings.Contains(name, "=") {
		return 1
	}
	for _, f := range flags {
		if slices.Contains(f.Names(), name) {
			if _, isSwitch := f.(*cli.BoolFlag); isSwitch {
				return 1
			}
			return 2
		}
	}
	return 1 // unknown, or --help
}

func flagNames(flags []cli.Flag) []string {
	var names []string
	for _, f := range flags {
		names = append(names, f.Names()...)
	}
	return names
}

func commandNames(app *cli.App) []string {
	var names []string
	for _, c := range app.Commands {
		names = append(names, c.Name)
	}
	return names
}
