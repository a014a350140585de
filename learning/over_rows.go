package learning

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// overRows calls f for all of m rows, some thousands at a time on all processors.
// What f makes of a row must not depend on others.
func overRows(m int, f func(lo, hi int)) {
	const rows = 1 << 14
	chunks := (m + rows - 1) / rows
	workers := min(chunks, runtime.GOMAXPROCS(0))
	if workers <= 1 {
		f(0, m)
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for c := int(next.Add(1)) - 1; c < chunks; c = int(next.Add(1)) - 1 {
				f(c*rows, min((c+1)*rows, m))
			}
		})
	}
	wg.Wait()
}
