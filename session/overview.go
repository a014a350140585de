package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Overview is what is in a database, counted.
type Overview struct {
	Path       string          `json:"path"`
	Version    Version         `json:"version"`
	Contexts   []ContextCount  `json:"contexts"`
	Splits     []SplitCount    `json:"splits"`
	KeyGroups  []KeyGroupCount `json:"key_groups"`
	Annotators []GoldCount     `json:"annotators"`
	Marginals  []MarginalCount `json:"marginals"`
	Classes    []ClassName     `json:"classes,omitempty"`
}

// ContextCount is how many contexts of one type there are.
type ContextCount struct {
	Type     string `json:"type"`
	Contexts int    `json:"contexts"`
}

// SplitCount is how many candidates of one type a split holds.
type SplitCount struct {
	Split      int    `json:"split"`
	Type       string `json:"type"`
	Candidates int    `json:"candidates"`
}

// KeyGroupCount is one group of keys with its annotations. Table is label,
// feature or prediction; stored zeros among labels abstain and do not count.
type KeyGroupCount struct {
	Table       string `json:"table"`
	Group       int    `json:"group"`
	Keys        int    `json:"keys"`
	Annotations int    `json:"annotations"`
}

// GoldCount is how many gold labels an annotator gave to candidates of a split.
// An annotator without labels has one entry with Labels 0.
type GoldCount struct {
	Annotator string `json:"annotator"`
	Group     int    `json:"key_group,omitempty"` // of its key; Snorkel's are in 0
	Split     int    `json:"split"`
	Labels    int    `json:"labels"`
}

// MarginalCount is how many candidates of a split have a stored marginal, and
// the largest value among them (cardinality − 1).
type MarginalCount struct {
	Training   bool `json:"training"`
	Split      int  `json:"split"`
	Candidates int  `json:"candidates"`
	MaxValue   int  `json:"max_value"`
}

// ClassName is what a class of a candidate type is called, and the label that
// names it.
type ClassName struct {
	Type  string `json:"type"`
	Value int    `json:"value"`
	Name  string `json:"name,omitempty"` // "" if only the number of classes is known
}

// Overview counts what is in the file.
func (s *Session) Overview(ctx context.Context) (*Overview, error) {
	o := &Overview{Path: s.path, Version: s.Version()}
	err := s.Scan(ctx, func(sc *Scanner) (err error) {
		if o.Contexts, err = contexts(sc); err != nil {
			return err
		}
		var of *splitRuns
		if o.Splits, of, err = splits(sc); err != nil {
			return err
		}
		if o.KeyGroups, err = keyGroups(sc); err != nil {
			return err
		}
		if o.Annotators, err = annotators(sc, of); err != nil {
			return err
		}
		if o.Marginals, err = marginals(sc, of); err != nil {
			return err
		}
		o.Classes, err = classNames(sc)
		return err
	})
	if err != nil {
		return nil, err
	}
	return o, nil
}

// Splits counts the candidates of every split, per type.
func (s *Session) Splits(ctx context.Context) (counts []SplitCount, err error) {
	err = s.Scan(ctx, func(sc *Scanner) error {
		counts, _, err = splits(sc)
		return err
	})
	return counts, err
}

// errOdd says that a table has a row that has to be counted as SQLite counts it.
var errOdd = errors.New("an odd row")

func countNoOdd(*Cursor) error { return errOdd }

func contexts(sc *Scanner) ([]ContextCount, error) {
	counts := []ContextCount{}
	byType := make(map[string]int)
	err := sc.Table("context", Columns{Texts: []string{"type"}}, func(b *Batch) error {
		for _, typ := range b.Texts[0] {
			byType[typ]++
		}
		return nil
	}, countNoOdd)
	if err == errOdd {
		err = sc.Each(func(cur *Cursor) error {
			counts = append(counts, ContextCount{cur.Text(0), int(cur.Int64(1))})
			return nil
		}, "SELECT type, count(*) FROM context GROUP BY type ORDER BY type")
		return counts, err
	}
	for _, typ := range slices.Sorted(maps.Keys(byType)) {
		counts = append(counts, ContextCount{typ, byType[typ]})
	}
	return counts, err
}

// splits counts the candidates, and tells which are where, or nil if their ids do not
// ascend.
func splits(sc *Scanner) ([]SplitCount, *splitRuns, error) {
	counts, of := []SplitCount{}, &splitRuns{}
	type group struct {
		split int64
		typ   string
	}
	byGroup := make(map[group]*int)
	var last group // most rows are like the one before
	var count *int
	err := sc.Table("candidate", Columns{Integers: []string{"split", "id"}, Texts: []string{"type"}}, func(b *Batch) error {
		for k, split := range b.Integers[0] {
			if of != nil && !of.add(b.Integers[1][k], split) {
				of = nil
			}
			if g := (group{split, b.Texts[0][k]}); g != last || count == nil {
				if last, count = g, byGroup[g]; count == nil {
					count = new(int)
					byGroup[g] = count
				}
			}
			*count++
		}
		return nil
	}, countNoOdd)
	if err == errOdd {
		err = sc.Each(func(cur *Cursor) error {
			counts = append(counts, SplitCount{int(cur.Int64(0)), cur.Text(1), int(cur.Int64(2))})
			return nil
		}, "SELECT split, type, count(*) FROM candidate GROUP BY split, type ORDER BY split, type")
		return counts, nil, err
	}
	for g, n := range byGroup {
		counts = append(counts, SplitCount{int(g.split), g.typ, *n})
	}
	slices.SortFunc(counts, func(a, b SplitCount) int {
		return cmp.Or(cmp.Compare(a.Split, b.Split), cmp.Compare(a.Type, b.Type))
	})
	return counts, of, err
}

func keyGroups(sc *Scanner) ([]KeyGroupCount, error) {
	counts := []KeyGroupCount{}
	for _, table := range []string{"label", "feature", "prediction"} {
		if !sc.session.HasTable(table) || !sc.session.HasTable(table+"_key") {
			continue
		}
		some, err := groupsOf(sc, table)
		if err == errOdd {
			some, err = groupsOfOdd(sc, table)
		}
		if err != nil {
			return nil, err
		}
		counts = append(counts, some...)
	}
	return counts, nil
}

// groupsOf counts the annotations of one table per key, and then per group.
func groupsOf(sc *Scanner, table string) (counts []KeyGroupCount, err error) {
	columns := []string{"key_id"}
	if table == "label" {
		columns = append(columns, "value")
	}
	byKey := make(map[int64]int)
	err = sc.Table(table, Columns{Integers: columns}, func(b *Batch) error {
		for k, key := range b.Integers[0] {
			if table != "label" || b.Integers[1][k] != 0 {
				byKey[key]++
			}
		}
		return nil
	}, func(cur *Cursor) error {
		if cur.Kind(0) != Integer || cur.Kind(1) != Blob { // as numpy's integers are, which are not 0
			return errOdd
		}
		byKey[cur.Int64(0)]++
		return nil
	})
	if err != nil {
		return nil, err
	}
	byGroup := make(map[int]KeyGroupCount)
	err = sc.Each(func(cur *Cursor) error {
		if cur.Kind(1) != Integer {
			return errOdd
		}
		group := int(cur.Int64(1))
		n := byGroup[group]
		byGroup[group] = KeyGroupCount{table, group, n.Keys + 1, n.Annotations + byKey[cur.Int64(0)]}
		return nil
	}, `SELECT id, "group" FROM `+table+"_key")
	for _, group := range slices.Sorted(maps.Keys(byGroup)) {
		counts = append(counts, byGroup[group])
	}
	return counts, err
}

// groupsOfOdd counts them where SQLite has to say which values are none.
func groupsOfOdd(sc *Scanner, table string) (counts []KeyGroupCount, err error) {
	err = sc.Each(func(cur *Cursor) error {
		counts = append(counts, KeyGroupCount{table, int(cur.Int64(0)), int(cur.Int64(1)), int(cur.Int64(2))})
		return nil
	}, fmt.Sprintf(`
		SELECT k."group", count(*), coalesce(sum(a.n), 0)
		FROM %[1]s_key AS k LEFT JOIN
			(SELECT key_id, count(*) AS n FROM %[1]s WHERE value <> 0 OR '%[1]s' <> 'label' GROUP BY key_id) AS a
			ON a.key_id = k.id
		GROUP BY k."group" ORDER BY k."group"`, table))
	return counts, err
}

// classNames are the classes that are remembered. One without a name is called by its
// label.
func classNames(sc *Scanner) (classes []ClassName, err error) {
	if !sc.session.HasTable("workbench_class") {
		return nil, nil
	}
	err = sc.Each(func(cur *Cursor) error {
		x := ClassName{cur.Text(0), int(cur.Int64(1)), cur.Text(2)}
		if x.Name == strconv.Itoa(x.Value) {
			x.Name = ""
		}
		classes = append(classes, x)
		return nil
	}, "SELECT type, value, name FROM workbench_class ORDER BY type, value")
	return classes, err
}
