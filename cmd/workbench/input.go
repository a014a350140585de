package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"workbench/session"
)

// input is the text file that the argument of an import names, or stdin where
// that is "-".
type input struct {
	name   string // for messages
	r      io.Reader
	file   io.Closer
	read   int64
	size   int64 // 0 if it is not known
	report func(done float64)
}

// inputName is the argument of an import.
func (c *call) inputName() (string, error) {
	if name := c.Args().First(); c.NArg() == 1 && name != "" {
		return name, nil
	}
	return "", usagef("%s: name one FILE, or - for stdin; see workbench %s --help", c.Command.Name, c.Command.Name)
}

// openImport opens the database to write, and the file to import. The caller closes
// both.
func (c *call) openImport() (*session.Session, *input, error) {
	if _, err := c.inputName(); err != nil {
		return nil, nil, err
	}
	s, err := c.openToWrite()
	if err != nil {
		return nil, nil, err
	}
	in, err := c.input(s)
	if err != nil {
		s.Close()
		return nil, nil, err
	}
	return s, in, nil
}

// input opens the file to import.
func (c *call) input(s *session.Session) (*input, error) {
	name, err := c.inputName()
	if err != nil {
		return nil, err
	}
	return c.openInput(s, name)
}

// openInput opens a file, or stdin if it is called "-". The database itself, if there
// is one, is not opened: closing it would drop SQLite's locks on it.
func (c *call) openInput(s *session.Session, name string) (in *input, err error) {
	in = &input{name: name, report: func(float64) {}}
	var info os.FileInfo
	if name == "-" {
		in.name = "stdin"
		info, err = os.Stdin.Stat()
	} else {
		info, err = os.Stat(name)
	}
	switch {
	case err != nil:
		return nil, withoutVerb(name, err)
	case info.IsDir():
		return nil, fmt.Errorf("%s: is a directory", in.name)
	case s != nil && isFile(info, s.Path()):
		return nil, usagef("%s: %s is the database itself; name the file to import", c.Command.Name, in.name)
	}
	if info.Mode().IsRegular() {
		in.size = info.Size()
	}
	switch {
	case name != "-":
		f, err := openFile(c.Context.Context, name)
		if err != nil {
			return nil, withoutVerb(name, err)
		}
		in.r, in.file = f, f
	case in.size > 0 || info.Mode().IsRegular():
		in.r = os.Stdin
	default:
		in.r = newInterruptible(c.Context.Context, os.Stdin)
	}
	return in, nil
}

// withoutVerb names a file in an error, and not what was done to it.
func withoutVerb(name string, err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return fmt.Errorf("%s: %w", name, pathErr.Err)
	}
	return err
}

// Read reports how much of the file was read, too.
func (in *input) Read(p []byte) (int, error) {
	n, err := in.r.Read(p)
	if in.read += int64(n); in.size > 0 {
		in.report(float64(in.read) / float64(in.size))
	}
	return n, err
}

// ReadAt reads a regular file anywhere, and reports how far that is.
func (in *input) ReadAt(p []byte, at int64) (int, error) {
	f, ok := in.r.(io.ReaderAt)
	if !ok || in.size == 0 {
		return 0, errors.ErrUnsupported
	}
	n, err := f.ReadAt(p, at)
	in.report(float64(at+int64(n)) / float64(in.size))
	return n, err
}

// Size is the size of a regular file, else 0.
func (in *input) Size() int64 { return in.size }

// Close closes the file, and leaves stdin open.
func (in *input) Close() error {
	if in.file == nil {
		return nil
	}
	return in.file.Close()
}

func isFile(info os.FileInfo, path string) bool {
	other, err := os.Stat(path)
	return err == nil && os.SameFile(info, other)
}

// interruptible reads what may never come, such as what is typed, and gives up
// when the context is done. The goroutine that waits for it then stays behind
// until the process ends.
type interruptible struct {
	ctx    context.Context
	chunks chan chunk
	rest   chunk
}

type chunk struct {
	data []byte
	err  error
}

func newInterruptible(ctx context.Context, r io.Reader) *interruptible {
	in := &interruptible{ctx: ctx, chunks: make(chan chunk)}
	go func() {
		const size = 1 << 16
		var buffers [2][size]byte // who has taken one chunk needs the one before no more
		for i := 0; ; i = 1 - i {
			data := buffers[i][:]
			n, err := r.Read(data)
			select {
			case in.chunks <- chunk{data[:n], err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return in
}

func (in *interruptible) Read(p []byte) (int, error) {
	for len(in.rest.data) == 0 {
		if in.rest.err != nil {
			return 0, in.rest.err
		}
		select {
		case in.rest = <-in.chunks:
		case <-in.ctx.Done():
			return 0, in.ctx.Err()
		}
	}
	n := copy(p, in.rest.data)
	in.rest.data = in.rest.data[n:]
	return n, nil
}
