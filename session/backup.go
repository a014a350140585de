package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"
)

// Backup makes a copy of the file before the session first changes it, with
// SQLite's online backup, and checks it. The copy is a new file beside the
// database, NAME.backup-1 or the next number that is free, of the state that the
// change starts from. When the change is committed done is called with its path;
// when it fails, or there is none, no copy stays.
func Backup(done func(path string)) Option { return func(s *Session) { s.backedUp = done } }

// backup makes the copy, and returns its path. The caller holds the lock that
// keeps others from writing, and has changed nothing yet.
func (s *Session) backup(ctx context.Context) (path string, err error) {
	info, err := os.Stat(s.path)
	if err != nil {
		return "", statError(s.path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(s.path), ".workbench-*")
	if err != nil {
		return "", s.notBackedUp(err)
	}
	defer os.Remove(f.Name()) // what becomes the backup has another name by then
	if err := f.Close(); err != nil {
		return "", s.notBackedUp(err)
	}
	if err := s.copyTo(ctx, f.Name()); err != nil {
		return "", err
	}
	if err := checkCopy(ctx, f.Name()); err != nil {
		return "", s.notBackedUp(err)
	}
	if err := os.Chmod(f.Name(), info.Mode().Perm()); err != nil {
		return "", s.notBackedUp(err)
	}
	for n := 1; ; n++ {
		path = fmt.Sprintf("%s.backup-%d", s.path, n)
		err := giveName(f.Name(), path)
		switch {
		case errors.Is(err, fs.ErrExist):
			continue
		case err != nil:
			return "", s.notBackedUp(err)
		}
		return path, nil
	}
}

// notBackedUp says that nothing is changed because there is no copy.
func (s *Session) notBackedUp(err error) error {
	return &Error{Path: s.path, Kind: ErrNoBackup, Err: err, Hint: "nothing was changed"}
}

// giveName gives a file the name that no file has yet.
func giveName(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // some file systems have no links
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Rename(from, to))
}

// copyTo copies the database into a file that is empty.
func (s *Session) copyTo(ctx context.Context, to string) error {
	target, err := uri(to)
	if err != nil {
		return err
	}
	return s.apart(ctx, func(conn *sqlx.Conn) error {
		return s.wrap(ctx, conn.Raw(func(driverConn any) error {
			source := driverConn.(interface {
				NewBackup(target string) (*sqlite.Backup, error)
			})
			b, err := source.NewBackup(target + "?" + url.Values{"mode": {"rw"}, "_error_rc": {"1"}}.Encode())
			if err != nil {
				return err
			}
			const pages = 1 << 12 // between two looks at the context
			for more := true; more && err == nil; {
				if more, err = b.Step(pages); err == nil {
					err = ctx.Err()
				}
			}
			return errors.Join(err, b.Finish())
		}))
	})
}

// checkCopy reads the copy through. Nobody else knows it yet.
func checkCopy(ctx context.Context, path string) error {
	target, err := uri(path)
	if err != nil {
		return err
	}
	db, err := sqlx.Open("sqlite", target+"?mode=ro&immutable=1")
	if err != nil {
		return err
	}
	defer db.Close()
	return quickCheck(ctx, db)
}
