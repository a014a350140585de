package candidates

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"workbench/candidates/pickle"
	"workbench/session"
)

// Copy copies a database to a new file, or to the empty database of a PostgreSQL URL,
// with all rows and their ids; see [session.Session.Copy]. The lists of sentences are
// pickled in a file, and arrays in PostgreSQL.
func Copy(ctx context.Context, s *session.Session, to string, report func(done, total int)) (*session.Copied, error) {
	lists := session.Lists{Load: loadList, Dump: dumpList}
	for i, name := range listColumns() {
		if isInts(i) {
			lists.Integers = append(lists.Integers, "sentence."+name)
		} else {
			lists.Texts = append(lists.Texts, "sentence."+name)
		}
	}
	return s.Copy(ctx, to, lists, report)
}

var (
	errNone      = errors.New("it is None")
	errSurrogate = errors.New("half of a surrogate pair stands alone in a text")
)

// loadList reads a pickled list.
func loadList(stored []byte, integers bool) (any, error) {
	if integers {
		switch list, err := pickle.Ints(stored); {
		case err != nil:
			return nil, err
		case list == nil:
			return nil, errNone
		default:
			return session.IntArray(list), nil
		}
	}
	list, err := pickle.Texts(stored)
	switch {
	case err != nil:
		return nil, err
	case list == nil:
		return nil, errNone
	case slices.ContainsFunc(list, func(text string) bool { return strings.ContainsRune(text, utf8.RuneError) }) && hasSurrogate(stored):
		return nil, errSurrogate
	}
	return session.TextArray(list), nil
}

// hasSurrogate reports whether a pickle may have a text with a lone surrogate, which only
// Python can have and of which reading makes another character: as three bytes, or in
// protocol 0 as an escape.
func hasSurrogate(stored []byte) bool {
	for i := range len(stored) - 1 {
		if stored[i] == 0xed && stored[i+1] >= 0xa0 && stored[i+1] <= 0xbf {
			return true
		}
	}
	return regexp.MustCompile(`(?i)\\ud[89a-f]`).Match(stored)
}

// dumpList pickles a list.
func dumpList(list any) ([]byte, error) {
	switch list := list.(type) {
	case session.TextArray:
		return pickle.EncodeTexts(list), nil
	case session.IntArray:
		return pickle.EncodeInts(list)
	}
	return nil, errNone
}
