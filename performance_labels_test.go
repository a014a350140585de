//go:build unix

package workbench_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"workbench/session"
)

// makeLabels makes a database whose labels lie in the order in which Snorkel writes
// them, by candidate, and returns how many there are. Each labeling function labels a
// share of the candidates, of which a tenth is in another split.
func makeLabels(tb testing.TB, path string, candidates int, share float64) (labels int) {
	tb.Helper()
	s, err := session.Create(tb.Context(), path)
	must(tb, err)
	defer s.Close()
	r := rand.New(rand.NewPCG(1, 2))
	must(tb, s.Update(tb.Context(), func(tx *session.Tx) error {
		rows := tx.Rows("candidate", "id", "type", "split")
		for i := range candidates {
			split := 0
			if i%10 == 9 {
				split = 1
			}
			if err := rows.Add(i+1, "spouse", split); err != nil {
				return err
			}
		}
		keys := tx.Rows("label_key", "id", "name", "group")
		for j := range benchLFs {
			keys.Hold(j+1, fmt.Sprintf("LF_%02d", j), 0)
		}
		for _, waiting := range []*session.Rows{rows, keys} {
			if err := waiting.Flush(); err != nil {
				return err
			}
		}
		stored := tx.Rows("label", "value", "key_id", "candidate_id")
		for i := range candidates {
			class := 1
			if r.Float64() < 0.6 {
				class = -1
			}
			for j := range benchLFs {
				if r.Float64() >= share {
					continue
				}
				vote := class
				if r.Float64() > 0.6+0.3*float64(j)/benchLFs {
					vote = -class
				}
				if err := stored.Add(vote, j+1, i+1); err != nil {
					return err
				}
			}
		}
		labels = stored.Added()
		return stored.Flush()
	}))
	return labels
}
