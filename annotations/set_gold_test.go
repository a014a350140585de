package annotations_test

import (
	"errors"
	"testing"

	"workbench/annotations"
	"workbench/candidates"
	"workbench/session"
)

// goldRows are an annotator's gold label of a candidate and its stable label.
func goldRows(t *testing.T, path, annotator string) []string {
	t.Helper()
	return append(lines(t, path, "SELECT 'gold', g.value FROM gold_label AS g JOIN gold_label_key AS k ON k.id = g.key_id WHERE g.candidate_id = 239 AND k.name = '"+annotator+"'"),
		lines(t, path, "SELECT 'stable', value, split FROM stable_label WHERE context_stable_ids = 'doc-06::span:0:10~~doc-06::span:16:25' AND annotator_name = '"+annotator+"'")...)
}

func TestHandLabelsAreStoredCorrectedAndTakenBack(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	before := dump(t, path, "gold_label", "gold_label_key", "stable_label")
	one, none := int16(1), int16(0)
	for i, step := range []struct {
		label  int16
		was    *int16
		before int16
		rows   []string
	}{
		{-1, nil, 0, []string{"gold -1", "stable -1 1"}},
		{-1, nil, -1, []string{"gold -1", "stable -1 1"}},
		{1, nil, -1, []string{"gold 1", "stable 1 1"}},
		{-1, &one, 1, []string{"gold -1", "stable -1 1"}},
		{0, nil, -1, nil},
		{0, nil, 0, nil},
		{1, &none, 0, []string{"gold 1", "stable 1 1"}},
	} {
		got, err := annotations.SetGold(t.Context(), s, annotations.HandLabel{Annotator: "ann", Candidate: 239, Label: step.label, Was: step.was})
		if err != nil || got != step.before {
			t.Errorf("step %d: before %d, %v; want %d", i, got, err, step.before)
		}
		equal(t, "rows", goldRows(t, path, "ann"), step.rows)
		done, err := annotations.ReloadAnnotatorLabels(t.Context(), s, spouse(t, s), "ann", 1, true)
		if err != nil || done.Added+done.Different+len(done.Missed) != 0 {
			t.Errorf("step %d: reloading changes %+v, %v", i, done, err)
		}
	}
	if dump(t, path, "gold_label", "gold_label_key", "stable_label") != before {
		t.Error("another table changed")
	}
}

func TestHandLabelsLeaveThoseOfOthersAlone(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	const others = "SELECT k.name, g.value, g.candidate_id FROM gold_label AS g JOIN gold_label_key AS k ON k.id = g.key_id WHERE k.name <> 'ann' ORDER BY 1, 3"
	const stable = "SELECT * FROM stable_label WHERE annotator_name <> 'ann' ORDER BY 1, 2"
	gold, labels := lines(t, path, others), lines(t, path, stable)
	for _, label := range []int16{1, -1, 0} {
		_, err := annotations.SetGold(t.Context(), s, annotations.HandLabel{Annotator: "ann", Candidate: 239, Label: label})
		must(t, err)
	}
	equal(t, "gold labels of others", lines(t, path, others), gold)
	equal(t, "stable labels of others", lines(t, path, stable), labels)
}

func TestAHandLabelThatAnotherOneOvertookChangesNothing(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	_, err := annotations.SetGold(t.Context(), s, annotations.HandLabel{Annotator: "ann", Candidate: 239, Label: 1})
	must(t, err)
	before := content(t, path)
	for _, seen := range []int16{0, -1} {
		_, err = annotations.SetGold(t.Context(), s, annotations.HandLabel{Annotator: "ann", Candidate: 239, Label: -1, Was: &seen})
		var changed *annotations.GoldChangedError
		if !errors.As(err, &changed) || !errors.Is(err, annotations.ErrGoldChanged) || changed.Stored != 1 || changed.Was != seen {
			t.Errorf("seen %d: %v", seen, err)
		}
	}
	if content(t, path) != before {
		t.Error("the file changed")
	}
}

func TestHandLabelsThatCannotBeStoredChangeNothing(t *testing.T) {
	path := copyOracle(t, "DELETE FROM spouse WHERE id = 240", "PRAGMA foreign_keys = OFF", "DELETE FROM context WHERE id = (SELECT person1_id FROM spouse WHERE id = 241)")
	s := open(t, path, session.Writable())
	before := content(t, path)
	for what, c := range map[string]struct {
		label annotations.HandLabel
		want  error
	}{
		"no such candidate": {annotations.HandLabel{Annotator: "ann", Candidate: 99999, Label: 1}, candidates.ErrNoCandidate},
		"an orphan":         {annotations.HandLabel{Annotator: "ann", Candidate: 240, Label: 1}, candidates.ErrLost},
		"a lost context":    {annotations.HandLabel{Annotator: "ann", Candidate: 241, Label: 1}, candidates.ErrLost},
		"no label":          {annotations.HandLabel{Annotator: "ann", Candidate: 239, Label: -2}, annotations.ErrBadValue},
		"nobody":            {annotations.HandLabel{Candidate: 239, Label: 1}, nil},
	} {
		_, err := annotations.SetGold(t.Context(), s, c.label)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
	}
	_, err := annotations.SetGold(t.Context(), open(t, path), annotations.HandLabel{Annotator: "ann", Candidate: 239, Label: 1})
	if !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("read-only: %v", err)
	}
	if content(t, path) != before {
		t.Error("the file changed")
	}
}
