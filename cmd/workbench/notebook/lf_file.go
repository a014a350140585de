package notebook

import (
	"fmt"
	"strings"
)

// CouplesFile returns [KnownCouples] as the CSV file that [LFFile] names, a
// couple per line.
func CouplesFile() string {
	var b strings.Builder
	for _, c := range KnownCouples() {
		fmt.Fprintf(&b, "%s,%s\n", c[0], c[1])
	}
	return b.String()
}

// LFFile returns the labeling functions as a file for workbench apply, which
// gives back the labels that [Write] stores. couples is the name of the file
// with [CouplesFile].
func LFFile(couples string) string {
	return fmt.Sprintf(`# The labeling functions of the built-in example.
candidate: %s(%s, %s)

sets:
  couples: {file: %s}

lfs:
  - name: '%s'
    label: 1
    regex: '%s'
    in: between

  - name: %s
    label: 1
    known: couples

  - name: '%s'
    label: -1
    regex: '%s'
    in: between

  - name: %s
    label: 1
    regex: '%s'
    in: between

  - name: %s
    label: -1
    known: couples
`, subclassName, person1, person2, yamlText(couples),
		MarriageLF, MarriagePattern, knownCouplesLF, almostMarriedLF, AlmostMarriedPattern,
		andMarriageLF, AndMarriagePattern, contrarianLF)
}

// yamlText quotes a text for YAML.
func yamlText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
