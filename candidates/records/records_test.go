package records_test

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"workbench/candidates"
	"workbench/candidates/records"
	"workbench/session"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func class(t testing.TB, declaration string) *candidates.Subclass {
	t.Helper()
	c, err := candidates.ParseSubclass(declaration)
	must(t, err)
	return c
}

func spouse(t testing.TB) *candidates.Subclass { return class(t, "Spouse(person1, person2)") }

// create makes a database with classes.
func create(t testing.TB, classes ...*candidates.Subclass) *session.Session {
	t.Helper()
	s, err := session.Create(context.Background(), filepath.Join(t.TempDir(), "new.db"))
	must(t, err)
	t.Cleanup(func() { s.Close() })
	for _, c := range classes {
		must(t, c.Create(context.Background(), s))
	}
	return s
}

// readAll reads a file to its end or its first error.
func readAll(name string, r io.Reader, o records.Options) (recs []candidates.Record, rd *records.Reader, err error) {
	rd, err = records.NewReader(name, r, o)
	if err != nil {
		return nil, rd, err
	}
	for rec, err := range rd.Records() {
		if err != nil {
			return recs, rd, err
		}
		recs = append(recs, rec)
	}
	return recs, rd, nil
}

func text(s string) io.Reader { return strings.NewReader(s) }

func number(n int) *int { return &n }

// The same sentence with two candidates, as each format writes it.
func TestFormatsSayTheSame(t *testing.T) {
	sentence := candidates.NewSentence{Text: "Zoë 😀 met Bo", Words: []string{"Zoë", "😀", "met", "Bo"}, CharOffsets: []int{0, 4, 6, 10}}
	one := candidates.Record{Document: "d1", Ordinal: number(3), Start: number(40), Sentence: sentence,
		Candidates: [][]candidates.Mention{{{Start: 0, End: 2, CID: "Q1"}, {Start: 10, End: 11}}}}
	for name, content := range map[string]string{
		"csv": `document,position,sentence_start,text,person1_start,person1_end,person1_cid,person2_start,person2_end,words,char_offsets,lemmas
d1,3,40,Zoë 😀 met Bo,0,2,Q1,10,11,"[""Zoë"",""😀"",""met"",""Bo""]","[0, 4,6,10]",
`,
		"csv with CRLF, a mark and other names": "\ufeffperson2_char_end,person2_char_start,person1_cid,person1_char_end,person1_char_start,text,sentence_start,position,document,words,char_offsets\r\n" +
			"11,10,Q1,2,0,\"Zoë 😀 met Bo\",40,3,d1,\"[\"\"Zo\\u00eb\"\",\"\"\\ud83d\\ude00\"\",\"\"met\"\",\"\"Bo\"\"]\",\"[0,4,6,10]\"",
		"tsv": "document\ttext\tposition\tsentence_start\tperson1_start\tperson1_end\tperson2_start\tperson2_end\tperson1_cid\twords\tchar_offsets\n" +
			"d1\tZoë 😀 met Bo\t3\t40\t0\t2\t10\t11\tQ1\t\"[\"\"Zoë\"\",\"\"😀\"\",\"\"met\"\",\"\"Bo\"\"]\"\t[0,4,6,10]\n",
		"json columns": "\ufeff\n" + `{"document":"d1","text":"Zoë 😀 met Bo","position":3,"sentence_start":40,"person1_start":0,"person1_end":2,"person1_cid":"Q1",` +
			`"person2_char_start":10,"person2_char_end":11,"words":["Zoë","😀","met","Bo"],"char_offsets":[0,4,6,10],"lemmas":null}`,
		"json arguments": `{"document":"d1","text":"Zo\u00eb \ud83d\ude00 met Bo","position":3,"sentence_start":40,"arguments":{"person2":[10,11],"person1":{"start":0,"end":2,"cid":"Q1"}},` +
			`"words":["Zoë","\uD83D\uDE00","met","Bo"],"char_offsets":[0,4,6,10]}` + "\r\n",
		"json candidates": `  {"candidates":[{"person2":{"char_start":10,"char_end":11,"cid":null},"person1":{"start":0,"end":2,"cid":"Q1"}}],"document":"d1",` +
			`"text":"Zoë 😀 met Bo","position":3,"sentence_start":40,"words":["Zoë","😀","met","Bo"],"char_offsets":[0,4,6,10]}`,
	} {
		recs, rd, err := readAll("f", iotest.OneByteReader(text(content)), records.Options{Class: spouse(t)})
		must(t, err)
		if len(recs) != 1 || len(rd.Ignored()) > 0 {
			t.Fatalf("%s: %d records, ignored %q", name, len(recs), rd.Ignored())
		}
		got := recs[0]
		got.Position = candidates.Position{}
		if !reflect.DeepEqual(got, one) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, one)
		}
	}
}

func TestSeveralCandidatesOrNone(t *testing.T) {
	recs, _, err := readAll("f.jsonl", text(`{"document":"d","text":"Bo met Al","candidates":[{"person1":[0,1],"person2":[7,8]},{"person1":[7,8],"person2":[0,1]}]}
{"document":"d","text":"x","candidates":[]}`), records.Options{Class: spouse(t)})
	must(t, err)
	if len(recs) != 2 || len(recs[0].Candidates) != 2 || recs[0].Candidates[1][0].Start != 7 || len(recs[1].Candidates) != 0 {
		t.Errorf("%+v", recs)
	}
}

func TestRawTexts(t *testing.T) {
	tweet := class(t, "Tweet(tweet)")
	for name, test := range map[string]struct {
		content, text, id string
		ignored           string
	}{
		"columns of the usual names": {"id,text\n7,\"a, \"\"b\"\"\nc\"\n8,é\n", "", "", ""},
		"columns that were named":    {"\ufeffuser;x\tbody\tname\nme\t\"a, \"\"b\"\"\nc\"\t7\nme\té\t8", "body", "name", "user;x"},
		"columns with a document":    {"document,id,text\nd,7,\"a, \"\"b\"\"\nc\"\nd,8,é\n", "", "", "document"},
		"json":                       {`{"id":7,"text":"a, \"b\"\nc"}` + "\n\n" + `{"id":"8","text":"\u00e9"}`, "", "", ""},
		"json with names":            {`{"id":7,"text":"a, \"b\"\nc","user":{"a":1}}` + "\n\n" + `{"id":"8","text":"\u00e9","retweets":5,"user":null}`, "text", "id", "user retweets"},
	} {
		recs, rd, err := readAll("f", text(test.content), records.Options{Class: tweet, Text: test.text, ID: test.id})
		must(t, err)
		if len(recs) != 2 || recs[0].ID != "7" || recs[0].Sentence.Text != "a, \"b\"\nc" || recs[1].ID != "8" || recs[1].Sentence.Text != "é" || recs[0].Document != "" {
			t.Errorf("%s: %+v", name, recs)
		}
		if got := strings.Join(rd.Ignored(), " "); got != test.ignored {
			t.Errorf("%s: ignored %q, want %q", name, got, test.ignored)
		}
	}
	// A number of any size is an id as it stands.
	recs, _, err := readAll("f", text(`{"id":1234567890123456789012,"text":"x"}`), records.Options{Class: tweet})
	must(t, err)
	if recs[0].ID != "1234567890123456789012" {
		t.Errorf("id %q", recs[0].ID)
	}
}

// An argument may be called like a column.
func TestArgumentCalledSentence(t *testing.T) {
	recs, _, err := readAll("f", text("document,text,position,sentence_start,sentence_end\nd,abc,4,1,2\n"), records.Options{Class: class(t, "Claim(sentence)")})
	must(t, err)
	if r := recs[0]; r.Start != nil || *r.Ordinal != 4 || r.Candidates[0][0] != (candidates.Mention{Start: 1, End: 2}) {
		t.Errorf("%+v", r)
	}
}

func TestLinesAreThoseOfTheFile(t *testing.T) {
	for content, want := range map[string][]int{
		"id,text\n\n1,x\n2,\"y\nz\n\"\n\n3,x\n": {3, 4, 8},
		"\"id\",\"te\nxt\",text\n1,x,y\n":       {3},
		"{\"id\":1,\"text\":\"x\"}\n\n \t\n{\"id\":2,\"text\":\"x\"}\r\n{\"id\":3,\"text\":\"x\"}": {1, 4, 5},
	} {
		recs, _, err := readAll("dir/f", text(content), records.Options{Class: class(t, "T(t)")})
		must(t, err)
		var lines []int
		for _, r := range recs {
			lines = append(lines, r.Line)
			if r.File != "dir/f" {
				t.Errorf("file %q", r.File)
			}
		}
		if !reflect.DeepEqual(lines, want) {
			t.Errorf("%q: lines %v, want %v", content, lines, want)
		}
	}
}

func TestReadingFailures(t *testing.T) {
	failure := errors.New("the disk is gone")
	for _, head := range []string{"", "id,text\n1,x\n2,", "id,text\n1,\"x", `{"id":1,"text":"x"}` + "\n{"} {
		_, _, err := readAll("f", io.MultiReader(text(head), iotest.ErrReader(failure)), records.Options{Class: class(t, "T(t)")})
		if !errors.Is(err, failure) || !strings.HasPrefix(err.Error(), "f:") {
			t.Errorf("behind %q: error %v, want that of the disk", head, err)
		}
	}
	_, err := records.NewReader("f", text("id,text\n1,x\n"), records.Options{Class: class(t, "T(t)"), Text: "text"})
	if err == nil {
		t.Error("a text without an id was read")
	}
}

// endless is a file that repeats itself.
type endless string

func (e endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], e)
	}
	return n, nil
}

// A quote that is not closed would take the rest of the file into memory.
func TestRecordsWithoutEndAreRefused(t *testing.T) {
	for _, head := range []string{"id,text\n1,x\n2,\"", "id,text\n1,x\n", `{"id":1,"text":"x"}` + "\n" + `{"id":"`, "\"", "{"} {
		_, _, err := readAll("f", io.MultiReader(text(head), endless(strings.Repeat("x", 1000))), records.Options{Class: class(t, "T(t)")})
		if err == nil || !strings.Contains(err.Error(), "longer than 64 MiB") {
			t.Errorf("behind %q: error %.200v, want one about the length", head, err)
		}
	}
}

// Raw texts without ids are named by their number, also where some are left out.
func TestNumberedTexts(t *testing.T) {
	item := class(t, "Item(text)")
	numbered := func(o records.Options) records.Options {
		o.Class, o.Numbered, o.Gold = item, true, "gold"
		return o
	}
	for _, test := range []struct {
		name, table string
		options     records.Options
		want        string
	}{
		{"a table", "body,stars\na,1\nb,2\n", records.Options{Text: "body"}, "1:a 2:b"},
		{"text by name", "text,gold\na,1\nb,\n", records.Options{}, "1:a=1 2:b"},
		{"ids by name", "id,text\n7,a\n9,b\n", records.Options{}, "7:a 9:b"},
		{"ids beside a text that was named", "id,body\n7,a\n9,b\n", records.Options{Text: "body"}, "7:a 9:b"},
		{"ids that were named", "id,name,text\n7,x,a\n9,y,b\n", records.Options{Text: "text", ID: "name"}, "x:a y:b"},
		{"texts that are called id", "id\na\nb\n", records.Options{Text: "id"}, "1:a 2:b"},
		{"empty texts", "text\na\n\"\"\nb\n", records.Options{SkipEmpty: true}, "1:a 3:b"},
		{"JSON lines", `{"text": "a", "stars": 3}` + "\n" + `{"text": "b", "gold": 1}`, records.Options{}, "1:a 2:b=1"},
	} {
		recs, _, err := readAll("t", strings.NewReader(test.table), numbered(test.options))
		must(t, err)
		var got []string
		for _, rec := range recs {
			text := rec.ID + ":" + rec.Sentence.Text
			if rec.Gold != "" {
				text += "=" + rec.Gold
			}
			got = append(got, text)
		}
		if is := strings.Join(got, " "); is != test.want {
			t.Errorf("%s: %s, want %s", test.name, is, test.want)
		}
	}
	_, _, err := readAll("t", strings.NewReader("a\nb\n"), numbered(records.Options{}))
	if err == nil || !strings.Contains(err.Error(), `no column "document"`) {
		t.Error(err)
	}
}
