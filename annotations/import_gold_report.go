package annotations

import (
	"fmt"
	"strings"
)

// ImportedGold is what [ImportGold] did. Every labelled row that repeats no other
// is one whose candidate was found, or is among the problems with the kind
// [NoContext] or [NoCandidate].
type ImportedGold struct {
	Rows       int // rows in all
	Unlabelled int // rows without a label yet, which were passed over
	Repeated   int // rows that say again what an earlier row said

	Stable LabelCounts // stable labels; with Symmetric two per row
	Gold   LabelCounts // gold labels; with Symmetric up to two per row
	// Earlier counts gold labels that were made of stable labels which the
	// file held before and no row speaks of.
	Earlier int

	MissingContexts   int // rows that lack a context
	MissingCandidates int // rows that have all contexts, and no candidate

	Problems []GoldProblem // by row
}

// Labelled is how many rows have a label.
func (r *ImportedGold) Labelled() int { return r.Rows - r.Unlabelled }

// LabelCounts tells how many labels were new, how many were there, and how many
// were there with another value: those that stay as they were, and those that
// were replaced.
type LabelCounts struct {
	Added     int
	Present   int
	Different int
	Replaced  int
}

// ProblemKind says what is wrong with a row.
type ProblemKind string

// The kinds of problem.
const (
	NoContext   ProblemKind = "no context"   // a stable id is no context's
	NoCandidate ProblemKind = "no candidate" // no candidate of the split has these arguments
	OtherLabel  ProblemKind = "other label"  // the file holds another label, which stays
)

// GoldProblem is a row whose label did not become the gold label of a
// candidate. A row has one for each context that is missing, and with Symmetric
// one [OtherLabel] for each order.
type GoldProblem struct {
	Line      int
	Kind      ProblemKind
	Type      string   // the table of the candidate's class
	StableIDs []string // of the arguments
	Label     int16

	Context string // NoContext: the stable id that is missing
	Split   *int   // NoCandidate: the split that was asked for, nil if any would do
	Other   *int   // NoCandidate: the split that has the candidate, if any
	Both    bool   // NoCandidate: neither order of the arguments is a candidate
	Stable  *int16 // OtherLabel: the stable label, if it is another
	Gold    *int16 // OtherLabel: the gold label, if it is another
}

// String is the problem in words, without the line.
func (p GoldProblem) String() string {
	candidate := fmt.Sprintf("%s(%s)", p.Type, strings.Join(p.StableIDs, ", "))
	switch p.Kind {
	case NoContext:
		return "no context " + p.Context
	case NoCandidate:
		text := "no candidate " + candidate
		if p.Both {
			text += " in either order"
		}
		if p.Split != nil {
			text += fmt.Sprintf(" in split %d", *p.Split)
		}
		if p.Other != nil {
			text += fmt.Sprintf("; it is in split %d", *p.Other)
		}
		return text
	default:
		var stored []string
		if p.Stable != nil {
			stored = append(stored, fmt.Sprintf("stable label %d", *p.Stable))
		}
		if p.Gold != nil {
			stored = append(stored, fmt.Sprintf("gold label %d", *p.Gold))
		}
		return fmt.Sprintf("label %d of %s is not stored: it has the %s, and keeps it", p.Label, candidate, strings.Join(stored, " and the "))
	}
}
