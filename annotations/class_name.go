package annotations

import (
	"fmt"
	"slices"
	"strings"
)

// ClassValue is the label of a class of k, counted from 0: of two the first is
// −1 and the second 1, and of more class i is i + 1.
func ClassValue(k, i int) int16 {
	switch {
	case k != 2:
		return int16(i + 1)
	case i == 0:
		return -1
	}
	return 1
}

// CheckClassNames reports names that cannot be those of all classes: fewer than
// two, one that comes twice, or one that would be read as a label without it.
func CheckClassNames(names []string) error {
	if len(names) < 2 {
		return fmt.Errorf("%d names of classes: there are at least two classes", len(names))
	}
	for i, name := range names {
		_, err := parseLabel(name)
		switch {
		case strings.TrimSpace(name) != name:
			return fmt.Errorf("the name %q of a class begins or ends with space", name)
		case name == "":
			return fmt.Errorf("the name of class %d of %d is empty", i+1, len(names))
		case err == nil:
			return fmt.Errorf("%s cannot be the name of a class: it is a label by itself", name)
		case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
			return fmt.Errorf("the name %q of a class has a control character", name)
		case slices.Contains(names[:i], name):
			return fmt.Errorf("two classes have the name %s", name)
		}
	}
	return nil
}
