package candidates

import (
	"fmt"
	"regexp"
	"strings"
)

// ParseSubclass declares a binary relation type that is written as in Python,
// such as Spouse(person1, person2); see [CandidateSubclass].
func ParseSubclass(declaration string) (*Subclass, error) {
	name, args, ok := SplitDeclaration(declaration)
	if !ok {
		return nil, fmt.Errorf("%q is not written as Class(argument, argument)", declaration)
	}
	for i, arg := range args {
		for _, before := range args[:i] {
			if strings.EqualFold(before, arg) { // SQLite's column names know no case
				return nil, fmt.Errorf("%q has the argument %s twice", declaration, arg)
			}
		}
	}
	return CandidateSubclass(name, args)
}

// SplitDeclaration takes Class(argument, argument) apart; ok tells that it is
// written so. [CandidateSubclass] judges the names.
func SplitDeclaration(declaration string) (name string, args []string, ok bool) {
	match := regexp.MustCompile(`^\s*([^\s()]+)\s*\(([^()]*)\)\s*$`).FindStringSubmatch(declaration)
	if match == nil {
		return "", nil, false
	}
	args = strings.Split(match[2], ",")
	for i := range args {
		args[i] = strings.TrimSpace(args[i])
	}
	return match[1], args, true
}

// String writes the declaration, such as Spouse(person1, person2).
func (c *Subclass) String() string { return c.Name + "(" + strings.Join(c.Args, ", ") + ")" }
