package main

import (
	"errors"
	"fmt"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/candidates/records"
	"workbench/session"
)

// rawTextAdvice is for a file that has no columns of sentences.
const rawTextAdvice = "of raw texts, --text and --id name the columns"

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
		{records.ErrNoText, "; --skip-empty leaves out such records"},
		{candidates.ErrAssigned, "; --yes assigns them anew"},
		{annotations.ErrBothConventions, "; if -1 abstains, say --abstain -1"},
		{annotations.ErrBothReadings, "; say --abstain 0 for the former, --abstain -1 for the latter"},
		{annotations.ErrZeroLabel, "; say --abstain 0 for the former, --abstain -1 for the latter, with --cardinality K if there are more than two classes"},
		{annotations.ErrZeroGold, "; say --abstain 0 for the former, --abstain -1 for the latter; --classes names classes that are written as words"},
		{annotations.ErrConflict, "; --keep-vote first or last says which one counts"},
		{annotations.ErrColumns, "; --id, --worker, --label, --text and --gold name them, and --keys names those of labeling functions"},
		{annotations.ErrMissingLabel, "; --classes names it among the classes, and --missing says that it is no label"},
		{annotations.ErrWordsAndNumbers, "; --classes names the classes, and --missing what is no label"},
		{annotations.ErrGoldWord, "; --classes names classes that are written as words"},
		{annotations.ErrOtherClasses, "; workbench classes NAMES --replace renames them"},
		{annotations.ErrOtherNumber, "; workbench classes --forget forgets it"},
		{annotations.ErrOtherName, "; make both the same, or leave the names out"},
		{annotations.ErrSeveralClasses, "; say --type"},
		{annotations.ErrNoGold, "; say --dev-split, --gold-split of fit, or --split of compare, or bring labels with import-gold"},
		{annotations.ErrNoCandidates, "; --split says which split they are, in the order of load-matrix"},
		{annotations.ErrNoLFs, "; --keys names them"},
		{annotations.ErrHighClass, "; say --cardinality K"},
		{annotations.ErrFirstClass, "; if that is so, say --cardinality K, and if they are labels, count from 0"},
		{annotations.ErrManyPatterns, "; --sample 1/16 takes one candidate in 16, and --max-patterns allows more"},
		{matrix.ErrCardinality, "; say --cardinality K"},
	} {
		if errors.Is(err, advice.about) {
			return fmt.Errorf("%w%s", err, advice.says)
		}
	}
	if _, ok := errors.AsType[*annotations.StoredLabelError](err); ok {
		return fmt.Errorf("%w; --replace replaces it", err)
	}
	if lost, ok := errors.AsType[*annotations.LossError](err); ok {
		narrower := "--keep-other-splits"
		if lost.What == "labels" {
			narrower = "--split-only"
		}
		return fmt.Errorf("%w; %s keeps them, --yes deletes them%s", err, narrower, backupAdvice(lost.Path))
	}
	if trigger, ok := errors.AsType[*session.TriggerError](err); ok {
		return fmt.Errorf("%w; --with-triggers lets it happen%s", err, backupAdvice(trigger.Path))
	}
	if foreign, ok := errors.AsType[*session.ForeignRowsError](err); ok {
		return fmt.Errorf("%w; --with-triggers lets it happen%s", err, backupAdvice(foreign.Path))
	}
	return err
}

// backupAdvice is what to say of --backup, which a server's database does not have.
func backupAdvice(db string) string {
	if session.IsPostgres(db) {
		return ""
	}
	return ", and --backup copies the database first"
}
