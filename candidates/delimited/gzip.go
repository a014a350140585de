package delimited

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// unzipped is what gzip packed, or the file as it is. No text begins as gzip's
// files do.
func unzipped(r io.Reader) (io.Reader, error) {
	const magic = "\x1f\x8b"
	packed := bufio.NewReaderSize(r, len(magic)+14) // the least that bufio has
	start, err := packed.Peek(len(magic))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if string(start) != magic {
		return packed, nil
	}
	z, err := gzip.NewReader(bufio.NewReader(packed))
	return &gunzip{z}, damaged(err)
}

// gunzip says of its errors that they are about what is packed.
type gunzip struct{ r io.Reader }

func (g *gunzip) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	return n, damaged(err)
}

func damaged(err error) error {
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the gzip file is cut off")
	case corrupt, errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return fmt.Errorf("the gzip file is damaged: %w", err)
	}
	return err
}
