package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"workbench/annotations/lfs"
)

// openFile opens a file to be read. Opening a pipe waits until somebody writes
// into it, and reading from one or from a device until something comes: both
// end when the context is done.
func openFile(ctx context.Context, path string) (*openedFile, error) {
	info, err := os.Stat(path)
	if err != nil {
		if failed, ok := errors.AsType[*fs.PathError](err); ok {
			failed.Op = "open" // as it says of files that cannot be read
		}
		return nil, err
	}
	if info.Mode().IsRegular() || info.IsDir() {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		return &openedFile{f, f, info}, nil
	}
	type result struct {
		f   *os.File
		err error
	}
	opened := make(chan result, 1)
	go func() {
		f, err := os.Open(path)
		opened <- result{f, err}
	}()
	select {
	case o := <-opened:
		if o.err != nil {
			return nil, o.err
		}
		return &openedFile{newInterruptible(ctx, o.f), o.f, info}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// openedFile is a file that is read.
type openedFile struct {
	io.Reader
	io.Closer
	info os.FileInfo
}

// ReadAt reads a regular file anywhere.
func (o *openedFile) ReadAt(p []byte, at int64) (int, error) {
	f, ok := o.Reader.(io.ReaderAt)
	if !ok {
		return 0, errors.ErrUnsupported
	}
	return f.ReadAt(p, at)
}

// readLFs reads a file of labeling functions, and all that it names.
func (c *call) readLFs(path string) (*lfs.Draft, error) {
	f, err := openFile(c.Context.Context, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return lfs.ParseDraft(path, f, filepath.Dir(path))
}

// longestDocument is how many bytes a model or another document in a file may
// have.
const longestDocument = 256 << 20

// readDocument reads a file whole.
func readDocument(ctx context.Context, path string) (string, error) {
	f, err := openFile(ctx, path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, n := document{stream: !f.info.Mode().IsRegular()}, int64(0)
	if !text.stream {
		n = f.info.Size()
	}
	if n <= longestDocument {
		text.Grow(int(n))
		n, err = io.Copy(&text, io.LimitReader(f, longestDocument+1))
	}
	switch {
	case err != nil:
		return "", err
	case n > longestDocument:
		return "", fmt.Errorf("%s: is longer than %d MiB, which no document of workbench is", path, longestDocument>>20)
	case text.binary:
		return "", fmt.Errorf("%s: has a NUL character, which no document of workbench has", path)
	}
	return text.String(), nil
}

// document is what is read of one. Of a stream, which may have no end, no more is kept
// where it has a NUL character, which no document has.
type document struct {
	strings.Builder
	stream, binary bool
}

func (d *document) Write(p []byte) (int, error) {
	d.binary = d.binary || d.stream && bytes.IndexByte(p, 0) >= 0
	if d.binary {
		return len(p), nil
	}
	return d.Builder.Write(p)
}
