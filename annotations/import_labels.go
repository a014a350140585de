package annotations

import (
	"context"
	"fmt"
	"iter"

	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// LabelRow is a row of a table of labels: what labeling functions say of one
// candidate.
type LabelRow struct {
	candidates.Position // where it comes from, for messages
	// Candidate is the id of the candidate, if Class is nil; else StableIDs are
	// those of its arguments, in the order of its class.
	Candidate int64
	Class     *candidates.Subclass
	StableIDs []string
	// Whole says that no other row is about the candidate.
	Whole bool
	// LFs are the names of labeling functions, and Labels what each says: −1 or
	// 1 of two classes, 1..K of more, 0 to abstain. A row without Labels is
	// about no candidate, and only names labeling functions.
	LFs    []string
	Labels []int16
}

// LabelImportOptions say what [ImportLabels] does with labels.
type LabelImportOptions struct {
	Type     string // only candidates of this type, the table of their class
	KeyGroup int    // of the label keys
	Replace  bool   // labels that are stored already give way
	// Classes are remembered with the labels; nil is none.
	Classes *Classes
}

// ImportedLabels counts what [ImportLabels] did.
type ImportedLabels struct {
	Labels      int // labels that were stored
	Candidates  int // candidates in the table, labelled or not
	KeysCreated int // labeling functions that the key group did not have
	KeysReused  int // those that it had
	Replaced    int // stored labels that another one replaced
	Deleted     int // stored labels that an abstention replaced
}

// ImportLabels stores labels in one transaction. Labeling functions that the key
// group lacks become new keys, in the order in which rows name them, also those
// that always abstain. Rows are read as they are stored, so that there may be
// more than memory holds; which ones came already is kept in a temporary file of
// SQLite's. The slices of a row are done with when the next one is asked for.
//
// A mistake in a row is a [*candidates.RecordError] with its position, that of
// the first row that has one, and nothing is changed then: a label below −1
// ([ErrBadValue]), a candidate that does not exist
// ([candidates.ErrNoCandidate]), a candidate and labeling function that come
// twice, or, without Replace, whose label is stored already. An error among the
// rows comes out as it is.
func ImportLabels(ctx context.Context, s *session.Session, rows iter.Seq2[LabelRow, error], opts LabelImportOptions) (ImportedLabels, error) {
	if !s.HasTable("label") || !s.HasTable("label_key") {
		return ImportedLabels{}, fmt.Errorf("%s: no table label", s.Path())
	}
	// A stream may keep us waiting for its first row, and nobody else should wait
	// then.
	rows, stop := begun(rows)
	defer stop()
	var done ImportedLabels
	err := s.Update(ctx, func(tx *session.Tx) error {
		im, err := newLabelImporter(tx, opts)
		if err != nil {
			return err
		}
		if done, err = im.run(rows); err != nil {
			return err
		}
		return opts.Classes.Remember(tx)
	}, session.Once)
	if err != nil {
		return ImportedLabels{}, err
	}
	return done, nil
}

// begun returns rows of which the first has been read. The caller stops them.
func begun(rows iter.Seq2[LabelRow, error]) (all iter.Seq2[LabelRow, error], stop func()) {
	next, stop := iter.Pull2(rows)
	row, err, more := next()
	return func(yield func(LabelRow, error) bool) {
		for more && yield(row, err) {
			row, err, more = next()
		}
	}, stop
}

// labelImporter stores labels, a batch of rows at a time.
type labelImporter struct {
	tx   *session.Tx
	opts LabelImportOptions

	keys    map[string]*importKey
	names   []string     // the labeling functions of the last row
	columns []*importKey // and their keys
	finder  *candidateFinder
	seen    *session.Rows // candidate, key (0 of a whole row) and line of each row
	labels  *session.Rows

	rows  []importRow
	cells []importCell
	done  ImportedLabels
}

// importKey is a labeling function that rows name.
type importKey struct {
	id   int64
	name string
	old  bool // the key group had it
	used bool // a row names it
}

// importRow is a candidate with its cells: those of a whole row, or one.
type importRow struct {
	at        candidates.Position
	candidate int64
	key       *importKey // of the one cell, else nil
	cells     int        // where its cells begin
}

// keyID is the second half of what must be unique.
func (r importRow) keyID() int64 {
	if r.key == nil {
		return 0
	}
	return r.key.id
}

// importCell is a label, or an abstention where a label may be stored.
type importCell struct {
	row   int
	key   *importKey
	value int16
}

func newLabelImporter(tx *session.Tx, opts LabelImportOptions) (*labelImporter, error) {
	im := &labelImporter{tx: tx, opts: opts, keys: make(map[string]*importKey)}
	have, err := groupKeys(tx, opts.KeyGroup)
	if err != nil {
		return nil, err
	}
	for name, id := range have {
		im.keys[name] = &importKey{id: id, name: name, old: true}
	}
	// What is there already is passed over, and counted by its absence.
	err = tx.TempTable("imported", "candidate_id BIGINT NOT NULL, key_id BIGINT NOT NULL, line BIGINT NOT NULL, PRIMARY KEY (candidate_id, key_id)")
	if err != nil {
		return nil, err
	}
	im.seen = tx.NewRows("imported", "candidate_id", "key_id", "line")
	im.labels = valueRows(tx, "label")
	im.finder = &candidateFinder{tx: tx, typ: opts.Type}
	return im, nil
}

// key returns the key of a labeling function, and creates what the group lacks.
// Those that it has may be called anything, as Snorkel lets them.
func (im *labelImporter) key(at candidates.Position, name string) (*importKey, error) {
	k := im.keys[name]
	if k == nil {
		if err := CheckLFName(name); err != nil {
			return nil, at.Wrap(err)
		}
		id, err := insertKey(im.tx, "label", matrix.Key{Name: name, Group: im.opts.KeyGroup})
		if err != nil {
			return nil, err
		}
		k = &importKey{id: id, name: name}
		im.keys[name] = k
	}
	if !k.used {
		k.used = true
		if k.old {
			im.done.KeysReused++
		} else {
			im.done.KeysCreated++
		}
	}
	return k, nil
}

// A batch ends with so many rows, whole statements of the inserter, or cells.
const (
	importRows  = 1024
	importCells = 16 * importRows
)

// run stores all rows.
func (im *labelImporter) run(rows iter.Seq2[LabelRow, error]) (ImportedLabels, error) {
	for row, err := range rows {
		if err == nil {
			err = im.take(&row)
		}
		if full := len(im.rows) >= importRows || len(im.cells) >= importCells; err == nil && !full {
			continue
		}
		// What was read before a mistake goes first: a mistake in there, which
		// only the database tells, is the earlier one.
		if err := im.store(); err != nil {
			return im.done, err
		}
		if err != nil {
			return im.done, err
		}
	}
	if err := im.store(); err != nil {
		return im.done, err
	}
	if err := im.labels.Flush(); err != nil {
		return im.done, err
	}
	// Of whole rows this is their number.
	if _, err := im.tx.Get(&im.done.Candidates, "SELECT count(DISTINCT candidate_id) FROM imported"); err != nil {
		return im.done, err
	}
	return im.done, im.tx.Script("DROP TABLE imported")
}
