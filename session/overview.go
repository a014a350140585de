package session

import (
	"context"
	"fmt"
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
	Type     string `json:"type" db:"type"`
	Contexts int    `json:"contexts" db:"contexts"`
}

// SplitCount is how many candidates of one type a split holds.
type SplitCount struct {
	Split      int    `json:"split" db:"split"`
	Type       string `json:"type" db:"type"`
	Candidates int    `json:"candidates" db:"candidates"`
}

// KeyGroupCount is one group of keys with its annotations. Table is label,
// feature or prediction; stored zeros among labels abstain and do not count.
type KeyGroupCount struct {
	Table       string `json:"table" db:"tbl"`
	Group       int    `json:"group" db:"grp"`
	Keys        int    `json:"keys" db:"keys"`
	Annotations int    `json:"annotations" db:"annotations"`
}

// GoldCount is how many gold labels an annotator gave to candidates of a split.
// An annotator without labels has one entry with Labels 0.
type GoldCount struct {
	Annotator string `json:"annotator" db:"annotator"`
	Group     int    `json:"key_group,omitempty" db:"grp"` // of its key; Snorkel's are in 0
	Split     int    `json:"split" db:"split"`
	Labels    int    `json:"labels" db:"labels"`
}

// MarginalCount is how many candidates of a split have a stored marginal, and
// the largest value among them (cardinality − 1).
type MarginalCount struct {
	Training   bool `json:"training" db:"training"`
	Split      int  `json:"split" db:"split"`
	Candidates int  `json:"candidates" db:"candidates"`
	MaxValue   int  `json:"max_value" db:"max_value"`
}

// ClassName is what a class of a candidate type is called, and the label that
// names it.
type ClassName struct {
	Type  string `json:"type" db:"type"`
	Value int    `json:"value" db:"value"`
	Name  string `json:"name,omitempty" db:"name"` // "" if only the number of classes is known
}

// Overview counts what is in the file.
func (s *Session) Overview(ctx context.Context) (*Overview, error) {
	o := &Overview{Path: s.path, Version: s.Version(), Contexts: []ContextCount{}}
	err := s.View(ctx, func(tx *Tx) (err error) {
		if err = tx.Select(&o.Contexts, `
			SELECT type, count(*) AS contexts FROM context GROUP BY type ORDER BY type`); err != nil {
			return err
		}
		if o.Splits, err = splits(tx); err != nil {
			return err
		}
		if o.KeyGroups, err = s.keyGroups(tx); err != nil {
			return err
		}
		if o.Annotators, err = s.annotators(tx); err != nil {
			return err
		}
		if o.Marginals, err = s.marginals(tx); err != nil || !s.HasTable("workbench_class") {
			return err
		}
		if err := tx.Select(&o.Classes, "SELECT type, value, name FROM workbench_class ORDER BY type, value"); err != nil {
			return err
		}
		for i := range o.Classes { // a class without a name is called by its label
			if x := &o.Classes[i]; x.Name == strconv.Itoa(x.Value) {
				x.Name = ""
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return o, nil
}

// Splits counts the candidates of every split, per type.
func (s *Session) Splits(ctx context.Context) (counts []SplitCount, err error) {
	err = s.View(ctx, func(tx *Tx) error {
		counts, err = splits(tx)
		return err
	})
	return counts, err
}

func splits(tx *Tx) ([]SplitCount, error) {
	counts := []SplitCount{}
	err := tx.Select(&counts, `
		SELECT split, type, count(*) AS candidates FROM candidate
		GROUP BY split, type ORDER BY split, type`)
	return counts, err
}

func (s *Session) keyGroups(tx *Tx) ([]KeyGroupCount, error) {
	counts := []KeyGroupCount{}
	for _, table := range []string{"label", "feature", "prediction"} {
		if !s.HasTable(table) || !s.HasTable(table+"_key") {
			continue
		}
		var some []KeyGroupCount
		err := tx.Select(&some, fmt.Sprintf(`
			SELECT '%[1]s' AS tbl, k."group" AS grp, count(*) AS keys, coalesce(sum(a.n), 0) AS annotations
			FROM %[1]s_key AS k LEFT JOIN
				(SELECT key_id, count(*) AS n FROM %[1]s WHERE value <> 0 OR '%[1]s' <> 'label' GROUP BY key_id) AS a
				ON a.key_id = k.id
			GROUP BY k."group" ORDER BY k."group"`, table))
		if err != nil {
			return nil, err
		}
		counts = append(counts, some...)
	}
	return counts, nil
}

func (s *Session) annotators(tx *Tx) ([]GoldCount, error) {
	counts := []GoldCount{}
	if !s.HasTable("gold_label") || !s.HasTable("gold_label_key") {
		return counts, nil
	}
	err := tx.Select(&counts, `
		SELECT k.name AS annotator, k."group" AS grp, coalesce(c.split, 0) AS split, count(c.id) AS labels
		FROM gold_label_key AS k
		LEFT JOIN gold_label AS g ON g.key_id = k.id AND g.value <> 0
		LEFT JOIN candidate AS c ON c.id = g.candidate_id
		GROUP BY k.id, c.split ORDER BY k.id, c.split`)
	return counts, err
}

// Marginals counts the stored marginals per split, training ones first.
func (s *Session) Marginals(ctx context.Context) (counts []MarginalCount, err error) {
	err = s.View(ctx, func(tx *Tx) error {
		counts, err = s.marginals(tx)
		return err
	})
	return counts, err
}

func (s *Session) marginals(tx *Tx) ([]MarginalCount, error) {
	counts := []MarginalCount{}
	query := `
		SELECT m.training, c.split, count(DISTINCT m.candidate_id) AS candidates, max(m.value) AS max_value
		FROM marginal AS m JOIN candidate AS c ON c.id = m.candidate_id
		WHERE m.training = TRUE OR m.training = FALSE
		GROUP BY m.training, c.split ORDER BY m.training DESC, c.split`
	switch {
	case s.Version() == V05:
		query = `
			SELECT TRUE AS training, split, count(*) AS candidates, 1 AS max_value
			FROM candidate WHERE training_marginal IS NOT NULL GROUP BY split ORDER BY split`
	case !s.HasTable("marginal"):
		return counts, nil
	}
	err := tx.Select(&counts, query)
	return counts, err
}
