package program

import (
	"strings"
	"sync"
)

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(b []byte) (int, error) {
	const most = 4 << 10
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if n := len(t.text) - most; n > 0 {
		t.text = append(t.text[:0], t.text[n:]...)
	}
	return len(b), nil
}

// frame is a line of a traceback of Python.
type frame struct{ file, line, function string }

// last is the last line that is not empty, as the end of a message, and the
// frames of a traceback before it, the innermost last.
func (t *tail) last() (said string, frames []frame) {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.text)), "\n")
	line := strings.TrimSpace(lines[len(lines)-1])
	if line == "" {
		return "", nil
	}
	for _, text := range lines[:len(lines)-1] {
		place, isFrame := strings.CutPrefix(strings.TrimSpace(text), `File "`)
		file, place, isFile := strings.Cut(place, `", line `)
		number, function, isLine := strings.Cut(place, ", in ")
		switch {
		case isFrame && isFile && isLine:
			frames = append(frames, frame{file[strings.LastIndexAny(file, `/\`)+1:], number, strings.TrimSpace(function)})
		case strings.HasPrefix(text, "Traceback "):
			frames = nil // of what another one was raised from
		}
	}
	return "; it said: " + line, frames
}
