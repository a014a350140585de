package candidates_test

import (
	"fmt"
	"slices"
	"testing"

	"workbench/candidates/pickle"
)

// The words stand in the text where their offsets say, and every other list of
// a sentence has an entry for each word.
func TestPickledColumnsOfSnorkelAreRead(t *testing.T) {
	for name, counts := range map[string]struct{ sentences, words, documents int }{
		"snorkel07.db":    {276, 3531, 71},
		"spouse_small.db": {1054, 27359, 116},
	} {
		t.Run(name, func(t *testing.T) {
			path := testdata + "oracle/" + name
			if name == "spouse_small.db" {
				path = shared(t, name)
			}
			sentences, words := 0, 0
			eachRow(t, path, `SELECT s.text, substr(c.stable_id, instr(c.stable_id, '::sentence:') + 11) + 0,
				words, char_offsets, abs_char_offsets, dep_parents, lemmas, pos_tags, ner_tags, dep_labels, entity_cids, entity_types
				FROM sentence AS s JOIN context AS c ON c.id = s.id`, func(scan func(...any) error) {
				var text string
				var start int
				var blobs [10][]byte
				targets := []any{&text, &start}
				for i := range blobs {
					targets = append(targets, &blobs[i])
				}
				must(t, scan(targets...))
				sentence := []rune(text)
				list, err := pickle.Texts(blobs[0])
				must(t, err)
				var numbers [3][]int
				for i := range numbers {
					numbers[i], err = pickle.Ints(blobs[1+i])
					must(t, err)
					if len(numbers[i]) != len(list) {
						t.Errorf("%q: %d words, but %d numbers", text, len(list), len(numbers[i]))
					}
				}
				for i, word := range list {
					at := numbers[0][i]
					if got := string(sentence[at:min(at+len([]rune(word)), len(sentence))]); got != word {
						t.Errorf("%q: word %d is %q, but at its offset stands %q", text, i, word, got)
					}
					if numbers[1][i] != start+at {
						t.Errorf("%q, which starts at %d: word %d is at %d and at %d", text, start, i, at, numbers[1][i])
					}
					if head := numbers[2][i]; head < 0 || head > len(list) {
						t.Errorf("%q: the head of word %d is %d", text, i, head)
					}
				}
				for i, blob := range blobs[4:] {
					if tags, err := pickle.Texts(blob); err != nil || len(tags) != len(list) {
						t.Errorf("%q: list %d has %d entries, %v", text, i, len(tags), err)
					}
				}
				for i, blob := range blobs { // the long way comes to the same
					v, err := pickle.Decode(blob)
					must(t, err)
					short, errTexts := pickle.Texts(blob)
					if errTexts != nil {
						numbers, err := pickle.Ints(blob)
						must(t, err)
						if fmt.Sprint(v) != fmt.Sprint(numbers) {
							t.Errorf("%q, column %d: %v and %v", text, i, v, numbers)
						}
					} else if !slices.Equal(v.(pickle.List), boxed(short)) {
						t.Errorf("%q, column %d: %v and %q", text, i, v, short)
					}
				}
				sentences++
				words += len(list)
			})
			documents := 0
			eachRow(t, path, "SELECT meta FROM document UNION ALL SELECT meta FROM span WHERE meta IS NOT NULL", func(scan func(...any) error) {
				var blob []byte
				must(t, scan(&blob))
				v, err := pickle.Decode(blob)
				must(t, err)
				if dict, ok := v.(pickle.Dict); !ok || len(dict) != 1 || dict[0].Key != "file_name" {
					t.Errorf("metadata %v", v)
				}
				documents++
			})
			if sentences != counts.sentences || words != counts.words || documents != counts.documents {
				t.Errorf("%d sentences, %d words, %d documents, want %+v", sentences, words, documents, counts)
			}
		})
	}
}

func boxed(list []string) (items []any) {
	for _, s := range list {
		items = append(items, s)
	}
	return items
}

// eachRow calls visit for each row of a query.
func eachRow(t *testing.T, path, query string, visit func(scan func(...any) error)) {
	t.Helper()
	rows, err := raw(t, path).Query(query)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		visit(rows.Scan)
	}
	must(t, rows.Err())
}
