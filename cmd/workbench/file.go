package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"workbench/session"
)

// writeFile makes the file at path with what write writes. It is there whole
// or, when something fails, as it was before. What a symbolic link names is
// replaced, not the link; into a pipe or a device, such as /dev/stdout, it
// writes directly. A new file has the mode that the umask leaves it; one that is
// replaced hands its mode on.
func writeFile(path string, write func(w io.Writer) error) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return writeInto(path, write)
	}
	f, err := createBeside(path, info)
	if err != nil {
		return named(path, err)
	}
	err = finish(f, write)
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(named(path, err), os.Remove(f.Name()))
	}
	return nil
}

// createBeside makes a temporary file in the directory of path. It has the mode
// of the file that it is to replace, or where old is nil what the umask leaves.
func createBeside(path string, old fs.FileInfo) (*os.File, error) {
	mode := fs.FileMode(0o666)
	if old != nil {
		mode = 0o600 // nobody reads it before it has the right one
	}
	for {
		name := filepath.Join(filepath.Dir(path), fmt.Sprintf(".workbench-%d", rand.Uint64()))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil || old == nil {
			return f, err
		}
		if err := f.Chmod(old.Mode().Perm()); err != nil {
			return nil, errors.Join(err, f.Close(), os.Remove(name))
		}
		return f, nil
	}
}

// writeInto writes to what is at path already.
func writeInto(path string, write func(w io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return finish(f, write)
}

// finish writes a file and closes it.
func finish(f *os.File, write func(w io.Writer) error) error {
	w := bufio.NewWriter(f)
	err := write(w)
	if err == nil {
		err = w.Flush()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// named makes an error about a temporary file one about the file that it was
// to become.
func named(path string, err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return &fs.PathError{Op: "write", Path: path, Err: pathErr.Err}
	}
	return err
}

// sameFile reports whether two paths lead to one file.
func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// isBeside reports whether a path leads to one of those that SQLite uses beside
// a database: it would take what is there for its own. Links may lead to either,
// and SQLite goes by where they lead.
func isBeside(path, db string) bool {
	path = whereTo(path)
	for _, name := range []string{filepath.Join(whereTo(filepath.Dir(db)), filepath.Base(db)), whereTo(db)} {
		if session.IsCompanion(path, name) {
			return true
		}
	}
	return false
}

// whereTo is an absolute path without symbolic links. The last element need not
// exist.
func whereTo(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(dir, filepath.Base(path))
	}
	return path
}
