package candidates_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"workbench/candidates"
	"workbench/session"
)

// twoSentences is a document whose characters take one to four bytes each.
var twoSentences = []candidates.NewSentence{
	{Text: "Zoë 😀 met Bo .", Words: []string{"Zoë", "😀", "met", "Bo", "."}, CharOffsets: []int{0, 4, 6, 10, 13},
		Lemmas: []string{"zoë", "😀", "meet", "bo", "."}, POSTags: []string{"NNP", "SYM", "VBD", "NNP", "."}, NERTags: []string{"PERSON", "O", "O", "PERSON", "O"}},
	{Text: "Анна left .", Words: []string{"Анна", "left", "."}, CharOffsets: []int{0, 5, 10}},
}

// add writes a document with two sentences, three spans and two candidates.
func add(t testing.TB, s *session.Session, name string) (ids []int64, err error) {
	err = candidates.Write(t.Context(), s, func(w *candidates.Writer) error {
		doc, err := w.Document(name, [2]string{"file_name", "a.tsv"}, [2]string{"größe", "😀"})
		if err != nil {
			return err
		}
		first, err := w.Sentence(doc, twoSentences[0])
		if err != nil {
			return err
		}
		second, err := w.Sentence(doc, twoSentences[1])
		if err != nil {
			return err
		}
		var spans []int64
		for _, sp := range []struct {
			s          *candidates.SentenceRef
			start, end int
		}{{first, 0, 2}, {first, 10, 11}, {second, 0, 3}} {
			id, err := w.Span(sp.s, sp.start, sp.end)
			if err != nil {
				return err
			}
			spans = append(spans, id)
		}
		for split, pair := range [][2]int64{{spans[0], spans[1]}, {spans[2], spans[0]}} {
			id, err := w.Candidate(spouse(t), split, pair[0], pair[1])
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	return ids, err
}

func TestWrittenCandidatesReadBack(t *testing.T) {
	s := create(t)
	must(t, spouse(t).Create(t.Context(), s))
	ids, err := add(t, s, "doc-1")
	must(t, err)
	cands, err := candidates.Load(t.Context(), s, candidates.Query{IDs: ids})
	must(t, err)
	for i, want := range []string{`spouse("Zoë", "Bo")`, `spouse("Анна", "Zoë")`} {
		if cands[i].String() != want || cands[i].Split != i || cands[i].Args[0].CID != "" {
			t.Errorf("candidate %+v, want %s in split %d", cands[i], want, i)
		}
	}
	for i, want := range []string{"doc-1::span:0:2", "doc-1::span:10:11"} {
		if got := cands[0].Args[i].Context.StableID; got != want {
			t.Errorf("stable id %s, want %s", got, want)
		}
	}
	// The first sentence has 14 code points, and one separates the sentences.
	if got, want := cands[1].Args[0].Context.StableID, "doc-1::span:15:18"; got != want {
		t.Errorf("stable id %s, want %s", got, want)
	}
}

func TestWrittenRowsAreThoseOfSnorkel(t *testing.T) {
	s := create(t)
	must(t, spouse(t).Create(t.Context(), s))
	_, err := add(t, s, "doc-1")
	must(t, err)
	for query, want := range map[string]string{
		"SELECT group_concat(id || ' ' || type || ' ' || stable_id, char(10)) FROM context": `1 document doc-1::document:0:0
2 sentence doc-1::sentence:0:14
3 sentence doc-1::sentence:15:26
4 span doc-1::span:0:2
5 span doc-1::span:10:11
6 span doc-1::span:15:18`,
		"SELECT group_concat(id || ' ' || document_id || ' ' || position || ' ' || text, char(10)) FROM sentence":                                             "2 1 0 Zoë 😀 met Bo .\n3 1 1 Анна left .",
		"SELECT group_concat(id || ' ' || sentence_id || ' ' || char_start || ' ' || char_end || ' ' || typeof(meta), char(10)) FROM span":                    "4 2 0 2 null\n5 2 10 11 null\n6 3 0 3 null",
		"SELECT group_concat(id || ' ' || type || ' ' || split, char(10)) FROM candidate":                                                                     "1 spouse 0\n2 spouse 1",
		"SELECT group_concat(id || ' ' || person1_id || ' ' || typeof(person1_cid) || ' ' || person2_id || ' ' || typeof(person2_cid), char(10)) FROM spouse": "1 4 null 5 null\n2 6 null 4 null",
		"SELECT group_concat(typeof(lemmas) || ' ' || typeof(ner_tags) || ' ' || typeof(dep_parents) || ' ' || typeof(entity_types), char(10)) FROM sentence": "blob blob null null\nnull null null null",
		"SELECT count(*) || '' FROM pragma_foreign_key_check":                                                                                                 "0",
	} {
		var got string
		scan(t, s.Path(), query, &got)
		if got != want {
			t.Errorf("%s\n got %q\nwant %q", query, got, want)
		}
	}
}

func TestPickledColumnsDecodeToWhatWasWritten(t *testing.T) {
	s := create(t)
	must(t, spouse(t).Create(t.Context(), s))
	_, err := add(t, s, "doc-1")
	must(t, err)
	texts := func(list []string) (all []any) {
		for _, x := range list {
			all = append(all, x)
		}
		return all
	}
	for query, want := range map[string]any{
		"SELECT words FROM sentence WHERE id = 2":            texts(twoSentences[0].Words),
		"SELECT lemmas FROM sentence WHERE id = 2":           texts(twoSentences[0].Lemmas),
		"SELECT pos_tags FROM sentence WHERE id = 2":         texts(twoSentences[0].POSTags),
		"SELECT ner_tags FROM sentence WHERE id = 2":         texts(twoSentences[0].NERTags),
		"SELECT char_offsets FROM sentence WHERE id = 2":     []any{0, 4, 6, 10, 13},
		"SELECT char_offsets FROM sentence WHERE id = 3":     []any{0, 5, 10},
		"SELECT abs_char_offsets FROM sentence WHERE id = 2": []any{0, 4, 6, 10, 13},
		"SELECT abs_char_offsets FROM sentence WHERE id = 3": []any{15, 20, 25},
		"SELECT meta FROM document":                          map[any]any{"file_name": "a.tsv", "größe": "😀"},
	} {
		var blob []byte
		scan(t, s.Path(), query, &blob)
		got, err := unpickle(blob)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %v, %v\nwant %v", query, got, err, want)
		}
	}
}

// Python writes integers of 1, 2 and 4 bytes differently, and long texts with
// a longer length.
func TestPickledColumnsHoldLongSentences(t *testing.T) {
	s := create(t)
	words := []string{"", strings.Repeat("ü", 200), strings.Repeat("x", 300)}
	offsets := []int{0, 1, 202}
	text := " " + words[1] + " " + words[2]
	want := []any{0, 1, 202}
	for len(text) < 140_000 {
		text += " w"
		words, offsets = append(words, "w"), append(offsets, len([]rune(text))-1)
		want = append(want, len([]rune(text))-1)
		text += strings.Repeat(" ", 9_000)
	}
	must(t, candidates.Write(t.Context(), s, func(w *candidates.Writer) error {
		doc, err := w.Document("long")
		if err != nil {
			return err
		}
		if _, err := w.Sentence(doc, candidates.NewSentence{Text: text, Words: words, CharOffsets: offsets}); err != nil {
			return err
		}
		_, err = w.Sentence(doc, candidates.NewSentence{}) // of nothing at all
		return err
	}))
	var blob []byte
	scan(t, s.Path(), "SELECT char_offsets FROM sentence WHERE position = 0", &blob)
	if got, err := unpickle(blob); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("offsets %v, %v; want %v", got, err, want)
	}
	scan(t, s.Path(), "SELECT words FROM sentence WHERE position = 0", &blob)
	if got, err := unpickle(blob); err != nil || fmt.Sprint(got) != fmt.Sprint(words) {
		t.Errorf("%d words read back as %.100v, %v", len(words), got, err)
	}
	for _, column := range []string{"words", "char_offsets", "abs_char_offsets"} {
		scan(t, s.Path(), "SELECT "+column+" FROM sentence WHERE position = 1", &blob)
		if got, err := unpickle(blob); err != nil || !reflect.DeepEqual(got, []any(nil)) {
			t.Errorf("%s of an empty sentence: %v, %v", column, got, err)
		}
	}
}

func TestDocumentWithoutMetadataHasNull(t *testing.T) {
	s := create(t)
	must(t, candidates.Write(t.Context(), s, func(w *candidates.Writer) error {
		_, err := w.Document("plain")
		return err
	}))
	var kind string
	scan(t, s.Path(), "SELECT typeof(meta) FROM document", &kind)
	if kind != "null" {
		t.Errorf("meta is %s, want null", kind)
	}
}

func TestWritingContinuesAfterWhatIsThere(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	ids, err := add(t, s, "new document")
	must(t, err)
	equal(t, "candidate ids", ids, []int64{392, 393})
	var last, first int64
	scan(t, path, "SELECT max(id), min(id) FROM context WHERE stable_id LIKE 'new document::%'", &last, &first)
	equal(t, "context ids", []int64{first, last}, []int64{920, 925})
}

func TestWriteWorksOnFilesWithoutAbsoluteOffsets(t *testing.T) {
	for _, name := range []string{"snorkel05.sql", "snorkel06.sql"} {
		path := build(t, script(t, name))
		_, err := add(t, open(t, path, session.Writable()), "new document")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var blob []byte
		scan(t, path, "SELECT char_offsets FROM sentence WHERE text = 'Анна left .'", &blob)
		if got, err := unpickle(blob); err != nil || !reflect.DeepEqual(got, []any{0, 5, 10}) {
			t.Errorf("%s: offsets %v, %v", name, got, err)
		}
	}
}

func TestWriteThatFailsLeavesNothingBehind(t *testing.T) {
	failure := errors.New("failure")
	for name, write := range map[string]func(w *candidates.Writer) error{
		"the callback fails": func(*candidates.Writer) error { return failure },
		"document name with ::": func(w *candidates.Writer) error {
			_, err := w.Document("a::b")
			return err
		},
		"empty document name": func(w *candidates.Writer) error {
			_, err := w.Document("")
			return err
		},
		"document that exists": func(w *candidates.Writer) error {
			_, err := w.Document("doc-06")
			return err
		},
		"words without offsets": func(w *candidates.Writer) error {
			doc, err := w.Document("d")
			must(t, err)
			_, err = w.Sentence(doc, candidates.NewSentence{Text: "a b", Words: []string{"a", "b"}, CharOffsets: []int{0}})
			return err
		},
		"span before the sentence":    spanOf(-1, 1),
		"span behind the sentence":    spanOf(0, 3), // of three code points, counted from 0
		"span that ends before it":    spanOf(2, 1),
		"span that was written twice": spanOf(0, 1, 0, 1),
		"too few contexts": func(w *candidates.Writer) error {
			_, err := w.Candidate(spouse(t), 0, 1)
			return err
		},
		"context that does not exist": func(w *candidates.Writer) error {
			_, err := w.Candidate(spouse(t), 0, 1, 4711)
			return err
		},
		"candidate that exists": func(w *candidates.Writer) error {
			_, err := w.Candidate(spouse(t), 0, 348, 349)
			return err
		},
		"subclass without a table": func(w *candidates.Writer) error {
			c, err := candidates.CandidateSubclass("Nowhere", []string{"a"})
			must(t, err)
			_, err = w.Candidate(c, 0, 1)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := copyOracle(t)
			before, err := os.ReadFile(path)
			must(t, err)
			s := open(t, path, session.Writable())
			err = candidates.Write(t.Context(), s, func(w *candidates.Writer) error {
				if _, err := w.Document("fine until here"); err != nil {
					return err
				}
				return write(w)
			})
			if err == nil {
				t.Fatal("no error")
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the message has several lines: %v", err)
			}
			must(t, s.Close())
			after, err := os.ReadFile(path)
			must(t, err)
			if string(before) != string(after) {
				t.Error("the file changed")
			}
			if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
				t.Errorf("left behind: %v, %v", files, err)
			}
		})
	}
}

// spanOf writes spans of a sentence of three code points.
func spanOf(bounds ...int) func(w *candidates.Writer) error {
	return func(w *candidates.Writer) error {
		doc, err := w.Document("d")
		if err != nil {
			return err
		}
		sentence, err := w.Sentence(doc, candidates.NewSentence{Text: "a😀b"})
		if err != nil {
			return err
		}
		for i := 0; i < len(bounds); i += 2 {
			if _, err := w.Span(sentence, bounds[i], bounds[i+1]); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestSpanMayCoverItsWholeSentence(t *testing.T) {
	s := create(t)
	must(t, candidates.Write(t.Context(), s, spanOf(0, 2, 2, 2, 0, 0)))
}

func TestWriteNeedsAWritableSession(t *testing.T) {
	if _, err := add(t, oracleDB(t), "d"); !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("error %v, want ErrReadOnly", err)
	}
}
