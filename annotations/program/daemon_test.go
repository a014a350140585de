//go:build linux

package program_test

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"workbench/annotations/program"
)

// A program may leave something behind that is no longer in its process group
// and holds its output open.
func TestWhatAProgramLeavesBehindIsNotWaitedFor(t *testing.T) {
	for _, tool := range []string{"sh", "setsid", "sleep"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	const answers = `while read -r line; do line=${line#*:}; echo "{\"id\": ${line%%,*}, \"labels\": {}}"; done`
	for name, c := range map[string]struct {
		script  string
		timeout time.Duration
		cancel  bool
		says    string
	}{
		"silent":    {"setsid sleep 20 & exit 0", 500 * time.Millisecond, false, "no answer for 500ms"},
		"answered":  {"setsid sleep 20 & " + answers, time.Second, false, ""},
		"cancelled": {"setsid sleep 20 & exit 0", time.Minute, true, context.Canceled.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // most of the time they wait
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			p := program.Program{Argv: []string{"sh", "-c", c.script}, Timeout: c.timeout}
			began := time.Now()
			run, err := p.Start(ctx, []string{"longer"}, func(int64, int, any) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			if c.cancel {
				time.AfterFunc(100*time.Millisecond, cancel)
			}
			for _, batch := range batches(t, 50) {
				if run.Send(batch) != nil {
					break // Close gives the same error
				}
			}
			err = run.Close()
			switch {
			case c.says == "" && err != nil:
				t.Errorf("%v", err)
			case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
				t.Errorf("error %v, want %q", err, c.says)
			case c.says != "" && !c.cancel && !errors.Is(err, program.ErrProgram):
				t.Errorf("error %v is no %v", err, program.ErrProgram)
			}
			if waited := time.Since(began); waited > 10*time.Second {
				t.Errorf("it took %s", waited)
			}
		})
	}
}
