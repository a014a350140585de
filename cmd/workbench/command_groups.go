package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"
)

// namedCommand is a command that is to be made: with its flags that takes about as long
// as counting what is in a small database.
type namedCommand struct {
	name string
	make func(e *env) *cli.Command
}

// commandGroup are commands for one purpose.
type commandGroup struct {
	title    string
	commands []namedCommand
}

// commandGroups are all commands by what a person wants, the short way first.
func commandGroups() []commandGroup {
	return []commandGroup{
		{"get labels", []namedCommand{
			{"fit", (*env).fit}, {"label", (*env).label}, {"new", (*env).newFrom}, {"compare", (*env).compare}}},
		{"look", []namedCommand{
			{"info", (*env).info}, {"candidates", (*env).candidates}, {"show", (*env).show}, {"lf-stats", (*env).lfStats},
			{"histogram", (*env).histogram}, {"error-analysis", (*env).errorAnalysis}}},
		{"label by hand", []namedCommand{
			{"serve", (*env).serve}, {"export-gold", (*env).exportGold}, {"import-gold", (*env).importGold}, {"load-gold-labels", (*env).loadGoldLabels}}},
		{"the notebook, step by step", []namedCommand{
			{"demo", (*env).demo}, {"init", (*env).init}, {"import", (*env).importRecords}, {"split", (*env).split},
			{"classes", (*env).nameClasses}, {"test-lf", (*env).testLF}, {"apply", (*env).apply}, {"load-matrix", (*env).loadMatrix},
			{"majority-vote", (*env).majorityVote}, {"select-deps", (*env).selectDeps}, {"train", (*env).train},
			{"random-search", (*env).randomSearch}, {"grid-search", (*env).gridSearch}, {"models", (*env).models},
			{"marginals", (*env).marginals}, {"save-marginals", (*env).saveMarginals}, {"load-marginals", (*env).loadMarginals}}},
		{"move data", []namedCommand{
			{"import-labels", (*env).importLabels}, {"import-marginals", (*env).importMarginals}, {"export", (*env).export}, {"sql", (*env).sql},
			{"copy", (*env).copyDatabase}, {"distribute", (*env).distribute}}},
		{"this program", []namedCommand{{"completion", (*env).completion}, {"man", (*env).man}}},
	}
}

// commandNamed makes one command, or none if that is no name of one.
func (e *env) commandNamed(name string) *cli.Command {
	for _, g := range commandGroups() {
		for _, c := range g.commands {
			if c.name == name {
				return c.make(e)
			}
		}
	}
	return nil
}

// addCommands gives the app all commands, and its help a template with their groups.
func (e *env) addCommands(app *cli.App) {
	const listed = "COMMANDS:{{template \"visibleCommandCategoryTemplate\" .}}"
	groups, width := commandGroups(), 0
	for _, g := range groups {
		for _, c := range g.commands {
			width = max(width, len(c.name))
		}
	}
	var b strings.Builder
	for i, g := range groups {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s:\n", strings.ToUpper(g.title))
		for _, named := range g.commands {
			c := named.make(e)
			app.Commands = append(app.Commands, c)
			fmt.Fprintf(&b, "   %-*s  %s\n", width, c.Name, c.Usage)
		}
	}
	fmt.Fprintf(&b, "   %-*s  the same as --help, of workbench or of a command", width, "help")
	app.CustomAppHelpTemplate = strings.Replace(cli.AppHelpTemplate, listed, "{{"+strconv.Quote(b.String())+"}}", 1)
}
