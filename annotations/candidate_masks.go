package annotations

import "sync"

// rowBits are a set of rows.
type rowBits []uint64

// newRowBits are those of n rows that are wanted.
func newRowBits(n int, wanted func(row int) bool) rowBits {
	b := make(rowBits, (n+63)/64)
	for row := range n {
		if wanted(row) {
			b.set(row)
		}
	}
	return b
}

func (b rowBits) has(row int) bool { return b[row/64]>>(row%64)&1 != 0 }

func (b rowBits) set(row int) { b[row/64] |= 1 << (row % 64) }

// voteMask is a condition on votes alone.
type voteMask struct {
	lf, other int
	is        Verdict
	label     int16
	next      bool // it is about those next to the labeling function
}

func maskOf(c *LabelCondition) voteMask {
	m := voteMask{lf: c.Of.LF, is: c.Is}
	switch c.Is {
	case ThisLabel:
		m.label = c.Label
	case SameLabel, DifferentLabel:
		m.other = c.Other.LF
	}
	return m
}

// maskCache keeps the conditions on votes that were asked for last.
type maskCache struct {
	mu    sync.Mutex
	masks []keptMask // the latest first
}

type keptMask struct {
	mask voteMask
	bits rowBits
}

const mostMasks = 24

// get returns the rows of n for which a condition holds.
func (c *maskCache) get(m voteMask, n int, holds func(row int) bool) rowBits {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, kept := range c.masks {
		if kept.mask == m {
			return kept.bits
		}
	}
	bits := newRowBits(n, holds)
	c.masks = append([]keptMask{{m, bits}}, c.masks[:min(len(c.masks), mostMasks-1)]...)
	return bits
}
