package candidates

import (
	"fmt"
	"regexp"
	"strings"
)

// ParseSubclass declares a binary relation type that is written as in Python,
// such as Spouse(person1, person2); see [CandidateSubclass].
func ParseSubclass(declaration string) (*Subclass, error) {
	match := regexp.MustCompile(`^\s*([^\s()]+)\s*\(([^()]*)\)\s*$`).FindStringSubmatch(declaration)
	if match == nil {
		return nil, fmt.Errorf("%q is not written as Class(argument, argument)", declaration)
	}
	args := strings.Split(match[2], ",")
	for i := range args {
		args[i] = strings.TrimSpace(args[i])
		for _, before := range args[:i] {
			if strings.EqualFold(before, args[i]) { // SQLite's column names know no case
				return nil, fmt.Errorf("%q has the argument %s twice", declaration, args[i])
			}
		}
	}
	return CandidateSubclass(match[1], args)
}

// String writes the declaration, such as Spouse(person1, person2).
func (c *Subclass) String() string { return c.Name + "(" + strings.Join(c.Args, ", ") + ")" }
