package web

import (
	"sync"
	"time"
)

// decision is a label that was given here.
type decision struct {
	Candidate     int64
	Before, After int16
	Time          time.Time
}

// history are the last decisions.
type history struct {
	mu   sync.Mutex
	last []decision // the latest at the end
}

// mostDecisions is how many can be undone.
const mostDecisions = 1000

func (h *history) add(d decision) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.last) == mostDecisions {
		h.last = append(h.last[:0], h.last[1:]...)
	}
	h.last = append(h.last, d)
}

// recent are the last decisions, the latest first.
func (h *history) recent(n int) []decision {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []decision
	for i := len(h.last) - 1; i >= 0 && len(list) < n; i-- {
		list = append(list, h.last[i])
	}
	return list
}

// drop forgets the latest, if it is still this one.
func (h *history) drop(d decision) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := len(h.last); n > 0 && h.last[n-1] == d {
		h.last = h.last[:n-1]
	}
}
