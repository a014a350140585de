package main

import (
	"errors"
	"fmt"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// advised adds to an error how flags help, of which the libraries know nothing.
func advised(err error) error {
	for _, advice := range []struct {
		about error
		says  string
	}{
		{session.ErrNotFound, "; name the file with --db PATH or $SNORKELDB"},
		{session.ErrEmpty, "; was it created by a mistyped --db?"},
		{session.ErrLocked, " or raise --busy-timeout"},
		{session.ErrModelExists, " with --force"},
		{candidates.ErrNoSubclasses, "; workbench init makes a database with one"},
		{candidates.ErrAssigned, "; --yes assigns them anew"},
		{annotations.ErrOtherGroups, "; go on with --yes, or leave them alone with --group-only"},
		{matrix.ErrCardinality, "; say --cardinality K"},
	} {
		if errors.Is(err, advice.about) {
			return fmt.Errorf("%w%s", err, advice.says)
		}
	}
	return err
}
