package session

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// splitRuns tells the splits of candidates by their ids: candidates that follow each
// other are mostly in the same one.
type splitRuns struct {
	runs []splitRun
	last int // the run that was found last
}

type splitRun struct{ first, last, split int64 }

// add adds a candidate, or reports that its id is not above those before.
func (s *splitRuns) add(id, split int64) bool {
	if n := len(s.runs); n > 0 {
		run := &s.runs[n-1]
		if id <= run.last {
			return false
		}
		if id == run.last+1 && split == run.split {
			run.last = id
			return true
		}
	}
	s.runs = append(s.runs, splitRun{id, id, split})
	return true
}

// of returns the split of a candidate, if there is one of that id.
func (s *splitRuns) of(id int64) (split int64, ok bool) {
	if len(s.runs) == 0 {
		return 0, false
	}
	if run := s.runs[s.last]; run.first <= id && id <= run.last {
		return run.split, true
	}
	i, ok := slices.BinarySearchFunc(s.runs, id, func(run splitRun, id int64) int {
		switch {
		case run.last < id:
			return -1
		case run.first > id:
			return 1
		}
		return 0
	})
	if !ok {
		return 0, false
	}
	s.last = i
	return s.runs[i].split, true
}

// annotators counts the gold labels of each annotator per split.
func annotators(sc *Scanner, of *splitRuns) ([]GoldCount, error) {
	if !sc.session.HasTable("gold_label") || !sc.session.HasTable("gold_label_key") {
		return []GoldCount{}, nil
	}
	if of != nil {
		if counts, err := annotatorsOf(sc, of); err != errOdd {
			return counts, err
		}
	}
	counts := []GoldCount{}
	err := sc.Each(func(cur *Cursor) error {
		counts = append(counts, GoldCount{cur.Text(0), int(cur.Int64(1)), int(cur.Int64(2)), int(cur.Int64(3))})
		return nil
	}, `
		SELECT k.name, k."group", coalesce(c.split, 0), count(c.id)
		FROM gold_label_key AS k
		LEFT JOIN gold_label AS g ON g.key_id = k.id AND g.value <> 0
		LEFT JOIN candidate AS c ON c.id = g.candidate_id
		GROUP BY k.id, c.split ORDER BY k.id, c.split`)
	return counts, err
}

// annotatorsOf does so without a join, where all labels are of candidates that there are.
func annotatorsOf(sc *Scanner, of *splitRuns) ([]GoldCount, error) {
	byKey := make(map[int64]map[int64]int)
	add := func(key, candidate int64) error {
		split, ok := of.of(candidate)
		if !ok {
			return errOdd
		}
		if byKey[key] == nil {
			byKey[key] = make(map[int64]int)
		}
		byKey[key][split]++
		return nil
	}
	err := sc.Table("gold_label", Columns{Integers: []string{"key_id", "candidate_id", "value"}}, func(b *Batch) error {
		for k, key := range b.Integers[0] {
			if b.Integers[2][k] != 0 {
				if err := add(key, b.Integers[1][k]); err != nil {
					return err
				}
			}
		}
		return nil
	}, func(cur *Cursor) error {
		if cur.Kind(0) != Integer || cur.Kind(1) != Integer || cur.Kind(2) != Blob { // as numpy's integers are, which are not 0
			return errOdd
		}
		return add(cur.Int64(0), cur.Int64(1))
	})
	if err != nil {
		return nil, err
	}
	counts := []GoldCount{}
	err = sc.Each(func(cur *Cursor) error {
		name, group, bySplit := cur.Text(1), int(cur.Int64(2)), byKey[cur.Int64(0)]
		for _, split := range slices.Sorted(maps.Keys(bySplit)) {
			counts = append(counts, GoldCount{name, group, int(split), bySplit[split]})
		}
		if len(bySplit) == 0 {
			counts = append(counts, GoldCount{Annotator: name, Group: group})
		}
		return nil
	}, `SELECT id, name, "group" FROM gold_label_key ORDER BY id`)
	return counts, err
}

// Marginals counts the stored marginals per split, training ones first.
func (s *Session) Marginals(ctx context.Context) (counts []MarginalCount, err error) {
	err = s.Scan(ctx, func(sc *Scanner) error {
		_, of, err := splits(sc)
		if err == nil {
			counts, err = marginals(sc, of)
		}
		return err
	})
	return counts, err
}

func marginals(sc *Scanner, of *splitRuns) ([]MarginalCount, error) {
	query := `
		SELECT m.training, c.split, count(DISTINCT m.candidate_id), max(m.value)
		FROM marginal AS m JOIN candidate AS c ON c.id = m.candidate_id
		WHERE m.training = TRUE OR m.training = FALSE
		GROUP BY m.training, c.split ORDER BY m.training DESC, c.split`
	switch {
	case sc.session.Version() == V05:
		query = `
			SELECT TRUE, split, count(*), 1
			FROM candidate WHERE training_marginal IS NOT NULL GROUP BY split ORDER BY split`
	case !sc.session.HasTable("marginal"):
		return []MarginalCount{}, nil
	case of != nil:
		if counts, err := marginalsOf(sc, of); err != errOdd {
			return counts, err
		}
	}
	counts := []MarginalCount{}
	err := sc.Each(func(cur *Cursor) error {
		counts = append(counts, MarginalCount{cur.Int64(0) != 0, int(cur.Int64(1)), int(cur.Int64(2)), int(cur.Int64(3))})
		return nil
	}, query)
	return counts, err
}

// marginalsOf counts them without a join, where those of a split are in the order of
// its candidates.
func marginalsOf(sc *Scanner, of *splitRuns) ([]MarginalCount, error) {
	type group struct{ training, split int64 }
	type tally struct{ last, candidates, most int64 }
	byGroup := make(map[group]*tally)
	err := sc.Table("marginal", Columns{Integers: []string{"candidate_id", "training", "value"}}, func(b *Batch) error {
		for k, id := range b.Integers[0] {
			training, value := b.Integers[1][k], b.Integers[2][k]
			split, ok := of.of(id)
			if !ok || training != 0 && training != 1 {
				continue
			}
			t := byGroup[group{training, split}]
			switch {
			case t == nil:
				byGroup[group{training, split}] = &tally{id, 1, value}
				continue
			case id < t.last:
				return errOdd
			case id > t.last:
				t.last = id
				t.candidates++
			}
			t.most = max(t.most, value)
		}
		return nil
	}, func(cur *Cursor) error {
		if cur.Kind(0) == Null { // what Snorkel may leave
			return nil
		}
		return errOdd
	})
	if err != nil {
		return nil, err
	}
	counts := []MarginalCount{}
	for g, t := range byGroup {
		counts = append(counts, MarginalCount{g.training == 1, int(g.split), int(t.candidates), int(t.most)})
	}
	slices.SortFunc(counts, func(a, b MarginalCount) int {
		switch {
		case a.Training && !b.Training:
			return -1
		case b.Training && !a.Training:
			return 1
		}
		return cmp.Compare(a.Split, b.Split)
	})
	return counts, nil
}
