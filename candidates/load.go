package candidates

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"workbench/session"
)

// batchSize is how many candidates are read together: enough to make the few
// queries of a batch cheap per candidate, and few enough to keep their text
// small (some 10 MB where sentences are long).
const batchSize = 1024

// ByID reads one candidate.
func ByID(ctx context.Context, s *session.Session, id int64) (Candidate, error) {
	cands, err := Load(ctx, s, Query{IDs: []int64{id}})
	if err != nil {
		return Candidate{}, err
	}
	return cands[0], nil
}

// Load reads the candidates that q selects, as [Each] does, into one list. It
// keeps the text of all of them; Each does not.
func Load(ctx context.Context, s *session.Session, q Query) ([]Candidate, error) {
	var cands []Candidate
	err := Each(ctx, s, q, func(batch []Candidate) error {
		cands = append(cands, batch...)
		return nil
	})
	return cands, err
}

// where is the condition on the candidates whose ids are greater than behind
// and at most upTo, where those are not nil.
func (q Query) where(behind, upTo *int64) (condition string, args []any) {
	var all []string
	only := func(condition string, value any) { all, args = append(all, condition), append(args, value) }
	switch {
	case q.IDs != nil:
		only("id IN (SELECT value FROM ids(?))", session.IDs(q.IDs))
	case !q.AllSplits:
		only("split = ?", q.Split)
	}
	if q.IDs == nil && q.Type != "" {
		only("type = ?", q.Type)
	}
	if q.After != 0 {
		only("id > ?", q.After)
	}
	if behind != nil {
		only("id > ?", *behind)
	}
	if upTo != nil {
		only("id <= ?", *upTo)
	}
	if all == nil {
		return "", nil
	}
	return " WHERE " + strings.Join(all, " AND "), args
}

// loader reads what the candidates of one batch after the other point to. It
// remembers the contexts of this batch and of the one before, for candidates
// of one sentence stand together.
type loader struct {
	session   *session.Session
	sc        *session.Scanner
	args      map[string][]string // names of the arguments, by type
	spans     recent[*Span]
	sentences recent[*Sentence]
	documents recent[*Document]
	contexts  recent[*Argument] // Context and what leads to its text
}

func newLoader(s *session.Session, sc *session.Scanner) *loader {
	return &loader{session: s, sc: sc, args: make(map[string][]string)}
}

// recent keeps what two batches used, by id.
type recent[T any] struct{ now, before map[int64]T }

// turn begins a new batch.
func (r *recent[T]) turn() { r.before, r.now = r.now, make(map[int64]T) }

// get looks an id up; what the batch before used it takes over.
func (r *recent[T]) get(id int64) (T, bool) {
	v, ok := r.now[id]
	if !ok {
		if v, ok = r.before[id]; ok {
			r.now[id] = v
		}
	}
	return v, ok
}

// lacking returns those of the ids that are not known, each once.
func (r *recent[T]) lacking(ids []int64) []int64 {
	var list []int64
	for _, id := range ids {
		if _, ok := r.get(id); !ok {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// turn begins a new batch.
func (l *loader) turn() {
	l.spans.turn()
	l.sentences.turn()
	l.documents.turn()
	l.contexts.turn()
}

// fill reads the arguments of a batch.
func (l *loader) fill(batch []Candidate) error {
	l.turn()
	for i := range batch {
		typ := batch[i].Type
		if _, known := l.args[typ]; !known {
			l.args[typ] = argNames(l.session, typ)
		}
	}
	var ids []int64
	for typ := range l.args {
		if err := l.arguments(typ, batch); err != nil {
			return err
		}
	}
	for i := range batch {
		for k := range batch[i].Args {
			if id := batch[i].Args[k].Context.ID; id != 0 {
				ids = append(ids, id)
			}
		}
	}
	if err := l.load(ids); err != nil {
		return err
	}
	for i := range batch {
		for k := range batch[i].Args {
			a := &batch[i].Args[k]
			if x, ok := l.contexts.get(a.Context.ID); ok {
				a.Context, a.Span, a.Sentence, a.Document, a.Columns, a.lost, a.alone = x.Context, x.Span, x.Sentence, x.Document, x.Columns, x.lost, x.alone
			}
		}
	}
	return nil
}

// arguments reads the rows of one subclass table: the ids of the arguments,
// and their canonical ids.
func (l *loader) arguments(typ string, batch []Candidate) error {
	names := l.args[typ]
	if names == nil {
		return nil
	}
	var ids []int64
	for i := range batch {
		if batch[i].Type == typ {
			ids = append(ids, batch[i].ID)
		}
	}
	if ids == nil {
		return nil
	}
	var columns strings.Builder
	for _, name := range names {
		fmt.Fprintf(&columns, ", %s, %s", session.Quote(name+"_id"), session.Quote(name+"_cid"))
	}
	at := 0
	return l.sc.Each(func(cur *session.Cursor) error {
		id := cur.Int64(0)
		for at < len(batch) && batch[at].ID < id {
			at++
		}
		if at == len(batch) || batch[at].ID != id {
			return fmt.Errorf("%s: the ids of table %s are not all integers", l.session.Path(), typ)
		}
		args := make([]Argument, len(names))
		for k, name := range names {
			args[k] = Argument{Name: name, CID: cur.Text(2 + 2*k), Context: Context{ID: cur.Int64(1 + 2*k)}}
			args[k].EmptyCID = args[k].CID == "" && cur.Kind(2+2*k) != session.Null
		}
		batch[at].Args = args
		return nil
	}, fmt.Sprintf("SELECT id%s FROM %s WHERE id IN (SELECT value FROM ids(?)) ORDER BY id", &columns, session.Quote(typ)), session.IDs(ids))
}

// load reads the contexts with the given ids, and what they lie in, unless
// they are known.
func (l *loader) load(ids []int64) error {
	ids = l.contexts.lacking(ids)
	if len(ids) == 0 {
		return nil
	}
	byType := make(map[string][]int64)
	var fresh []*Argument
	err := l.byIDs(ids, "SELECT t.id, t.type, t.stable_id FROM context AS t", func(cur *session.Cursor) error {
		x := &Argument{Context: Context{ID: cur.Int64(0), Type: cur.Text(1), StableID: cur.Text(2)}}
		l.contexts.now[x.Context.ID] = x
		byType[x.Context.Type] = append(byType[x.Context.Type], x.Context.ID)
		fresh = append(fresh, x)
		return nil
	})
	if err != nil {
		return err
	}
	if err := l.loadSpans(byType["span"]); err != nil {
		return err
	}
	if err := l.loadSentences(byType["sentence"]); err != nil {
		return err
	}
	if err := l.loadDocuments(byType["document"]); err != nil {
		return err
	}
	for typ, ids := range byType {
		switch typ {
		case "span", "sentence", "document":
		default:
			if err := l.loadColumns(typ, ids); err != nil {
				return err
			}
		}
	}
	for _, x := range fresh {
		l.link(x)
	}
	return nil
}

// link sets what leads from a context to its text.
func (l *loader) link(x *Argument) {
	c := &x.Context
	switch c.Type {
	case "span":
		if x.Span, _ = l.spans.get(c.ID); x.Span != nil {
			x.Sentence, x.Document = x.Span.Sentence, x.Span.Sentence.Document
			c.Text, c.HasText = x.Span.Text(), true
		}
	case "sentence":
		if x.Sentence, _ = l.sentences.get(c.ID); x.Sentence != nil {
			x.Document = x.Sentence.Document
			c.Text, c.HasText = x.Sentence.Text, true
		}
	case "document":
		x.Document, _ = l.documents.get(c.ID)
	default:
		x.lost = x.Columns == nil && l.session.HasTable(c.Type)
	}
	for _, column := range x.Columns {
		if text, ok := column.Value.(string); ok && column.Name == "text" {
			c.Text, c.HasText = text, true
			x.alone = new(textAlone)
		}
	}
}
