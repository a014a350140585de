package python

import "slices"

// A node is one item of a parsed pattern, in the terms of Python's re._parser.
type node struct {
	op       op
	char     rune     // of opLiteral and opNotLiteral; the letter of opAt
	set      []member // of opSet
	negated  bool     // of opSet
	min, max int      // of opRepeat; max −1 is none
	branches [][]node // the one body of opRepeat and opGroup; of opBranch all
	add, del Flags    // of opGroup
	plain    bool     // opGroup that neither captures nor changes flags
}

type op uint8

const (
	opLiteral    op = iota
	opNotLiteral    // a set of one character, negated
	opAny           // .
	opSet
	opAt // ^ $ \A \Z \b \B
	opRepeat
	opGroup
	opBranch
)

// A member of a set: a class such as \d, or the characters from lo to hi,
// where a single one is not the same as a range of one (see folded).
type member struct {
	class  rune
	lo, hi rune
	span   bool
}

func (m member) literal() bool { return m.class == 0 && !m.span }

// same reports whether two nodes are certainly the same.
func (n node) same(o node) bool {
	return n.op == o.op && n.op <= opAt && n.char == o.char &&
		n.negated == o.negated && slices.Equal(n.set, o.set)
}

// alternatives joins branches as Python's parser does: a common prefix is
// taken out, and branches of one character each become a set. This matters
// where a set folds case in another way than a literal does.
func alternatives(branches [][]node) []node {
	if len(branches) == 1 {
		return branches[0]
	}
	var nodes []node
	for commonStart(branches) {
		nodes = append(nodes, branches[0][0])
		for i := range branches {
			branches[i] = branches[i][1:]
		}
	}
	var set []member
	for _, b := range branches {
		switch {
		case len(b) == 1 && b[0].op == opLiteral:
			set = append(set, member{lo: b[0].char, hi: b[0].char})
		case len(b) == 1 && b[0].op == opSet && !b[0].negated:
			set = append(set, b[0].set...)
		default:
			return append(nodes, node{op: opBranch, branches: branches})
		}
	}
	return append(nodes, node{op: opSet, set: set})
}

func commonStart(branches [][]node) bool {
	for _, b := range branches {
		if len(b) == 0 || !b[0].same(branches[0][0]) {
			return false
		}
	}
	return true
}

// ungrouped replaces groups that only group by what is in them.
func ungrouped(nodes []node) []node {
	var out []node
	for _, n := range nodes {
		if n.op == opGroup && n.plain {
			out = append(out, n.branches[0]...)
		} else {
			out = append(out, n)
		}
	}
	return out
}
