//go:build unix

package program

import (
	"os"
	"os/exec"
	"syscall"
)

// separate gives the program a process group, so that what it starts can be
// ended with it.
func separate(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// end kills the process and its group.
func end(p *os.Process) {
	if syscall.Kill(-p.Pid, syscall.SIGKILL) != nil {
		p.Kill() // fails only if it has ended
	}
}
