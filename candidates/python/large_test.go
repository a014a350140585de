package python_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"workbench/candidates/python"
)

// A pattern of some KB must not take GBs.
func TestPatternsThatGrowAreRefused(t *testing.T) {
	for name, expr := range map[string]string{
		"many sets":       strings.Repeat(`\w`, 20_000),
		"many repeats":    strings.Repeat(`\w{1,1000}`, 500),
		"repeated groups": strings.Repeat(`(?:`+strings.Repeat("ab", 500)+`){1000}`, 5),
		"very long":       strings.Repeat("a", 2<<20),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := python.Compile(expr, python.IgnoreCase)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, python.ErrUnsupported) || !strings.Contains(err.Error(), "too large") {
			t.Errorf("%s: error %v", name, err)
		}
		const most = 400 << 20
		if took := after.TotalAlloc - before.TotalAlloc; took > most {
			t.Errorf("%s: it took %d MiB", name, took>>20)
		}
	}
}

func TestPatternsOfManyWordsAreNotTooLarge(t *testing.T) {
	for name, expr := range map[string]string{
		"names": strings.Repeat(`\bJohn\s+Smith\b|`, 5000) + "Zoe",
		"words": strings.Repeat(`\w+ `, 200) + "|Zoe",
		"gaps":  strings.Repeat(`a.{0,1000}`, 50) + "|Zoe",
	} {
		p, err := python.Compile(expr, python.IgnoreCase)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !finds(p, "zoe") || finds(p, "zo") {
			t.Errorf("%s: another answer", name)
		}
	}
}
