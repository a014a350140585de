package annotations_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/session"
)

// listWorld is the index of the oracle's database, with what it says read in the plain
// way.
type listWorld struct {
	x      *annotations.CandidateIndex
	ids    []int64
	split  map[int64]int
	L      *matrix.LabelMatrix
	gold   []int16
	belief *annotations.Belief

	labelled map[string]bool // see next
}

func newListWorld(t *testing.T, s *session.Session) *listWorld {
	t.Helper()
	x, err := annotations.LoadCandidateIndex(t.Context(), s, 0)
	if err != nil {
		t.Fatal(err)
	}
	w := &listWorld{x: x, split: make(map[int64]int)}
	all := annotations.Selection{AllSplits: true}
	if w.L, err = (annotations.LabelAnnotator{}).LoadMatrix(t.Context(), s, all); err != nil {
		t.Fatal(err)
	}
	w.ids = w.L.Candidates()
	for split := range 3 {
		ids, err := annotations.CandidateIDs(t.Context(), s, annotations.Selection{Split: split})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			w.split[id] = split
		}
	}
	gold, err := annotations.LoadAnnotators(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	j, ok := annotations.AnnotatorColumn(gold, "gold")
	if !ok {
		t.Fatal("there is no annotator gold")
	}
	w.gold = x.Labels(gold, j)
	p, err := annotations.LoadMarginals(t.Context(), s, all, true, 0)
	if err != nil {
		t.Fatal(err)
	}
	w.belief = x.Stored(p)
	return w
}

// against is how many votes a row has, and how many against the most frequent label.
func (w *listWorld) against(i int) (against, votes int) {
	_, vals := w.L.Row(i)
	most, counts := 0, make(map[int16]int)
	for _, v := range vals {
		counts[v]++
		most = max(most, counts[v])
	}
	return len(vals) - most, len(vals)
}

// pattern is the votes of a row as a text.
func (w *listWorld) pattern(i int) string {
	cols, vals := w.L.Row(i)
	return fmt.Sprint(cols, vals)
}

// plain lists candidates by looking at each.
func (w *listWorld) plain(in func(i int) bool, order annotations.CandidateOrder) []int64 {
	var rows []int
	sizes := make(map[string]int)
	firsts := make(map[string]int)
	for i := range w.ids {
		p := w.pattern(i)
		sizes[p]++
		if _, known := firsts[p]; !known {
			firsts[p] = i
		}
		if in(i) {
			rows = append(rows, i)
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int {
		switch order {
		case annotations.ByDisagreement:
			againstA, votesA := w.against(a)
			againstB, votesB := w.against(b)
			return cmp.Or(cmp.Compare(againstB, againstA), cmp.Compare(votesA, votesB))
		case annotations.ByUncertainty:
			topA, topB := w.belief.Top[a], w.belief.Top[b]
			if topA != topA || topB != topB { // unknown ones come last
				return cmp.Compare(boolInt(topA != topA), boolInt(topB != topB))
			}
			return cmp.Compare(int(topA*(1<<16)), int(topB*(1<<16)))
		case annotations.ByPattern:
			pa, pb := w.pattern(a), w.pattern(b)
			return cmp.Or(cmp.Compare(sizes[pb], sizes[pa]), cmp.Compare(firsts[pa], firsts[pb]))
		}
		return 0
	})
	var ids []int64
	seen := make(map[string]bool)
	for _, i := range rows {
		if p := w.pattern(i); order == annotations.ByPattern {
			if seen[p] {
				continue
			}
			seen[p] = true
		}
		ids = append(ids, w.ids[i])
	}
	return ids
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// pagesOf reads a list page by page, forwards, and backwards from its end.
func pagesOf(t *testing.T, list *annotations.CandidateList, limit int) []int64 {
	t.Helper()
	var ids []int64
	var after *int64
	for {
		page, more := list.After(after, limit)
		ids = append(ids, page...)
		if !more {
			break
		}
		if len(page) != limit {
			t.Fatalf("a page of %d, want %d", len(page), limit)
		}
		after = &page[len(page)-1]
	}
	if n := list.Len(); n != len(ids) {
		t.Fatalf("the list has %d, and counts %d", len(ids), n)
	}
	if len(ids) == 0 {
		return nil
	}
	back := []int64{ids[len(ids)-1]}
	for {
		page, more := list.Before(back[0], limit)
		back = append(slices.Clone(page), back...)
		if !more {
			break
		}
	}
	if !slices.Equal(back, ids) {
		t.Fatalf("backwards %v, want %v", back, ids)
	}
	return ids
}

// Every filter in every order lists what looking at each candidate does, page by page,
// forwards and backwards.
func TestListsOfCandidates(t *testing.T) {
	w := newListWorld(t, oracleDB(t))
	x, one := w.x, 1
	gold := annotations.Sayer{Rows: w.gold}
	lf := func(j int) annotations.Sayer { return annotations.Sayer{LF: j} }
	row, ok := x.Row(w.ids[150])
	if !ok {
		t.Fatal("there is no such candidate")
	}
	near := 1
	for name, test := range map[string]struct {
		filter annotations.CandidateFilter
		in     func(i int) bool
	}{
		"all":       {annotations.CandidateFilter{}, func(int) bool { return true }},
		"a split":   {annotations.CandidateFilter{Split: &one}, func(i int) bool { return w.split[w.ids[i]] == 1 }},
		"a type":    {annotations.CandidateFilter{Type: "spouse"}, func(int) bool { return true }},
		"no type":   {annotations.CandidateFilter{Type: "nosuch"}, func(int) bool { return false }},
		"a vote":    {with(annotations.LabelCondition{Of: lf(1), Is: annotations.ThisLabel, Label: 1}), func(i int) bool { return w.L.At(i, 1) == 1 }},
		"any vote":  {with(annotations.LabelCondition{Of: lf(8)}), func(i int) bool { return w.L.At(i, 8) != 0 }},
		"no vote":   {with(annotations.LabelCondition{Of: lf(8), Is: annotations.NoLabel}), func(i int) bool { return w.L.At(i, 8) == 0 }},
		"two alike": {with(annotations.LabelCondition{Of: lf(1), Is: annotations.SameLabel, Other: lf(8)}), func(i int) bool { return w.L.At(i, 1) != 0 && w.L.At(i, 1) == w.L.At(i, 8) }},
		"two differ": {with(annotations.LabelCondition{Of: lf(5), Is: annotations.DifferentLabel, Other: lf(8)}),
			func(i int) bool { a, b := w.L.At(i, 5), w.L.At(i, 8); return a != 0 && b != 0 && a != b }},
		"gold": {with(annotations.LabelCondition{Of: gold}), func(i int) bool { return w.gold[i] != 0 }},
		"false positives": {with(annotations.LabelCondition{Of: lf(8), Is: annotations.ThisLabel, Label: 1}, annotations.LabelCondition{Of: gold, Is: annotations.ThisLabel, Label: -1}),
			func(i int) bool { return w.L.At(i, 8) == 1 && w.gold[i] == -1 }},
		"wrong": {with(annotations.LabelCondition{Of: lf(8), Is: annotations.DifferentLabel, Other: gold}),
			func(i int) bool { return w.L.At(i, 8) != 0 && w.gold[i] != 0 && w.L.At(i, 8) != w.gold[i] }},
		"ids":  {annotations.CandidateFilter{IDs: []int64{w.ids[90], w.ids[3], w.ids[200], 9999}}, func(i int) bool { return i == 90 || i == 3 || i == 200 }},
		"none": {annotations.CandidateFilter{IDs: []int64{}}, func(int) bool { return false }},
		"like": {annotations.CandidateFilter{LikeRow: &row}, func(i int) bool { return w.pattern(i) == w.pattern(150) }},
		"next": {annotations.CandidateFilter{NextTo: &near}, func(i int) bool { return w.next(i, near) }},
		"next in a split": {annotations.CandidateFilter{NextTo: &near, Split: &one, Conditions: []annotations.LabelCondition{{Of: lf(0)}}},
			func(i int) bool { return w.next(i, near) && w.split[w.ids[i]] == 1 && w.L.At(i, 0) != 0 }},
	} {
		for _, order := range []annotations.CandidateOrder{"", annotations.ByID, annotations.ByDisagreement, annotations.ByPattern, annotations.ByUncertainty} {
			f := test.filter
			f.Order, f.Belief = order, w.belief
			for range 2 { // the second time from what is kept
				got, want := pagesOf(t, x.List(f), 7), w.plain(test.in, order)
				if !slices.Equal(got, want) {
					t.Errorf("%s by %s: %v, want %v", name, order, got, want)
				}
			}
		}
	}
}

func with(conditions ...annotations.LabelCondition) annotations.CandidateFilter {
	return annotations.CandidateFilter{Conditions: conditions}
}

// next reports whether row i is next to those that a labeling function labels.
func (w *listWorld) next(i, lf int) bool {
	others := func(i int) string {
		text := ""
		for j := range w.L.Cols() {
			if j != lf {
				text += fmt.Sprint(w.L.At(i, j), " ")
			}
		}
		return text
	}
	if w.labelled == nil {
		w.labelled = make(map[string]bool)
		for k := range w.ids {
			if w.L.At(k, lf) != 0 {
				w.labelled[others(k)] = true
			}
		}
	}
	cols, _ := w.L.Row(i)
	return w.L.At(i, lf) == 0 && len(cols) > 0 && w.labelled[others(i)]
}

// At random every candidate comes once, in an order that the seed tells.
func TestCandidatesAtRandom(t *testing.T) {
	w := newListWorld(t, oracleDB(t))
	list := func(seed uint64) []int64 {
		return pagesOf(t, w.x.List(annotations.CandidateFilter{Order: annotations.AtRandom, Seed: seed}), 50)
	}
	first, other := list(1), list(2)
	if slices.Equal(first, other) || slices.Equal(first, w.ids) || !slices.Equal(first, list(1)) {
		t.Error("the order does not depend on the seed alone")
	}
	slices.Sort(first)
	if !slices.Equal(first, w.ids) {
		t.Error("some candidates are missing")
	}
}

// A candidate that is gone, or no longer in the list, still has a place in it.
func TestPlacesInAList(t *testing.T) {
	w := newListWorld(t, oracleDB(t))
	one := 1
	list := w.x.List(annotations.CandidateFilter{Split: &one})
	for _, id := range []int64{0, 100, 100000} {
		ids, _ := list.After(&id, 1)
		var want []int64
		for _, other := range w.ids {
			if other > id && w.split[other] == 1 {
				want = []int64{other}
				break
			}
		}
		if !slices.Equal(ids, want) {
			t.Errorf("behind %d comes %v, want %v", id, ids, want)
		}
	}
}

// What a model believes of distinct rows is what it believes of all.
func TestBeliefs(t *testing.T) {
	w := newListWorld(t, oracleDB(t))
	names := []string{"LF_same_last_name", "LF_husband_wife"}
	marginals := func(L *matrix.LabelMatrix) (*matrix.Marginals, error) {
		p := &matrix.Marginals{Candidates: L.Candidates(), Cardinality: 2}
		for i := range L.Rows() {
			p.P = append(p.P, 0.5+0.25*float64(L.At(i, 0))+0.125*float64(L.At(i, 1)))
		}
		return p, nil
	}
	b, err := w.x.Believe(names, marginals)
	if err != nil {
		t.Fatal(err)
	}
	first, _ := w.L.ColNamed(names[0])
	second, _ := w.L.ColNamed(names[1])
	for i := range w.ids {
		p := 0.5 + 0.25*float64(w.L.At(i, first)) + 0.125*float64(w.L.At(i, second))
		label := int16(-1)
		if p > 0.5 {
			label = 1
		}
		if b.P(i) != p || b.Labels[i] != label || float64(b.Top[i]) != max(p, 1-p) {
			t.Fatalf("row %d: P %v, label %d, want %v and %d", i, b.P(i), b.Labels[i], p, label)
		}
	}
	if _, err := w.x.Believe([]string{"nosuch"}, marginals); err == nil {
		t.Error("a labeling function that does not exist is believed")
	}
	for i, top := range w.belief.Top { // of split 0 alone there are marginals
		if (top == top) != (w.split[w.ids[i]] == 0) || (w.belief.Labels[i] != 0) != (top == top) {
			t.Fatalf("row %d of split %d: %v, label %d", i, w.split[w.ids[i]], top, w.belief.Labels[i])
		}
	}
}

// The index says how many candidates there are, and counts votes and matrices by split.
func TestCandidateIndexCounts(t *testing.T) {
	s := oracleDB(t)
	w := newListWorld(t, s)
	want := []annotations.CandidateGroup{{Split: 0, Type: "spouse", Candidates: 238}, {Split: 1, Type: "spouse", Candidates: 86}, {Split: 2, Type: "spouse", Candidates: 67}}
	if got := w.x.Groups(); !slices.Equal(got, want) {
		t.Errorf("groups %v, want %v", got, want)
	}
	split := 1
	L, err := (annotations.LabelAnnotator{}).LoadMatrix(t.Context(), s, annotations.Selection{Split: split})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, n := range w.x.Counts(&split, "") {
		total += n
	}
	if total != L.Rows() {
		t.Errorf("%d candidates, want %d", total, L.Rows())
	}
	var names []string
	for _, k := range L.Keys() {
		names = append(names, k.Name)
	}
	M, rows, err := w.x.Matrix(&split, "spouse", names)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(M.Entries(), L.Entries()) || !slices.Equal(M.Candidates(), L.Candidates()) {
		t.Error("the matrix is another one")
	}
	for i, row := range rows {
		if w.x.IDs[row] != L.Candidates()[i] || w.x.Group(row).Split != split {
			t.Fatalf("row %d is %d", i, row)
		}
	}
	stats := w.x.Votes.LFStats(w.x.Counts(&split, ""), w.x.Judged(w.gold, &split, ""), 2)
	gold, err := annotations.LoadGoldLabels(t.Context(), s, "gold", annotations.Selection{Split: split})
	if err != nil {
		t.Fatal(err)
	}
	for j, one := range matrix.LFStats(L, matrix.Align(L, gold), 2) {
		if fmt.Sprint(one) != fmt.Sprint(stats[j]) {
			t.Errorf("%+v, want %+v", stats[j], one)
		}
	}
	extremes, err := w.x.Extremes("spouse")
	if err != nil || extremes.MinLabel() != -1 || extremes.MaxLabel() != 1 {
		t.Errorf("labels from %d to %d, %v", extremes.MinLabel(), extremes.MaxLabel(), err)
	}
}

// Splits that are no numbers, labels that numpy wrote and key groups that do not exist are
// read as elsewhere; a label that is none is an error.
func TestOddCandidateIndexes(t *testing.T) {
	s := open(t, copyOracle(t, "UPDATE label SET value = x'0100000000000000' WHERE candidate_id = 1 AND value = 1"))
	newListWorld(t, s)
	x, err := annotations.LoadCandidateIndex(t.Context(), s, 77)
	if err != nil || len(x.Keys()) != 0 || len(x.IDs) != 391 || x.Votes.Rows() != 1 {
		t.Errorf("%v, %d candidates", err, len(x.IDs))
	}
	bad := open(t, copyOracle(t, "UPDATE label SET value = 0.5 WHERE candidate_id = 1"))
	if _, err := annotations.LoadCandidateIndex(t.Context(), bad, 0); err == nil {
		t.Error("a fraction is taken for a label")
	}
}
