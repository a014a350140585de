package candidates_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"reflect"
	"strings"
	"testing"

	"workbench/candidates"
	"workbench/session"
)

// feed gives records one by one, numbered by line from 1.
func feed(recs ...candidates.Record) iter.Seq2[candidates.Record, error] {
	return func(yield func(candidates.Record, error) bool) {
		for i, rec := range recs {
			rec.Position = candidates.Position{File: "f", Line: i + 1}
			if !yield(rec, nil) {
				return
			}
		}
	}
}

// said makes a record of a sentence whose candidates are pairs of spans.
func said(document, text string, pairs ...[4]int) candidates.Record {
	rec := candidates.Record{Document: document, Sentence: candidates.NewSentence{Text: text}}
	for _, p := range pairs {
		rec.Candidates = append(rec.Candidates, []candidates.Mention{{Start: p[0], End: p[1]}, {Start: p[2], End: p[3]}})
	}
	return rec
}

func at(rec candidates.Record, ordinal int) candidates.Record { rec.Ordinal = &ordinal; return rec }
func from(rec candidates.Record, start int) candidates.Record { rec.Start = &start; return rec }

func rawText(id, text string) candidates.Record {
	return candidates.Record{ID: id, Sentence: candidates.NewSentence{Text: text}}
}

func tweet(t testing.TB) *candidates.Subclass {
	t.Helper()
	c, err := candidates.ParseSubclass("Tweet(tweet)")
	must(t, err)
	return c
}

// both makes a database with the classes Spouse and Tweet.
func both(t testing.TB) *session.Session {
	t.Helper()
	s := create(t)
	must(t, spouse(t).Create(t.Context(), s))
	must(t, tweet(t).Create(t.Context(), s))
	return s
}

func imports(t testing.TB, s *session.Session, c *candidates.Subclass, split int, recs ...candidates.Record) candidates.Imported {
	t.Helper()
	got, err := candidates.Import(t.Context(), s, c, split, feed(recs...))
	must(t, err)
	return got
}

// rowsOf prints the rows of a query.
func rowsOf(t testing.TB, s *session.Session, query string) string {
	t.Helper()
	var got *string
	scan(t, s.Path(), "SELECT group_concat(line, char(10)) FROM ("+query+")", &got)
	if got == nil {
		return ""
	}
	return *got
}

const (
	contextRows = "SELECT id || ' ' || type || ' ' || stable_id AS line FROM context ORDER BY id"
	spouseRows  = "SELECT s.id || ' ' || split || ' ' || person1_id || coalesce(person1_cid, '') || ' ' || person2_id || coalesce(person2_cid, '') AS line " +
		"FROM spouse AS s JOIN candidate USING (id) ORDER BY s.id"
)

func same(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s\n got %s\nwant %s", what, strings.ReplaceAll(got, "\n", "\n     "), strings.ReplaceAll(want, "\n", "\n     "))
	}
}

func TestImportedSentencesShareRows(t *testing.T) {
	s := both(t)
	last := said("b", "Zoë 😀 met Bo", [4]int{0, 2, 10, 11})
	last.Candidates[0][1].CID = "Q7"
	got := imports(t, s, spouse(t), 2,
		said("a", "Bo met Al", [4]int{0, 1, 7, 8}, [4]int{7, 8, 0, 1}),
		said("a", "Bo met Al", [4]int{0, 5, 7, 8}), // the same sentence, one new span
		said("a", "Al met Bo"),
		last)
	if want := (candidates.Imported{Candidates: 4, Documents: 2, Sentences: 3, Spans: 5}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	same(t, "contexts", rowsOf(t, s, contextRows), `1 document a::document:0:0
2 sentence a::sentence:0:9
3 span a::span:0:1
4 span a::span:7:8
5 span a::span:0:5
6 sentence a::sentence:10:19
7 document b::document:0:0
8 sentence b::sentence:0:12
9 span b::span:0:2
10 span b::span:10:11`)
	same(t, "candidates", rowsOf(t, s, spouseRows), "1 2 3 4\n2 2 4 3\n3 2 5 4\n4 2 9 10Q7")
	var blob []byte
	scan(t, s.Path(), "SELECT abs_char_offsets FROM sentence WHERE id = 6", &blob)
	if words, err := unpickle(blob); err != nil || !reflect.DeepEqual(words, []any{10, 13, 17}) {
		t.Errorf("offsets %v, %v", words, err)
	}
}

func TestImportContinuesDocuments(t *testing.T) {
	s := both(t)
	imports(t, s, spouse(t), 0, said("a", "Bo met Al", [4]int{0, 1, 7, 8}), said("b", "x y"), said("a", "Al left"))
	got := imports(t, s, spouse(t), 1, said("a", "Bo met Al", [4]int{0, 1, 7, 8}), said("c", "x"), said("a", "Bo met Al", [4]int{0, 1, 7, 8}))
	if want := (candidates.Imported{Candidates: 2, Documents: 1, Sentences: 3, Spans: 4, Continued: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	same(t, "sentences", rowsOf(t, s, "SELECT position || ' ' || stable_id || ' ' || text AS line FROM sentence JOIN context USING (id) ORDER BY document_id, position"),
		`0 a::sentence:0:9 Bo met Al
1 a::sentence:10:17 Al left
2 a::sentence:18:27 Bo met Al
3 a::sentence:28:37 Bo met Al
0 b::sentence:0:3 x y
0 c::sentence:0:1 x`)
	// Snorkel's own document goes on behind its last sentence.
	path := copyOracle(t)
	s = open(t, path, session.Writable())
	imports(t, s, spouse(t), 0, said("doc-00", "Bo met Al", [4]int{0, 1, 7, 8}))
	var position, before, id int
	var end, stable string
	scan(t, path, "SELECT position, id, stable_id FROM sentence JOIN context USING (id) WHERE text = 'Bo met Al'", &position, &id, &stable)
	scan(t, path, "SELECT max(position) FROM sentence WHERE document_id = 1 AND id <> "+fmt.Sprint(id), &before)
	scan(t, path, fmt.Sprintf("SELECT stable_id FROM sentence JOIN context USING (id) WHERE document_id = 1 AND position = %d", before), &end)
	n := 0
	fmt.Sscan(end[strings.LastIndex(end, ":")+1:], &n)
	if want := fmt.Sprintf("doc-00::sentence:%d:%d", n+1, n+10); position != before+1 || stable != want || n == 0 {
		t.Errorf("position %d and stable id %s, want %d and %s", position, stable, before+1, want)
	}
}

func TestImportFindsSentencesByPosition(t *testing.T) {
	s := both(t)
	imports(t, s, spouse(t), 0,
		at(said("a", "Bo met Al", [4]int{0, 1, 7, 8}), 0), at(said("a", "Al left"), 1), from(at(said("a", "The end"), 5), 100),
		at(said("a", "Bo met Al", [4]int{7, 8, 0, 1}), 0), // further up in the file
		from(at(said("a", "Inserted"), 3), 40))
	got := imports(t, s, spouse(t), 1,
		at(said("a", "Bo met Al", [4]int{0, 1, 3, 5}, [4]int{3, 5, 7, 8}), 0), // in the file, with spans
		from(said("a", "The end", [4]int{0, 2, 4, 6}), 100),                   // by its offset alone
		at(said("a", "The end", [4]int{4, 6, 0, 2}), 5),
		from(at(said("a", "Behind"), 6), 107))
	if want := (candidates.Imported{Candidates: 4, Sentences: 1, Spans: 3, Continued: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	same(t, "contexts", rowsOf(t, s, contextRows), `1 document a::document:0:0
2 sentence a::sentence:0:9
3 span a::span:0:1
4 span a::span:7:8
5 sentence a::sentence:10:17
6 sentence a::sentence:100:107
7 sentence a::sentence:40:48
8 span a::span:3:5
9 span a::span:100:102
10 span a::span:104:106
11 sentence a::sentence:107:113`)
	same(t, "positions", rowsOf(t, s, "SELECT position || ' ' || id AS line FROM sentence ORDER BY position"), "0 2\n1 5\n3 7\n5 6\n6 11")
	same(t, "candidates", rowsOf(t, s, spouseRows), "1 0 3 4\n2 0 4 3\n3 1 3 8\n4 1 8 4\n5 1 9 10\n6 1 10 9")
}

func TestImportedTokensAreThoseGiven(t *testing.T) {
	s := both(t)
	rec := said("a", "Bo's", [4]int{0, 1, 2, 3})
	rec.Sentence = candidates.NewSentence{Text: "Bo's", Words: []string{"Bo", "'s"}, CharOffsets: []int{0, 2}, Lemmas: []string{"bo", "be"},
		POSTags: []string{"NNP", "POS"}, NERTags: []string{"PERSON", "O"}, DepParents: []int{0, 1}, DepLabels: []string{"ROOT", "case"},
		EntityCIDs: []string{"O", ""}, EntityTypes: []string{"O", "X"}}
	imports(t, s, spouse(t), 0, rec, said("a", "Al's"))
	for column, want := range map[string]any{
		"words": []any{"Bo", "'s"}, "char_offsets": []any{0, 2}, "lemmas": []any{"bo", "be"}, "pos_tags": []any{"NNP", "POS"},
		"ner_tags": []any{"PERSON", "O"}, "dep_parents": []any{0, 1}, "dep_labels": []any{"ROOT", "case"},
		"entity_cids": []any{"O", ""}, "entity_types": []any{"O", "X"}, "abs_char_offsets": []any{0, 2},
	} {
		var blob []byte
		scan(t, s.Path(), "SELECT "+column+" FROM sentence WHERE position = 0", &blob)
		if got, err := unpickle(blob); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %v; want %v", column, got, err, want)
		}
		scan(t, s.Path(), "SELECT "+column+" FROM sentence WHERE position = 1", &blob)
		if needed := column == "words" || strings.HasSuffix(column, "offsets"); needed != (blob != nil) {
			t.Errorf("%s of a sentence without lists: %q", column, blob)
		}
	}
}

// The table is the one in the database that Snorkel's users shipped.
func TestImportedRawTexts(t *testing.T) {
	s := both(t)
	if got := imports(t, s, tweet(t), 1, rawText("79185673", "I dunno"), rawText("b::span:0:1", "x\ny")); got != (candidates.Imported{Candidates: 2, RawTexts: 2}) {
		t.Errorf("%+v", got)
	}
	imports(t, s, tweet(t), 0, rawText("3", "third"))
	same(t, "contexts", rowsOf(t, s, contextRows), "1 raw_text 79185673\n2 raw_text b::span:0:1\n3 raw_text 3")
	same(t, "texts", rowsOf(t, s, "SELECT id || ' ' || name || ' ' || replace(text, char(10), '|') AS line FROM raw_text ORDER BY id"),
		"1 79185673 I dunno\n2 b::span:0:1 x|y\n3 3 third")
	same(t, "candidates", rowsOf(t, s, "SELECT c.id || ' ' || type || ' ' || split || ' ' || tweet_id || ' ' || typeof(tweet_cid) AS line FROM candidate AS c JOIN tweet USING (id) ORDER BY c.id"),
		"1 tweet 1 1 null\n2 tweet 1 2 null\n3 tweet 0 3 null")
	cands, err := candidates.Load(t.Context(), s, candidates.Query{Split: 1})
	must(t, err)
	if cands[0].Args[0].Context.Text != "I dunno" || cands[0].Args[0].Context.Type != "raw_text" {
		t.Errorf("read back %+v", cands[0])
	}
}

func TestRawTextTableIsThatOfSnorkelsUsers(t *testing.T) {
	s := both(t)
	imports(t, s, tweet(t), 1, rawText("1", "x"))
	var ours, theirs string
	ddl := "SELECT sql FROM sqlite_master WHERE name = 'raw_text'"
	scan(t, s.Path(), ddl, &ours)
	scan(t, shared(t, "crowdsourcing.db"), ddl, &theirs)
	same(t, "table", strings.Join(strings.Fields(ours), " "), strings.Join(strings.Fields(theirs), " "))
}

// Rows are written in batches of several hundred; these numbers lie around
// their ends.
func TestImportsOfAnySizeAreWhole(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 127, 128, 129, 512, 513, 1500} {
		s := both(t)
		var recs []candidates.Record
		for i := range n {
			recs = append(recs, rawText(fmt.Sprint("t", i), strings.Repeat("x", i+1)))
		}
		imports(t, s, tweet(t), 0, recs...)
		recs = recs[:0]
		for i := range n {
			recs = append(recs, said(fmt.Sprint("d", i/3), "Bo met Al", [4]int{0, 1, 7, 8}))
			recs[i] = at(recs[i], i%3)
		}
		imports(t, s, spouse(t), 0, recs...)
		same(t, fmt.Sprint(n, " records"), rowsOf(t, s, `SELECT (SELECT count(*) FROM context) || ' ' || (SELECT count(*) FROM candidate) || ' ' ||
			(SELECT count(*) FROM span) || ' ' || (SELECT count(*) FROM pragma_foreign_key_check) AS line`),
			fmt.Sprint(n+(n+2)/3+3*n, 2*n, 2*n, 0))
		if n > 0 {
			same(t, "texts", rowsOf(t, s, "SELECT sum(length(text)) AS line FROM raw_text"), fmt.Sprint(n*(n+1)/2))
		}
	}
}

// A sentence may have more spans than are kept in memory.
func TestSentenceWithVeryManySpans(t *testing.T) {
	const n = 370 // 370·371/2 spans are more than 65,536
	s := both(t)
	word, err := candidates.ParseSubclass("Word(w)")
	must(t, err)
	must(t, word.Create(t.Context(), s))
	rec := candidates.Record{Document: "d", Sentence: candidates.NewSentence{Text: strings.Repeat("x", n)}}
	for start := range n {
		for end := start; end < n; end++ {
			rec.Candidates = append(rec.Candidates, []candidates.Mention{{Start: start, End: end}})
		}
	}
	first := at(said("d", rec.Sentence.Text, [4]int{0, 0, 0, 1}), 0)
	got := imports(t, s, word, 0, rec)
	if want := n * (n + 1) / 2; got.Spans != want || got.Candidates != want {
		t.Errorf("%+v, want %d spans", got, want)
	}
	if got := imports(t, s, spouse(t), 0, first); got.Spans != 0 {
		t.Errorf("spans that were there were added again: %+v", got)
	}
}

func TestImportCountsSpansThatEndInSpace(t *testing.T) {
	got := imports(t, both(t), spouse(t), 0, said("a", "Zoë met Al", [4]int{0, 3, 4, 6}), said("a", "x y", [4]int{1, 1, 0, 1}))
	if got.EndInSpace != 2 { // a span that is a space alone is meant
		t.Errorf("%+v, want 2", got)
	}
}

func TestBadRecordsAreNamedAndChangeNothing(t *testing.T) {
	good := said("a", "Bo met Al", [4]int{0, 1, 7, 8})
	tokens := func(change func(s *candidates.NewSentence)) []candidates.Record {
		rec := said("a", "Bo met Al")
		rec.Sentence.Words, rec.Sentence.CharOffsets = []string{"Bo", "met", "Al"}, []int{0, 3, 7}
		change(&rec.Sentence)
		return []candidates.Record{rec}
	}
	list := []string{"x", "y"}
	s := both(t)
	imports(t, s, spouse(t), 0, said("old", "Bo met Al", [4]int{0, 1, 7, 8}))
	again := copies(t, s)
	for name, test := range map[string]struct {
		recs []candidates.Record
		line int
		says string
	}{
		"no document":            {[]candidates.Record{good, said("", "x")}, 2, "document is empty"},
		"no text":                {[]candidates.Record{said("a", "")}, 1, "text is empty"},
		"document with ::":       {[]candidates.Record{said("a::b", "x")}, 1, `"a::b"`},
		"document with ~~":       {[]candidates.Record{said("a~~b", "x")}, 1, `"a~~b"`},
		"document with NUL":      {[]candidates.Record{said("a\x00", "x")}, 1, "NUL"},
		"text with NUL":          {[]candidates.Record{said("a", "x\x00")}, 1, "NUL"},
		"text of other bytes":    {[]candidates.Record{said("a", "x\xff")}, 1, "UTF-8"},
		"a surrogate":            {[]candidates.Record{said("a", "x\xed\xa0\x80")}, 1, "UTF-8"},
		"span before the text":   {[]candidates.Record{said("a", "Bo", [4]int{-1, 1, 0, 0})}, 1, "person1 from -1 to 1"},
		"span behind the text":   {[]candidates.Record{good, said("a", "Zoë", [4]int{0, 1, 2, 3})}, 2, "person2 from 2 to 3 .* 3 code points, which ends at 2"},
		"span that ends early":   {[]candidates.Record{said("a", "Zoë", [4]int{1, 0, 2, 2})}, 1, "person1 ends at 0, before it starts at 1"},
		"too few arguments":      {[]candidates.Record{{Document: "a", Sentence: candidates.NewSentence{Text: "x"}, Candidates: [][]candidates.Mention{{{}}}}}, 1, "1 arguments"},
		"candidate twice":        {[]candidates.Record{good, said("b", "x"), said("a", "x"), said("a", "x y", [4]int{0, 0, 2, 2}, [4]int{0, 0, 2, 2})}, 4, "exists already"},
		"candidate of before":    {[]candidates.Record{at(said("old", "Bo met Al", [4]int{0, 1, 7, 8}), 0)}, 1, "a candidate Spouse.* exists already"},
		"another text":           {[]candidates.Record{at(said("old", "Bo met Alf"), 0)}, 1, "sentence 0 of document \"old\" has another text already: \"Bo met Al\""},
		"another text, here":     {[]candidates.Record{at(good, 1), at(said("a", "x"), 1)}, 2, "sentence 1 of document \"a\" has another text"},
		"another start":          {[]candidates.Record{from(at(said("old", "Bo met Al"), 0), 1)}, 1, "starts at 0, not at 1"},
		"out of order":           {[]candidates.Record{at(good, 3), at(said("a", "x"), 2)}, 2, "sentence 2 of document \"a\" comes after sentence 3"},
		"overlap before":         {[]candidates.Record{at(good, 3), from(at(said("a", "x"), 4), 8)}, 2, "sentence_start 8 .* 9"},
		"overlap between":        {[]candidates.Record{at(good, 1), from(at(said("a", "xyz"), 5), 20), from(at(said("a", "xyz"), 3), 18)}, 3, "sentence 3 .* 18 to 21 overlaps sentence 5"},
		"overlap without number": {[]candidates.Record{good, from(said("a", "xyz"), 3)}, 2, "sentence_start 3"},
		"negative position":      {[]candidates.Record{at(good, -1)}, 1, "sentence -1"},
		"negative start":         {[]candidates.Record{from(good, -1)}, 1, "starts at -1"},
		"a start too large":      {[]candidates.Record{from(good, 1<<31-3)}, 1, "does not fit in 32 bits"},
		"lemmas too few":         {tokens(func(s *candidates.NewSentence) { s.Lemmas = list }), 1, "3 words but 2 lemmas"},
		"heads too few":          {tokens(func(s *candidates.NewSentence) { s.DepParents = []int{0} }), 1, "3 words but 1 dep_parents"},
		"labels too few":         {tokens(func(s *candidates.NewSentence) { s.DepLabels = list }), 1, "dep_labels"},
		"cids too few":           {tokens(func(s *candidates.NewSentence) { s.EntityCIDs = list }), 1, "entity_cids"},
		"types too few":          {tokens(func(s *candidates.NewSentence) { s.EntityTypes = list }), 1, "entity_types"},
		"offsets too few":        {tokens(func(s *candidates.NewSentence) { s.CharOffsets = []int{0} }), 1, "3 words but 1 char_offsets"},
		"no offsets":             {tokens(func(s *candidates.NewSentence) { s.CharOffsets = nil }), 1, "no char_offsets"},
		"no words":               {tokens(func(s *candidates.NewSentence) { s.Words = nil }), 1, "no words"},
		"offsets descending":     {tokens(func(s *candidates.NewSentence) { s.CharOffsets = []int{0, 7, 3} }), 1, "3 follows 7"},
		"offset behind the text": {tokens(func(s *candidates.NewSentence) { s.CharOffsets = []int{0, 7, 9} }), 1, "char_offset 9"},
		"offset before the text": {tokens(func(s *candidates.NewSentence) { s.CharOffsets = []int{-1, 7, 8} }), 1, "char_offset -1"},
		"a word of other bytes":  {tokens(func(s *candidates.NewSentence) { s.Words[2] = "\xff" }), 1, "words"},
		"raw text":               {[]candidates.Record{good, rawText("1", "x")}, 2, "Spouse\\(person1, person2\\) has 2"},
	} {
		t.Run(name, func(t *testing.T) {
			refuses(t, again(), spouse(t), test.recs, test.line, test.says)
		})
	}
}

func TestBadRawTextsAreNamedAndChangeNothing(t *testing.T) {
	var many []candidates.Record
	for i := range 2000 {
		many = append(many, rawText(fmt.Sprint(i), "x"))
	}
	twice := append(many[:1234:1234], many[77:]...)
	s := both(t)
	imports(t, s, tweet(t), 0, rawText("old", "x"))
	imports(t, s, spouse(t), 0, said("doc", "Bo met Al"))
	again := copies(t, s)
	for name, test := range map[string]struct {
		recs []candidates.Record
		line int
		says string
	}{
		"no id":            {[]candidates.Record{{Sentence: candidates.NewSentence{Text: "x"}}}, 1, "empty"},
		"no text":          {[]candidates.Record{rawText("1", "x"), rawText("2", "")}, 2, "text is empty"},
		"id with ~~":       {[]candidates.Record{rawText("1~~2", "x")}, 1, "1~~2"},
		"id of bytes":      {[]candidates.Record{rawText("\xc3", "x")}, 1, "UTF-8"},
		"text with NUL":    {[]candidates.Record{rawText("1", "\x00")}, 1, "NUL"},
		"id of before":     {[]candidates.Record{rawText("1", "x"), rawText("old", "y")}, 2, `raw_text "old" exists already`},
		"id twice":         {[]candidates.Record{rawText("1", "x"), rawText("2", "x"), rawText("1", "z")}, 3, `raw_text "1" exists already`},
		"id of a document": {[]candidates.Record{rawText("doc::document:0:0", "x")}, 1, "exists already"},
		"id far above":     {twice, 1235, `raw_text "77" exists already`},
		// The duplicate still waits to be written when line 4 is found wrong.
		"two mistakes": {[]candidates.Record{rawText("1", "x"), rawText("1", "x"), rawText("2", "x"), rawText("3", "")}, 2, "exists already"},
	} {
		t.Run(name, func(t *testing.T) {
			refuses(t, again(), tweet(t), test.recs, test.line, test.says)
		})
	}
}

// copies closes a database and returns a function that opens copies of it.
func copies(t *testing.T, s *session.Session) func() *session.Session {
	t.Helper()
	must(t, s.Close())
	data, err := os.ReadFile(s.Path())
	must(t, err)
	n := 0
	return func() *session.Session {
		n++
		path := fmt.Sprintf("%s-%d", s.Path(), n)
		must(t, os.WriteFile(path, data, 0o644))
		return open(t, path, session.Writable())
	}
}

// refuses holds that an import fails at a line and leaves the file as it was.
func refuses(t *testing.T, s *session.Session, c *candidates.Subclass, recs []candidates.Record, line int, says string) {
	t.Helper()
	before, err := os.ReadFile(s.Path())
	must(t, err)
	got, err := candidates.Import(t.Context(), s, c, 0, feed(recs...))
	var bad *candidates.RecordError
	if !errors.As(err, &bad) || bad.Line != line || bad.File != "f" {
		t.Fatalf("error %v, want one about line %d", err, line)
	}
	matches(t, err.Error(), says)
	if !strings.HasPrefix(err.Error(), fmt.Sprintf("f:%d: ", line)) || strings.Contains(err.Error(), "\n") {
		t.Errorf("message %q", err)
	}
	if got != (candidates.Imported{}) {
		t.Errorf("%+v although nothing was imported", got)
	}
	must(t, s.Close())
	after, err := os.ReadFile(s.Path())
	must(t, err)
	if string(before) != string(after) {
		t.Error("the file changed")
	}
}

func TestImportThatCannotWrite(t *testing.T) {
	failure := errors.New("the disk is gone")
	s := both(t)
	_, err := candidates.Import(t.Context(), s, tweet(t), 0, func(yield func(candidates.Record, error) bool) { yield(candidates.Record{}, failure) })
	if !errors.Is(err, failure) {
		t.Errorf("error %v, want that of the reader", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = candidates.Import(ctx, s, tweet(t), 0, func(yield func(candidates.Record, error) bool) {
		cancel()
		feed(rawText("1", "x"), rawText("2", "x"))(yield)
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want Canceled", err)
	}
	same(t, "contexts", rowsOf(t, s, contextRows), "")
	_, err = candidates.Import(t.Context(), oracleDB(t), spouse(t), 0, feed(said("a", "x")))
	if !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("error %v, want ErrReadOnly", err)
	}
	s = open(t, copyOracle(t, "CREATE TABLE raw_text (id INTEGER PRIMARY KEY, body)"), session.Writable())
	must(t, tweet(t).Create(t.Context(), s))
	_, err = candidates.Import(t.Context(), s, tweet(t), 0, feed(rawText("1", "x")))
	if err == nil || !strings.Contains(err.Error(), "raw_text has the columns body, id") {
		t.Errorf("error %v, want one about the columns", err)
	}
}

func TestImportIntoOldFiles(t *testing.T) {
	for _, name := range []string{"snorkel05.sql", "snorkel06.sql"} {
		s := open(t, build(t, script(t, name)), session.Writable())
		rec := said("new", "Bo met Al", [4]int{0, 1, 7, 8})
		rec.Candidates[0][0].CID = "12"
		imports(t, s, spouse(t), 7, rec)
		var cid string
		scan(t, s.Path(), "SELECT person1_cid FROM spouse JOIN candidate USING (id) WHERE split = 7", &cid)
		if cid != "12" {
			t.Errorf("%s: cid %q", name, cid)
		}
	}
}
