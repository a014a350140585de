package candidates

import (
	"fmt"
	"slices"
	"strings"

	"workbench/session"
)

// listed is the end of a query for the rows of t with some ids.
const listed = " WHERE t.id IN (SELECT value FROM ids(?)) ORDER BY t.id"

// byIDs reads the rows of t with some ids, which ascend; each row's id is its
// first column. Ids that lie close together, as in most files, are read as a
// range, which is less work than to look each of them up; rows in between are
// passed over. t is a table of Snorkel's, whose ids the session has checked to be
// integers.
func (l *loader) byIDs(ids []int64, query string, row func(cur *session.Cursor) error) error {
	const closeTogether = 2
	first, last := ids[0], ids[len(ids)-1]
	if uint64(last-first) > closeTogether*uint64(len(ids)) {
		return l.sc.Each(row, query+listed, session.IDs(ids))
	}
	return l.sc.Each(func(cur *session.Cursor) error {
		id := cur.Int64(0)
		for len(ids) > 0 && ids[0] < id {
			ids = ids[1:]
		}
		if len(ids) == 0 || ids[0] != id {
			return nil
		}
		return row(cur)
	}, query+" WHERE t.id BETWEEN ? AND ? ORDER BY t.id", first, last)
}

// stable joins the stable id of the rows of t.
const stable = " AS t LEFT JOIN context AS x ON x.id = t.id"

// loadSpans reads the spans with these ids, and their sentences. A span whose
// sentence is gone is left out.
func (l *loader) loadSpans(ids []int64) error {
	ids = l.spans.lacking(ids)
	if len(ids) == 0 || !l.session.HasTable("span") {
		return nil
	}
	var spans []*Span
	var sentences []int64
	err := l.byIDs(ids, "SELECT t.id, x.stable_id, t.sentence_id, t.char_start, t.char_end, t.meta FROM span"+stable, func(cur *session.Cursor) error {
		spans = append(spans, &Span{ID: cur.Int64(0), StableID: cur.Text(1), CharStart: int(cur.Int64(3)), CharEnd: int(cur.Int64(4)), meta: blob(cur, 5)})
		sentences = append(sentences, cur.Int64(2))
		return nil
	})
	if err != nil {
		return err
	}
	if err := l.loadSentences(sentences); err != nil {
		return err
	}
	for i, p := range spans {
		if p.Sentence, _ = l.sentences.get(sentences[i]); p.Sentence != nil {
			l.spans.now[p.ID] = p
		}
	}
	return nil
}

// loadSentences reads the sentences with these ids, their lists still
// pickled, and their documents.
func (l *loader) loadSentences(ids []int64) error {
	ids = l.sentences.lacking(ids)
	if len(ids) == 0 || !l.session.HasTable("sentence") {
		return nil
	}
	var columns strings.Builder
	for _, name := range listColumns() {
		if l.session.HasColumn("sentence", name) {
			fmt.Fprintf(&columns, ", t.%s", name)
		} else {
			columns.WriteString(", NULL") // before 0.6 there is no abs_char_offsets
		}
	}
	var sentences []*Sentence
	var documents []int64
	err := l.byIDs(ids, "SELECT t.id, x.stable_id, t.document_id, t.position, t.text"+columns.String()+" FROM sentence"+stable, func(cur *session.Cursor) error {
		const before = 5 // columns in front of the lists
		s := &Sentence{ID: cur.Int64(0), StableID: cur.Text(1), Position: int(cur.Int64(3)), Text: cur.Text(4)}
		for i := range s.lists {
			if cur.Kind(before+i) == session.List {
				s.lists[i] = arrayList(i, cur.List(before+i))
			} else {
				s.lists[i].blob = blob(cur, before+i)
			}
		}
		sentences = append(sentences, s)
		documents = append(documents, cur.Int64(2))
		l.sentences.now[s.ID] = s
		return nil
	})
	if err != nil {
		return err
	}
	if err := l.loadDocuments(documents); err != nil {
		return err
	}
	for i, s := range sentences {
		s.Document, _ = l.documents.get(documents[i])
	}
	return nil
}

// loadDocuments reads the documents with these ids.
func (l *loader) loadDocuments(ids []int64) error {
	ids = l.documents.lacking(ids)
	if len(ids) == 0 || !l.session.HasTable("document") {
		return nil
	}
	return l.byIDs(ids, "SELECT t.id, x.stable_id, t.name, t.meta FROM document"+stable, func(cur *session.Cursor) error {
		d := &Document{ID: cur.Int64(0), StableID: cur.Text(1), Name: cur.Text(2), meta: blob(cur, 3)}
		l.documents.now[d.ID] = d
		return nil
	})
}

// loadColumns reads the contexts of any other type from the table that has its
// name, if there is one.
func (l *loader) loadColumns(typ string, ids []int64) error {
	names := l.session.Columns(typ)
	if !slices.Contains(names, "id") {
		return nil
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "id" })
	var columns strings.Builder
	for _, name := range names {
		columns.WriteString(", t." + session.Quote(name))
	}
	return l.sc.Each(func(cur *session.Cursor) error {
		x := l.contexts.now[cur.Int64(0)]
		x.Columns = make([]Column, len(names))
		for i, name := range names {
			x.Columns[i] = Column{Name: name, Value: cur.Value(1 + i)}
		}
		return nil
	}, "SELECT t.id"+columns.String()+" FROM "+session.Quote(typ)+" AS t"+listed, session.IDs(ids))
}

// blob returns a copy of column i, nil if it is NULL. A pickle that was stored
// as text is taken as its bytes, as Python does.
func blob(cur *session.Cursor, i int) []byte {
	if cur.Kind(i) == session.Null {
		return nil
	}
	return append([]byte{}, cur.Bytes(i)...) // of no bytes it is empty, not nil
}
