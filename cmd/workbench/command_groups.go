package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"
)

// commandGroup are commands for one purpose.
type commandGroup struct {
	title    string
	commands []*cli.Command
}

// commandGroups are all commands by what a person wants, the short way first.
func (e *env) commandGroups() []commandGroup {
	return []commandGroup{
		{"get labels", []*cli.Command{e.fit(), e.label(), e.newFrom(), e.compare()}},
		{"look", []*cli.Command{e.info(), e.candidates(), e.show(), e.lfStats(), e.histogram(), e.errorAnalysis()}},
		{"label by hand", []*cli.Command{e.exportGold(), e.importGold(), e.loadGoldLabels()}},
		{"the notebook, step by step", []*cli.Command{e.demo(), e.init(), e.importRecords(), e.split(), e.nameClasses(),
			e.testLF(), e.apply(), e.loadMatrix(), e.majorityVote(), e.selectDeps(), e.train(), e.randomSearch(), e.gridSearch(),
			e.models(), e.marginals(), e.saveMarginals(), e.loadMarginals()}},
		{"move data", []*cli.Command{e.importLabels(), e.importMarginals(), e.export(), e.sql(), e.distribute()}},
		{"this program", []*cli.Command{e.completion(), e.man()}},
	}
}

// commandsOf are the commands of groups.
func commandsOf(groups []commandGroup) (all []*cli.Command) {
	for _, g := range groups {
		all = append(all, g.commands...)
	}
	return all
}

// helpOf is the template of the app's help, with its commands in groups.
func helpOf(groups []commandGroup) string {
	const listed = "COMMANDS:{{template \"visibleCommandCategoryTemplate\" .}}"
	width := 0
	for _, c := range commandsOf(groups) {
		width = max(width, len(c.Name))
	}
	var b strings.Builder
	for i, g := range groups {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s:\n", strings.ToUpper(g.title))
		for _, c := range g.commands {
			fmt.Fprintf(&b, "   %-*s  %s\n", width, c.Name, c.Usage)
		}
	}
	fmt.Fprintf(&b, "   %-*s  the same as --help, of workbench or of a command", width, "help")
	return strings.Replace(cli.AppHelpTemplate, listed, "{{"+strconv.Quote(b.String())+"}}", 1)
}
