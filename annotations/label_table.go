package annotations

import (
	"context"
	"errors"
	"io"

	"workbench/annotations/matrix"
)

// LabelTableOptions say how [ReadLabelTable] reads a table. The zero value tells
// everything by the names of the columns.
type LabelTableOptions struct {
	// Notation says how labels are written. Without a Cardinality it is that of the
	// labels that occur, and without Names words are the names of classes.
	Notation
	// Missing are texts that abstain, beside those that always do.
	Missing []string

	// TaskColumn names the column with the id of a candidate. WorkerColumn and
	// LabelColumn name those of a long table, which one of both makes it. What is ""
	// is recognised by its name ([ReadLabelTable]).
	TaskColumn, WorkerColumn, LabelColumn string
	// TextColumn names the column with the text, which "" recognises.
	TextColumn string
	// GoldColumn names the column with gold labels, which "" recognises; with NoGold
	// there is none.
	GoldColumn string
	NoGold     bool
	// Truth is a table with the gold labels, if they do not stand in this one, and
	// TruthName stands for it in errors. It has a column with the id of the candidate,
	// called TaskColumn or recognised, or none where this table has none; and one
	// with the gold label, called GoldColumn, or recognised, also by the names of a
	// label. What it says of other candidates is passed over.
	Truth     io.Reader
	TruthName string
	// LFs are the columns of a wide table that have labels, so that others are passed
	// over, or names for the columns of an array that names none. nil are all.
	LFs []string

	// Conflicts says what becomes of votes that one worker changed.
	Conflicts Conflicts
}

// Conflicts says what becomes of a vote where the same worker has another one
// for the same task. Equal votes count once in any case.
type Conflicts int

// What becomes of such votes: by default they are [ErrConflict], else the first
// or the last one counts.
const (
	RefuseConflicts Conflicts = iota
	KeepFirst
	KeepLast
)

// The kinds of mistakes in a table of labels that other [LabelTableOptions] may
// mend.
var (
	// ErrConflict says that a worker has two different labels for one task.
	ErrConflict = errors.New("a worker labels a task twice, and differently")
	// ErrColumns says that columns do not tell what they are.
	ErrColumns = errors.New("the columns do not tell what they are")
	// ErrMissingLabel says that a word may be a class or stand for none.
	ErrMissingLabel = errors.New("it may be the name of a class, or say that there is no label")
	// ErrWordsAndNumbers says that some labels are words and some are numbers.
	ErrWordsAndNumbers = errors.New("some labels are words and some are numbers")
)

// LabelTable is a label matrix as a table has it, with what else the table says
// of its m candidates.
type LabelTable struct {
	// L is the label matrix, m candidates × n labeling functions or workers, which
	// are its keys. Both have the ids 1, 2, … in the order in which the table names
	// them first.
	L    *matrix.LabelMatrix
	IDs  []string // of the candidates: as written, or the number of the row from 1
	Text []string // of the candidates; nil if the table has no texts
	Gold []int16  // of the candidates, 0 for none; nil if the table has no gold labels
	// Cardinality is K, the number of classes.
	Cardinality int
	// Classes are the names of the K classes; nil if the table writes labels as L
	// has them. Of a table of numbers that L has other labels for, they are the
	// numbers.
	Classes *Classes
	// Long says that each row of the table was one vote, so that a worker who does
	// not vote on a candidate may never have seen it.
	Long bool
	// Warnings are what a person should know of how the table was read.
	Warnings []string
}

// ReadLabelTable reads a table of labels in one of the formats of [ReadLabels]
// that needs no database: the candidates are those that the table names. Rows
// are counted as lines are, from 1 at the beginning of the file; of arrays and
// Parquet files, from 1 at the first row.
//
// A table with columns for the task, the worker and the label is long: each row is
// a vote, and what other columns have, but for a text or a gold label, is passed
// over. Any other table is wide: each row is a candidate, and each column that is
// neither its id, nor its text, nor its gold label is a labeling function. Without
// a column for the id the number of the row is the id. Columns are recognised by
// these names, in which case, space and punctuation do not count (Worker_ID is
// workerid):
//
//	task, id  task, taskid, item, itemid, question, questionid, candidate,
//	          candidateid, stableid, example, exampleid, object, objectid,
//	          instance, instanceid, unit, unitid, sample, sampleid, doc, docid,
//	          hitid, origid, uid, id
//	worker    worker, workerid, annotator, annotatorid, amtworkerids, performer,
//	          rater, raterid, labeler, labelerid, coder, key, lf, labelingfunction
//	label     label, value, answer, response, vote, annotation, judgment, rating
//	text      text
//	gold      gold, goldlabel, truth, groundtruth, truelabel; in a wide table that
//	          has none of these also label
//
// Two columns that could be the same are [ErrColumns]. What is empty or NaN, or
// says abstain and is no class, abstains. A worker who votes for a task twice
// counts once; different votes are [ErrConflict], unless the options choose.
//
// Where labels are words and no names are given, the classes are these words in
// the order of their bytes. Numbers may be in Snorkel's convention or in that of
// Snorkel 0.9. What fits both is refused unless Abstain tells: −1, 0 and 1
// ([ErrBothReadings]), and 0 without −1 where each row is a vote or other fields are
// empty ([ErrZeroLabel]). 1 and 2 are [matrix.ErrCardinality]; with a cardinality of 2
// they are its classes.
//
// What cannot be read is a [*candidates.RecordError], in which name stands for the
// file. Reading takes about 20 bytes per label, and the ids and the texts.
func ReadLabelTable(ctx context.Context, name string, r io.Reader, o LabelTableOptions) (*LabelTable, error) {
	t, err := openLabelTable(name, r, o)
	if err != nil {
		return nil, err
	}
	const together = 1 << 12 // rows between two looks at ctx
	for n := 0; ; n++ {
		if n%together == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		fields, at, err := t.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := t.take(fields, at); err != nil {
			return nil, at.Wrap(err)
		}
	}
	if o.Truth != nil {
		if err := t.readTruth(); err != nil {
			return nil, err
		}
	}
	return t.finish()
}
