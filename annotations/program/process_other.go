//go:build !unix

package program

import (
	"os"
	"os/exec"
)

func separate(*exec.Cmd) {}

// end kills the process. What it started may live on.
func end(p *os.Process) {
	p.Kill() // fails only if it has ended
}
