package structure_test

import (
	"fmt"
	"reflect"
	"testing"

	"workbench/learning/dependency"
	"workbench/learning/structure"
)

// Strongest goes by |weight|, and by column and type among equals.
func TestStrongest(t *testing.T) {
	t.Parallel()
	deps := []dependency.Dependency{
		{J: 2, K: 3, Type: dependency.Similar, Weight: 0.5},
		{J: 0, K: 1, Type: dependency.Reinforcing, Weight: 0.5},
		{J: 0, K: 1, Type: dependency.Fixing, Weight: -0.5},
		{J: 0, K: 2, Type: dependency.Similar, Weight: 0.1},
		{J: 4, K: 5, Type: dependency.Similar, Weight: -0.9},
		{J: 0, K: 1, Type: dependency.Similar, Weight: 0.5},
		{J: 1, K: 0, Type: dependency.Fixing, Weight: 0.5},
	}
	before := fmt.Sprint(deps)
	order := [][3]int{{4, 5, 0}, {0, 1, 0}, {0, 1, 1}, {0, 1, 2}, {1, 0, 1}, {2, 3, 0}, {0, 2, 0}}
	for _, c := range []struct{ most, want int }{{0, 0}, {1, 1}, {3, 3}, {5, 5}, {7, 7}, {100, 7}, {-1, 7}} {
		if got := triples(structure.Strongest(deps, c.most)); !reflect.DeepEqual(got, order[:c.want]) {
			t.Errorf("the strongest %d are %v", c.most, got)
		}
	}
	if fmt.Sprint(deps) != before {
		t.Error("the argument has changed")
	}
	if got := structure.Strongest(nil, 5); len(got) != 0 {
		t.Errorf("the strongest of none are %v", got)
	}
}

// The lists of all dependencies are Snorkel's get_all_deps.
func TestAll(t *testing.T) {
	t.Parallel()
	pairs := func(kind int) [][3]int { return [][3]int{{0, 1, kind}, {0, 2, kind}, {1, 2, kind}} }
	ordered := func(kind int) [][3]int {
		return [][3]int{{0, 1, kind}, {0, 2, kind}, {1, 0, kind}, {1, 2, kind}, {2, 0, kind}, {2, 1, kind}}
	}
	for name, c := range map[string]struct {
		got  []dependency.Dependency
		want [][3]int
	}{
		"similar":      {structure.All(3, dependency.Similar), pairs(0)},
		"exclusive":    {structure.All(3, dependency.Exclusive), pairs(3)},
		"fixing":       {structure.All(3, dependency.Fixing), ordered(1)},
		"reinforcing":  {structure.All(3, dependency.Reinforcing), ordered(2)},
		"higher order": {structure.All(3, dependency.Fixing, dependency.Reinforcing), append(ordered(1), ordered(2)...)},
		"two types":    {structure.All(3, dependency.Exclusive, dependency.Similar), append(pairs(3), pairs(0)...)},
		"no types":     {structure.All(3), [][3]int{}},
		"one LF":       {structure.All(1, dependency.Fixing), [][3]int{}},
		"no LFs":       {structure.All(0, dependency.Similar), [][3]int{}},
	} {
		if got := triples(c.got); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
