package web

import (
	"context"
	"slices"
	"sync"

	"workbench/annotations"
	"workbench/annotations/matrix"
)

// goldLabels are the gold labels of all annotators.
type goldLabels struct {
	index *annotations.CandidateIndex

	mu      sync.Mutex
	version int // it is another one when labels are
	all     *matrix.LabelMatrix
	counts  map[string]int     // of labels, by annotator
	columns map[string][]int16 // by annotator, m each, which are never written to
}

// loadGold reads them. Nothing is stored meanwhile.
func (s *Site) loadGold(ctx context.Context, index *annotations.CandidateIndex) (*goldLabels, error) {
	all, err := annotations.LoadAnnotators(ctx, s.Session)
	if err != nil {
		return nil, err
	}
	g := &goldLabels{index: index, all: all, counts: make(map[string]int), columns: make(map[string][]int16)}
	counts := make([]int, all.Cols())
	_, cols, _ := all.CSR()
	for _, j := range cols {
		counts[j]++
	}
	for _, key := range all.Keys() {
		if j, ok := annotations.AnnotatorColumn(all, key.Name); ok {
			g.counts[key.Name] = counts[j]
		}
	}
	if s.Annotator != "" {
		g.of(s.Annotator)
	}
	return g, nil
}

// replace takes over what was read anew.
func (g *goldLabels) replace(fresh *goldLabels) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all, g.counts, g.columns = fresh.all, fresh.counts, fresh.columns
	g.version++
}

// of returns the labels of an annotator, m of them.
func (g *goldLabels) of(annotator string) []int16 {
	g.mu.Lock()
	defer g.mu.Unlock()
	labels := g.columns[annotator]
	if labels == nil {
		if j, ok := annotations.AnnotatorColumn(g.all, annotator); ok {
			labels = g.index.Labels(g.all, j)
		} else {
			labels = make([]int16, len(g.index.IDs))
		}
		g.columns[annotator] = labels
	}
	return labels
}

// set notes a label that was stored.
func (g *goldLabels) set(annotator string, candidate int64, label int16) {
	labels := g.of(annotator)
	row, ok := g.index.Row(candidate)
	if !ok || labels[row] == label {
		return
	}
	labels = slices.Clone(labels)
	g.mu.Lock()
	defer g.mu.Unlock()
	if labels[row] == 0 {
		g.counts[annotator]++
	} else if label == 0 {
		g.counts[annotator]--
	}
	labels[row] = label
	g.columns[annotator] = labels
	g.version++
}

// count is how many labels an annotator has given.
func (g *goldLabels) count(annotator string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.counts[annotator]
}

// labelled are the rows with a label, of anybody.
func (g *goldLabels) labelled(annotator string) (rows []int) {
	own := g.of(annotator)
	g.mu.Lock()
	all := g.all
	g.mu.Unlock()
	mine, ok := annotations.AnnotatorColumn(all, annotator)
	stored := make(map[int]bool)
	for i, id := range all.Candidates() {
		row, known := g.index.Row(id)
		if !known {
			continue
		}
		stored[row] = true
		cols, _ := all.Row(i)
		others := len(cols)
		if ok && all.At(i, mine) != 0 { // it may have been taken back since
			others--
		}
		if others > 0 || own[row] != 0 {
			rows = append(rows, row)
		}
	}
	for row, label := range own {
		if label != 0 && !stored[row] {
			rows = append(rows, row)
		}
	}
	return rows
}

// is is the version of the labels.
func (g *goldLabels) is() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.version
}

// annotators are the names of all, without repetition, in the order of their keys, and
// the site's own who had none when they were read.
func (g *goldLabels) annotators() (names []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	seen := make(map[string]bool)
	for _, k := range g.all.Keys() {
		if !seen[k.Name] {
			seen[k.Name] = true
			names = append(names, k.Name)
		}
	}
	for name, n := range g.counts {
		if n > 0 && !seen[name] {
			names = append(names, name)
		}
	}
	return names
}
