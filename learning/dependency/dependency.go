package dependency

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Type says how two labeling functions depend on each other. The numbers are
// Snorkel's.
type Type int

// The types of dependency between LF j and LF k. With labels l and true class
// y, the factor of a dependency is
const (
	// Similar: 1 if l_j = l_k, both abstaining included. It has no direction.
	Similar Type = iota
	// Fixing: 1 if l_j = −y and l_k = y; −1 if l_j = 0 and l_k ≠ 0; else 0.
	Fixing
	// Reinforcing: 1 if l_j = l_k = y; −1 if l_j = 0 and l_k ≠ 0; else 0.
	Reinforcing
	// Exclusive: −1 if both vote. It has no direction.
	Exclusive
)

func typeNames() []string { return []string{"similar", "fixing", "reinforcing", "exclusive"} }

// String names the type as documents write it.
func (t Type) String() string {
	if t < Similar || t > Exclusive {
		return fmt.Sprintf("Type(%d)", int(t))
	}
	return typeNames()[t]
}

// MarshalText writes the name.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the name.
func (t *Type) UnmarshalText(text []byte) error {
	i := slices.Index(typeNames(), string(text))
	if i < 0 {
		return fmt.Errorf("%q is no type of dependency; types: %s", text, strings.Join(typeNames(), ", "))
	}
	*t = Type(i)
	return nil
}

// Directed reports whether j and k have different parts in the factor. The true
// class is a member of these factors, too.
func (t Type) Directed() bool { return t == Fixing || t == Reinforcing }

// Arity counts the members of the factor: both labels, and the true class if
// the type is directed.
func (t Type) Arity() int {
	if t.Directed() {
		return 3
	}
	return 2
}

// Factor is the factor for the labels a of LF j and b of LF k and the true
// class y. Labels are −1 and 1, or 1 to K, and 0 for an abstention.
func (t Type) Factor(a, b, y int) int {
	switch {
	case t == Similar && a == b:
		return 1
	case t == Exclusive && a != 0 && b != 0:
		return -1
	case t.Directed() && a == 0 && b != 0:
		return -1
	case t == Fixing && a == -y && b == y, t == Reinforcing && a == y && b == y:
		return 1
	default:
		return 0
	}
}

// Dependency is a dependency between the LFs of columns J and K of a label
// matrix. Weight is what was found or learned for it, 0 if nothing was.
type Dependency struct {
	J      int     `json:"j"`
	K      int     `json:"k"`
	Type   Type    `json:"type"`
	Weight float64 `json:"weight"`
}

// ErrUnusable says that a dependency makes no sense for a label matrix.
var ErrUnusable = errors.New("unusable dependency")

// Normalize returns dependencies among n LFs in the order in which a model of k
// classes keeps their weights: by type, j and k, each once, and undirected ones
// with j below k. A dependency that [Dependency.Check] refuses is
// [ErrUnusable]. The slice that it is given stays as it is.
func Normalize(deps []Dependency, n, k int) ([]Dependency, error) {
	normal := slices.Clone(deps)
	for i := range normal {
		d := &normal[i]
		if err := d.Check(n, k); err != nil {
			return nil, err
		}
		if !d.Type.Directed() && d.J > d.K {
			d.J, d.K = d.K, d.J
		}
	}
	slices.SortStableFunc(normal, compare)
	return slices.CompactFunc(normal, func(a, b Dependency) bool { return compare(a, b) == 0 }), nil
}

// Check reports what makes no sense for n LFs and k classes as [ErrUnusable]: a
// dependency of an LF on itself, on a column outside 0..n−1, of an unknown type,
// or of a type that exists for two classes only when there are more.
func (d Dependency) Check(n, k int) error {
	switch {
	case d.Type < Similar || d.Type > Exclusive:
		return fmt.Errorf("%w: type %d is none of 0 (similar), 1 (fixing), 2 (reinforcing), 3 (exclusive)", ErrUnusable, int(d.Type))
	case d.J < 0 || d.J >= n || d.K < 0 || d.K >= n:
		return fmt.Errorf("%w: %s (%d, %d) names a column outside 0..%d", ErrUnusable, d.Type, d.J, d.K, n-1)
	case d.J == d.K:
		return fmt.Errorf("%w: %s of column %d on itself", ErrUnusable, d.Type, d.J)
	case d.Type.Directed() && k > 2:
		return fmt.Errorf("%w: %s (%d, %d) exists for two classes only, here are %d", ErrUnusable, d.Type, d.J, d.K, k)
	}
	return nil
}

func compare(a, b Dependency) int {
	return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.J, b.J), cmp.Compare(a.K, b.K))
}
