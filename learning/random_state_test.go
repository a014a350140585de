package learning_test

import (
	"slices"
	"strconv"
	"testing"

	"workbench/learning"
)

// drawOracle is what the tests read of randomsearch.json's generator streams.
type drawOracle struct {
	MT19937 map[string]struct {
		First8    []uint32 `json:"mt19937_uint32_first8"`
		Four      []int    `json:"randint4_size10"`
		ThenTwo   []int    `json:"then_randint2_size10"`
		ThenThree []int    `json:"then_randint3_size10"`
	} `json:"mt19937"`
}

func TestRandomStateDrawsNumpysWordsAndChoices(t *testing.T) {
	var oracle drawOracle
	readOracle(t, "randomsearch.json", &oracle)
	if len(oracle.MT19937) < 5 {
		t.Fatalf("%d seeds, want at least 5", len(oracle.MT19937))
	}
	for name, want := range oracle.MT19937 {
		seed, err := strconv.ParseUint(name, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		if got := learning.Words(uint32(seed), 8); !slices.Equal(got, want.First8) {
			t.Errorf("seed %s: words %v, want %v", name, got, want.First8)
		}
		picks := learning.Choices(uint32(seed), [2]int{4, 10}, [2]int{2, 10}, [2]int{1, 10}, [2]int{3, 10})
		for i, want := range [][]int{want.Four, want.ThenTwo, make([]int, 10), want.ThenThree} {
			if !slices.Equal(picks[i], want) {
				t.Errorf("seed %s, list %d: %v, want %v", name, i, picks[i], want)
			}
		}
	}
}
