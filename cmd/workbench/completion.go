package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

func (e *env) completion() *cli.Command {
	return e.command(command{
		name:        "completion",
		usage:       "a script that completes commands and options in a shell",
		args:        "SHELL",
		description: "SHELL is bash, zsh or fish.",
		examples: []string{
			"workbench completion bash > ~/.local/share/bash-completion/completions/workbench",
			"workbench completion zsh >> ~/.zshrc",
			"workbench completion fish > ~/.config/fish/completions/workbench.fish",
		},
		action: func(c *call) error {
			app := e.app()
			app.Setup()
			switch shell := c.Args().First(); {
			case c.NArg() != 1:
				return usagef("completion: name one shell: bash, zsh, fish")
			case shell == "bash":
				c.printf("%s", bashCompletion(app))
			case shell == "zsh":
				c.printf("autoload -U +X compinit bashcompinit && compinit && bashcompinit\n%s", bashCompletion(app))
			case shell == "fish":
				text, err := app.ToFishCompletion()
				if err != nil {
					return err
				}
				// The library would offer no names of files.
				c.printf("%s", strings.NewReplacer(" -f -l ", " -l ", "`", "").Replace(text))
			default:
				return usagef("completion: %q is none of bash, zsh, fish", shell)
			}
			return nil
		},
	})
}

// bashCompletion completes the command, its options, and the values of those
// that have few; elsewhere the shell completes names of files.
func bashCompletion(app *cli.App) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	names := commandNames(app)
	line("_%s() {", app.Name)
	line(`  local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} cmd= words= i`)
	line(`  COMPREPLY=()`)
	line(`  for ((i = 1; i < COMP_CWORD; i++)); do`)
	line(`    case ${COMP_WORDS[i]} in %s) cmd=${COMP_WORDS[i]}; break;; esac`, strings.Join(names, "|"))
	line(`  done`)
	line(`  case $cmd:$before in`)
	line(`    export:--split|import-marginals:--split) words=%q;;`, strings.Join(append(splitNames(), "all"), " "))
	line(`    *:--split|*:--dev-split) words=%q;;`, strings.Join(splitNames(), " "))
	for _, c := range app.Commands {
		for _, f := range c.Flags {
			if formats, ok := f.(*formatFlag); ok {
				line(`    %s:--format) words=%q;;`, c.Name, strings.Join(formats.formats, " "))
			}
		}
	}
	line(`    :--quiet) words=%q;;`, strings.Join(names, " "))
	line(`    *:--*) case $cur in -*) ;; *) return;; esac;;`)
	line(`    :*|help:*) words=%q;;`, strings.Join(names, " "))
	line(`  esac`)
	line(`  case $cur in`)
	line(`    -*) case $cmd in`)
	for _, c := range app.Commands {
		line(`      %s) words=%q;;`, c.Name, strings.Join(dashedNames(c.Flags), " "))
	}
	line(`      *) words=%q;;`, strings.Join(dashedNames(app.Flags), " "))
	line(`    esac;;`)
	line(`  esac`)
	line(`  COMPREPLY=($(compgen -W "$words" -- "$cur"))`)
	line(`}`)
	line(`complete -o bashdefault -o default -F _%s %s`, app.Name, app.Name)
	return b.String()
}

// dashedNames are the names of flags as they are typed.
func dashedNames(flags []cli.Flag) []string {
	var names []string
	for _, name := range flagNames(flags) {
		names = append(names, dashed(name))
	}
	slices.Sort(names)
	return slices.Compact(append(names, "--help"))
}
