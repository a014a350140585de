package learning

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// spread calls f with x and 0 to n−1, on all processors. f captures nothing: what it
// works on is x, so that an iteration which calls spread allocates nothing where one
// processor does all.
func spread[T any](n int, x T, f func(x T, i int)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	if workers <= 1 {
		for i := range n {
			f(x, i)
		}
		return
	}
	var next atomic.Int32
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(x, i)
			}
		})
	}
	wg.Wait()
}
