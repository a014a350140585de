package pickle

import "math/big"

// maxDepth bounds how deep lists, tuples, sets and dicts are nested, so that
// the value can be walked by recursion. Snorkel's own are two or three deep.
const maxDepth = 100

// maxWalk bounds what walking a value meets, in values and bytes of text. A
// list that holds ten times the same list, which holds ten times the same list,
// and so on, is a small pickle, but has no end when it is printed.
const maxWalk = 64 << 20

// maxNodes bounds how many containers a pickle makes: an empty list takes one
// byte there, and a hundred times as many here.
const maxNodes = 1 << 20

// kind is the kind of a container.
type kind byte

const (
	kindList kind = iota
	kindTuple
	kindSet
	kindFrozenSet
	kindDict
)

// node is a container.
//
// It grows only until it is put into another one, which seals it. Pickling
// writes everything in that order, unless a value contains itself. So no value
// can come to contain itself here, and depth and weight of what is put into a
// container are final.
//
// There may be a million of them, so it is 64 bytes.
type node struct {
	kind   kind
	depth  int32 // of nesting below
	weight int   // how much walking it meets; see maxWalk
	items  []any
	pairs  *Dict // a dict's, in place of items
	sealed any   // the value as Decode returns it, once it cannot grow any more
}

// seal returns the value that a container has become.
func (n *node) seal() any {
	if n.sealed == nil {
		switch n.kind {
		case kindList:
			n.sealed = List(n.items)
		case kindTuple:
			n.sealed = Tuple(n.items)
		case kindDict:
			n.sealed = *n.pairs
		default:
			n.sealed = Set(n.items)
		}
	}
	return n.sealed
}

// result is the value that the pickle holds.
func (d *decoder) result(v any) (any, error) {
	switch v := v.(type) {
	case *node:
		return v.seal(), nil
	case global:
		return nil, refuse(d.at, "GLOBAL "+string(v))
	}
	return v, nil
}

// adopt makes items fit to be put into n, and counts them.
func (d *decoder) adopt(n *node, items []any) error {
	for i, v := range items {
		switch v := v.(type) {
		case string:
			n.weight += len(v)
		case Bytes:
			n.weight += len(v)
		case *big.Int:
			n.weight += v.BitLen() / 8
		case global:
			return refuse(d.at, "GLOBAL "+string(v))
		case *node:
			if v == n {
				return d.tooMuch("a value contains itself")
			}
			items[i] = v.seal()
			n.depth = max(n.depth, v.depth+1)
			n.weight += v.weight
		}
		n.weight++
		// What is not shared weighs less than twice its bytes.
		if n.weight > maxWalk+2*len(d.b) {
			return d.tooMuch("what it shares adds up to too much")
		}
	}
	if n.depth >= maxDepth {
		return d.tooMuch("it is nested more than %d deep", maxDepth)
	}
	return nil
}

// grow adds the items at the top of the stack to the container below them, and
// removes them from the stack.
func (d *decoder) grow(k kind, items []any) error {
	below := len(d.stack) - len(items)
	d.stack = d.stack[:below]
	target, err := d.top(1)
	if err != nil {
		return err
	}
	n, ok := target[0].(*node)
	switch {
	case !ok || n.kind != k:
		return d.corrupt("items are added to something that takes none")
	case n.sealed != nil:
		return d.tooMuch("a value contains itself, or grows after it was used")
	}
	if err := d.adopt(n, items); err != nil {
		return err
	}
	return d.extend(n, items)
}

// extend adds items to a container, which may be keys and values in turn.
func (d *decoder) extend(n *node, items []any) error {
	if n.kind != kindDict {
		n.items = append(n.items, items...)
		return nil
	}
	if len(items)%2 != 0 {
		return d.corrupt("a key of a dict has no value")
	}
	for i := 0; i < len(items); i += 2 {
		*n.pairs = append(*n.pairs, Pair{items[i], items[i+1]})
	}
	return nil
}

// create replaces the items at the top of the stack by a container of them.
func (d *decoder) create(k kind, items []any) error {
	if d.nodes++; d.nodes > maxNodes {
		return d.tooMuch("it makes more than %d lists, tuples, sets or dicts", maxNodes)
	}
	n := &node{kind: k, items: []any{}}
	if k == kindDict {
		n.items, n.pairs = nil, &Dict{}
	}
	if err := d.adopt(n, items); err != nil {
		return err
	}
	if err := d.extend(n, items); err != nil {
		return err
	}
	d.stack = append(d.stack[:len(d.stack)-len(items)], n)
	return nil
}

// container carries out an opcode that makes a container or adds to one; any
// other is refused.
func (d *decoder) container(op byte) error {
	switch op {
	case opEmptyList:
		return d.create(kindList, nil)
	case opEmptyTuple:
		return d.create(kindTuple, nil)
	case opEmptyDict:
		return d.create(kindDict, nil)
	case opEmptySet:
		return d.create(kindSet, nil)
	}
	var items []any
	var err error
	switch op {
	case opAppend, opTuple1:
		items, err = d.top(1)
	case opSetItem, opTuple2:
		items, err = d.top(2)
	case opTuple3:
		items, err = d.top(3)
	case opList, opTuple, opDict, opFrozenSet, opAppends, opSetItems, opAddItems:
		items, err = d.marked()
	default:
		if name := refusedName(op); name != "" {
			return refuse(d.at, name)
		}
		return d.corrupt("%#02x is no opcode", op)
	}
	if err != nil {
		return err
	}
	switch op {
	case opTuple1, opTuple2, opTuple3, opTuple:
		return d.create(kindTuple, items)
	case opList:
		return d.create(kindList, items)
	case opDict:
		return d.create(kindDict, items)
	case opFrozenSet:
		return d.create(kindFrozenSet, items)
	case opAppend, opAppends:
		return d.grow(kindList, items)
	case opAddItems:
		return d.grow(kindSet, items)
	}
	return d.grow(kindDict, items)
}
