package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/urfave/cli/v2"
)

func (e *env) man() *cli.Command {
	return e.command(command{
		name:  "man",
		usage: "the manual page of workbench",
		examples: []string{
			"workbench man | man -l -",
			"workbench man > ~/.local/share/man/man1/workbench.1",
		},
		action: func(c *call) error {
			app := e.app()
			app.Setup()
			c.printf("%s", manPage(app))
			return nil
		},
	})
}

// manPage is the manual page in the language of man(7).
func manPage(app *cli.App) string {
	var m manual
	m.line(".TH %s 1", app.Name)
	m.line(".SH NAME\n%s \\- %s", app.Name, roff(app.Usage))
	synopsis, about, _ := strings.Cut(app.UsageText, "\n\n")
	m.line(".SH SYNOPSIS\n%s", roff(synopsis))
	m.line(".SH DESCRIPTION")
	m.paragraphs(about)
	m.line(".SH OPTIONS\nThey stand before the command or behind it.")
	everywhere := flagNames(app.VisibleFlags())
	m.options(app.VisibleFlags())
	for _, g := range commandGroups() {
		m.line(".SH %s", strings.ToUpper(g.title))
		for _, named := range g.commands {
			c := app.Command(named.name)
			m.line(".SS %s", c.Name)
			m.paragraphs(c.Usage + "\n\n" + c.UsageText + "\n\n" + c.Description)
			m.options(slices.DeleteFunc(slices.Clone(c.Flags), func(f cli.Flag) bool {
				_, formats := f.(*formatFlag) // each command has others
				return !formats && slices.Contains(everywhere, f.Names()[0])
			}))
			_, examples, _ := strings.Cut(c.CustomHelpTemplate, examplesTitle)
			m.line(".PP\nExamples:\n.PP\n.EX")
			for line := range strings.Lines(examples) {
				m.line("%s", roff("  "+strings.TrimSpace(line)))
			}
			m.line(".EE")
		}
	}
	return m.String()
}

// manual is a manual page that is being written.
type manual struct{ strings.Builder }

func (m *manual) line(format string, args ...any) { fmt.Fprintf(m, format+"\n", args...) }

// paragraphs writes texts that have empty lines between them.
func (m *manual) paragraphs(texts string) {
	for text := range strings.SplitSeq(texts, "\n\n") {
		if text != "" {
			m.line(".PP\n%s", roff(text))
		}
	}
}

// options writes what flags are called and what they do, as in --help.
func (m *manual) options(flags []cli.Flag) {
	for _, f := range flags {
		names, usage, _ := strings.Cut(f.String(), "\t")
		m.line(".TP\n\\fB%s\\fP\n%s", roff(names), roff(usage))
	}
}

// roff writes a text so that nothing in it is taken for a request or a sign of
// another shape, and in ASCII.
func roff(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == '\\':
			b.WriteString(`\e`)
		case r == '.' && (i == 0 || text[i-1] == '\n'):
			b.WriteString(`\&.`)
		case r == '-':
			b.WriteString(`\-`)
		case r == '\'':
			b.WriteString(`\(aq`)
		case r == '`':
			b.WriteString(`\(ga`)
		case r == '^':
			b.WriteString(`\(ha`)
		case r == '~':
			b.WriteString(`\(ti`)
		case r > unicode.MaxASCII:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
