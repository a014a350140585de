package learning_test

import (
	"slices"
	"strconv"
	"testing"

	"workbench/learning"
)

func TestGibbsDrawsAreThoseOfNumpy(t *testing.T) {
	t.Parallel()
	// What numpy.random.RandomState(seed).random_sample(3) prints with all
	// digits.
	for seed, want := range map[uint32][]float64{
		0:  {0.5488135039273248, 0.7151893663724195, 0.6027633760716439},
		42: {0.3745401188473625, 0.9507143064099162, 0.7319939418114051},
	} {
		if got := learning.Uniforms(seed, 3); !slices.Equal(got, want) {
			t.Errorf("RandomState(%d).random_sample(3) = %v, want %v", seed, got, want)
		}
	}
	// RandomState(seed).permutation(10) and RandomState(0).randint(10).
	for seed, want := range map[uint32][]int{
		0:  {2, 8, 4, 9, 1, 6, 7, 3, 0, 5},
		42: {8, 1, 5, 0, 7, 2, 9, 4, 3, 6},
	} {
		if got, _ := learning.Shuffle(seed, 10, 0, 0); !slices.Equal(got, want) {
			t.Errorf("RandomState(%d).permutation(10) = %v, want %v", seed, got, want)
		}
	}
	if _, got := learning.Shuffle(0, 0, 10, 10); !slices.Equal(got, []int{5, 0, 3, 3, 7, 9, 3, 5, 2, 4}) {
		t.Errorf("RandomState(0).randint(10) = %v", got)
	}
}

func TestGibbsWordsAreGonums(t *testing.T) {
	t.Parallel()
	const words = 5 * 624 // several states
	for _, seed := range []uint32{0, 1, 271828, 1<<32 - 1} {
		want := plainTwister(seed)
		uniform := plainTwister(seed)
		for i, got := range learning.MersenneWords(seed, words) {
			if x := want.Uint32(); got != x {
				t.Fatalf("seed %d, word %d is %d, want %d", seed, i, got, x)
			}
		}
		for i, got := range learning.Uniforms(seed, words/2) {
			if x := plainSample(uniform); got != x {
				t.Fatalf("seed %d, number %d is %v, want %v", seed, i, got, x)
			}
		}
	}
}

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
	t.Parallel()
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
		if got := learning.MersenneWords(uint32(seed), 8); !slices.Equal(got, want.First8) {
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
