package main

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"workbench/session"
)

// writeFile makes the file at path with what write writes. It is there whole
// or, when something fails, as it was before. What a symbolic link names is
// replaced, not the link; into a pipe or a device, such as /dev/stdout, it
// writes directly.
func writeFile(path string, write func(w io.Writer) error) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return writeInto(path, write)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".workbench-*")
	if err != nil {
		return named(path, err)
	}
	const mode = 0o644 // temporary files are private, results are not
	err = finish(f, write)
	if err == nil {
		err = os.Chmod(f.Name(), mode)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(named(path, err), os.Remove(f.Name()))
	}
	return nil
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

// formatOfName is the one of some formats that the ending of a file's name
// tells, "" if it tells none of them.
func formatOfName(name string, formats []string) string {
	format := strings.TrimPrefix(filepath.Ext(name), ".")
	if format == "ndjson" {
		format = "jsonl"
	}
	if !slices.Contains(formats, format) {
		return ""
	}
	return format
}

// sameFile reports whether two paths lead to one file.
func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// isBeside reports whether a path is one of those that SQLite uses beside a
// database: it would take what is there for its own.
func isBeside(path, db string) bool {
	path, errPath := filepath.Abs(path)
	db, errDB := filepath.Abs(db)
	return errPath == nil && errDB == nil && session.IsCompanion(path, db)
}
