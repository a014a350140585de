package session

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// fileTarget is a new file. It has another name until the copy is whole.
type fileTarget struct {
	session *Session
	ctx     context.Context
	tmp     string
	asWas   bool // tables are made by the statements that made them
	tx      *Tx
}

func newFileTarget(ctx context.Context, location string, asWas bool) (copyTarget, error) {
	path, err := Resolve(location)
	if err != nil {
		return nil, err
	}
	if err := refuseStale(path); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(path); err == nil {
		return nil, existsAlready(path)
	}
	f := &fileTarget{ctx: ctx, asWas: asWas, tmp: filepath.Join(filepath.Dir(path), ".workbench-"+rand.Text())}
	file, err := os.OpenFile(f.tmp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{Path: path, Kind: ErrCannotOpen, Hint: "its directory does not exist"}
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		return nil, statError(path, err)
	}
	// Rows may refer to what is not there, and nothing else is there that could act.
	if f.session, err = connect(f.tmp, []Option{Writable(), WithTriggers(), func(s *Session) { s.orphans = true }}); err != nil {
		return nil, errors.Join(err, os.Remove(f.tmp))
	}
	f.session.path = path
	f.session.schema.Store(&schema{})
	return f, nil
}

func existsAlready(path string) error {
	return &Error{Path: path, Kind: ErrExists, Hint: "choose another name or remove it first"}
}

func (f *fileTarget) path() string   { return f.session.path }
func (f *fileTarget) onServer() bool { return false }

func (f *fileTarget) write(do func() error) error {
	return f.session.Update(f.ctx, func(tx *Tx) error {
		f.tx = tx
		if err := tx.ExpectMany(); err != nil {
			return err
		}
		return do()
	})
}

func (f *fileTarget) create(tables []*tableStructure) error {
	for _, t := range tables {
		text := t.sqliteDDL()
		if f.asWas {
			text = t.text
		}
		if _, err := f.tx.Exec(text); err != nil {
			return f.session.wrap(f.ctx, err)
		}
	}
	return nil
}

func (f *fileTarget) fill(t *tableStructure, next func() ([]value, error)) error {
	const longest = 4 << 20 // bytes that wait
	rows, values, waiting := f.tx.Rows(t.name, t.names()...), make([]any, len(t.columns)), 0
	for {
		row, err := next()
		if err != nil {
			return err
		}
		if row == nil {
			return f.session.wrap(f.ctx, rows.Flush())
		}
		for i := range row {
			values[i] = row[i].stored()
			waiting += len(row[i].text) + len(row[i].bytes)
		}
		add := rows.Add
		if waiting > longest {
			waiting, add = 0, func(values ...any) error {
				rows.Hold(values...)
				return rows.Flush()
			}
		}
		if err := add(values...); err != nil {
			return f.session.wrap(f.ctx, err)
		}
	}
}

// stored is the value as SQLite stores it.
func (v *value) stored() any {
	switch v.kind {
	case Integer:
		return v.n
	case Real:
		return v.f
	case Text:
		return v.text
	case Blob:
		return append([]byte{}, v.bytes...) // of no bytes it is empty, not NULL
	default:
		return nil
	}
}

func (f *fileTarget) complete(_ []*tableStructure, indexes []indexStructure) ([]string, error) {
	for _, i := range indexes {
		text := i.sqliteDDL()
		if f.asWas {
			text = i.text
		}
		if _, err := f.tx.Exec(text); err != nil {
			return nil, f.session.wrap(f.ctx, err)
		}
	}
	return nil, nil
}

// read reads the file that is written, and that nobody else knows yet.
func (f *fileTarget) read(read func(sc *Scanner) error) error { return f.session.Scan(f.ctx, read) }

func (f *fileTarget) end(failure error) error {
	err := errors.Join(failure, f.session.Close())
	if err == nil {
		switch err = giveName(f.tmp, f.session.path); {
		case errors.Is(err, fs.ErrExist):
			err = existsAlready(f.session.path)
		case err != nil:
			err = &Error{Path: f.session.path, Kind: ErrCannotOpen, Err: err}
		}
	}
	os.Remove(f.tmp)
	for _, ending := range companions() {
		os.Remove(f.tmp + ending)
	}
	return err
}
