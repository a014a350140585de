package annotations

import (
	"context"
	"fmt"
	"io"
	"math"

	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// LabelImport says how [ImportLabels] reads a table of labels and what it does
// with them.
type LabelImport struct {
	Name     string // of the table, for messages: its file
	Type     string // only candidates of this type, the table of their class
	KeyGroup int    // of the label keys
	// Abstain is 0 for labels in Snorkel's convention, and −1 for those in the
	// convention of Snorkel 0.9: the classes 0..K−1, and −1 abstains.
	Abstain int
	// Cardinality is K. 0 means 2 if Abstain is −1, and otherwise that K is not
	// known: labels are then −1..32767, but −1 does not go with labels from 2 up.
	Cardinality int
	Replace     bool // labels that are stored already give way
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

// ImportLabels stores the labels of a table in one transaction. The table is
// csv, or separated by tabs if its header has one, in UTF-8. Candidates are
// named by a column candidate_id, or by one column per argument of their class
// with the contexts' stable ids; that of a single argument may be called id.
// With the columns key and value and no others, each row is one label;
// otherwise every other column is a labeling function. What is empty or NaN
// abstains.
//
// Labeling functions that the key group lacks become new keys, in the order of
// their columns or of their first rows, also those that always abstain. Rows
// are read as they are stored, so that the table may be larger than memory;
// which ones came already is kept in a temporary file of SQLite's.
//
// An error in the table names its line, and nothing is changed then: for a
// value that is no label ([ErrBadValue]), a candidate that does not exist
// ([candidates.ErrNoCandidate]), a candidate and labeling function that come
// twice, or, without Replace, whose label is stored already.
func ImportLabels(ctx context.Context, s *session.Session, opts LabelImport, table io.Reader) (ImportedLabels, error) {
	var none ImportedLabels
	switch k := opts.Cardinality; {
	case opts.Abstain != 0 && opts.Abstain != -1:
		return none, fmt.Errorf("labels: %d cannot abstain, only 0 or -1", opts.Abstain)
	case k != 0 && k < 2 || k > math.MaxInt16:
		return none, fmt.Errorf("labels: cardinality %d is not between 2 and %d", k, math.MaxInt16)
	case !s.HasTable("label") || !s.HasTable("label_key"):
		return none, fmt.Errorf("%s: no table label", s.Path())
	}
	classes, err := importClasses(s, opts.Type)
	if err != nil {
		return none, err
	}
	t, err := newLabelTable(opts.Name, table, classes)
	if err != nil {
		return none, err
	}
	var done ImportedLabels
	err = s.Update(ctx, func(tx *session.Tx) error {
		im, err := newLabelImporter(tx, t, opts)
		if err != nil {
			return err
		}
		done, err = im.run()
		return err
	})
	if err != nil {
		return none, err
	}
	return done, nil
}

// importClasses lists the classes whose arguments may name candidates.
func importClasses(s *session.Session, typ string) ([]*candidates.Subclass, error) {
	if typ == "" {
		return candidates.Subclasses(s), nil
	}
	class, err := candidates.Lookup(s, typ)
	return []*candidates.Subclass{class}, err
}

// labelImporter stores a table of labels, a batch of rows at a time.
type labelImporter struct {
	tx         *session.Tx
	table      *labelTable
	opts       LabelImport
	convention labelConvention

	keys    map[string]*importKey
	columns []*importKey // of a wide table
	finder  *candidateFinder
	seen    *session.Rows // candidate, key (0 in a wide table) and line of each row
	labels  *session.Rows

	rows  []importRow
	cells []importCell
	done  ImportedLabels
}

// importKey is a labeling function of the table.
type importKey struct {
	id   int64
	name string
	old  bool // the key group had it
	used bool // the table has it
}

// importRow is a row of the table: one candidate with its cells.
type importRow struct {
	line      int
	candidate int64
	key       *importKey // in a long table
	cells     int        // where its cells begin
}

// keyID is the second half of what must be unique in the table.
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

func newLabelImporter(tx *session.Tx, t *labelTable, opts LabelImport) (*labelImporter, error) {
	im := &labelImporter{tx: tx, table: t, opts: opts, keys: make(map[string]*importKey),
		convention: labelConvention{minusOneAbstains: opts.Abstain == -1, cardinality: opts.Cardinality}}
	if opts.Abstain == -1 && opts.Cardinality == 0 {
		im.convention.cardinality = 2
	}
	have, err := groupKeys(tx, opts.KeyGroup)
	if err != nil {
		return nil, err
	}
	for name, id := range have {
		im.keys[name] = &importKey{id: id, name: name, old: true}
	}
	for _, i := range t.lfs {
		k, err := im.key(t.header[i])
		if err != nil {
			return nil, err
		}
		im.columns = append(im.columns, k)
	}
	// What is there already is passed over, and counted by its absence.
	err = tx.TempTable("imported", "candidate_id BIGINT NOT NULL, key_id BIGINT NOT NULL, line BIGINT NOT NULL, PRIMARY KEY (candidate_id, key_id)")
	if err != nil {
		return nil, err
	}
	im.seen = tx.NewRows("imported", "candidate_id", "key_id", "line")
	im.labels = valueRows(tx, "label")
	im.finder = &candidateFinder{tx: tx, class: t.class, typ: opts.Type}
	return im, nil
}

// key returns the key of a labeling function in the table, and creates what the
// group lacks.
func (im *labelImporter) key(name string) (*importKey, error) {
	k := im.keys[name]
	if k == nil {
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

// run stores all rows of the table.
func (im *labelImporter) run() (ImportedLabels, error) {
	for {
		err := im.read()
		if full := len(im.rows) == importRows || len(im.cells) >= importCells; err == nil && !full {
			continue
		}
		// What was read before a mistake goes first: a mistake in there, which
		// only the database tells, is the earlier one.
		if err := im.store(); err != nil {
			return im.done, err
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return im.done, err
		}
	}
	if err := im.labels.Flush(); err != nil {
		return im.done, err
	}
	// In a wide table this is the number of rows.
	if _, err := im.tx.Get(&im.done.Candidates, "SELECT count(DISTINCT candidate_id) FROM imported"); err != nil {
		return im.done, err
	}
	return im.done, im.tx.Script("DROP TABLE imported")
}
