package records_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"workbench/candidates"
	"workbench/candidates/records"
)

const (
	sentenceHeader = "document,text,person1_start,person1_end,person2_start,person2_end"
	goodRow        = "\nd,Bo met Al,0,1,7,8\n"
)

func TestBadDelimitedFiles(t *testing.T) {
	for content, says := range map[string]string{
		"":                          "f:1: the file is empty",
		"\ufeff":                    "f:1: the file is empty",
		" \n\t ":                    "f:1: the file is empty",
		"a,b\n":                     `f:1: there is no column "document".*; the columns are a, b`,
		"text,person1_start\nx,1\n": `f:1: there is no column "document"`,
		"document,text\nd,x\n":      `f:1: there is no column "person1_start" for the argument person1 of Spouse\(person1, person2\)`,
		"document,text,person1_start,person1_end,person2_start\n":     `f:1: there is no column "person2_end"`,
		sentenceHeader + ",person1_char_start" + goodRow:              "f:1: the columns person1_start and person1_char_start mean the same",
		sentenceHeader + ",person3_start,person3_char_end" + goodRow:  `f:1: column "person3_start": Spouse\(person1, person2\) has no argument "person3"`,
		sentenceHeader + ",text" + goodRow:                            `f:1: two columns are called "text"`,
		sentenceHeader:                                                "f:2: there are no records",
		sentenceHeader + "\n\n":                                       "f:2: there are no records",
		"id,text\n1,x\n":                                              `f:1: rows of raw text make candidates of one argument, and Spouse\(person1, person2\) has 2; .*person1_start`,
		sentenceHeader + goodRow + "d,x,0,0,0\n":                      "f:3: 5 fields, but the header has 6",
		sentenceHeader + goodRow + "d,x,0,0,0,0,0\n":                  "f:3: 7 fields, but the header has 6",
		sentenceHeader + goodRow + "d\n":                              "f:3: 1 fields, but",
		sentenceHeader + goodRow + "d,x\xff,0,0,0,0\n":                `f:3: column "text" is not valid UTF-8`,
		sentenceHeader + goodRow + "d,\"x\ny\",0,0,0,1.5\n":           `f:3: person2_end: "1.5" is not a whole number`,
		sentenceHeader + goodRow + "d,x,0,0,,0\n":                     "f:3: person2_start is missing or empty",
		sentenceHeader + goodRow + "d,x,0, 0,0,0\n":                   `f:3: person1_end: " 0" is not`,
		sentenceHeader + goodRow + "d,x,0,0x1,0,0\n":                  `f:3: person1_end: "0x1" is not`,
		sentenceHeader + goodRow + "d,x,0,99999999999999999999,0,0\n": "f:3: person1_end: 99999999999999999999 is too large",
		sentenceHeader + goodRow + "d,x,2147483648,0,0,0\n":           "f:3: person1_start: 2147483648 is too large",
		sentenceHeader + goodRow + ",x,0,0,0,0\n":                     "f:3: document is missing or empty",
		sentenceHeader + goodRow + "d,,0,0,0,0\n":                     "f:3: text is missing or empty",
		sentenceHeader + goodRow + "d,\"x,0,0,0,0\n":                  "f:3: a field in quotes does not end",
		sentenceHeader + goodRow + "d,x \"y\",0,0,0,0\n":              "f:3: a quote stands within a field",
		sentenceHeader + goodRow + "d,\"x\"y,0,0,0,0\n":               "f:3: a field in quotes",
		"\xff\xfed\x00":            "f:1: field 1 is not valid UTF-8",
		"document,te\xffxt\nd,x\n": "f:1: field 2 is not valid UTF-8",
		sentenceHeader + ",position" + "\nd,x,0,0,0,0,first\n":          `f:2: position: "first" is not`,
		sentenceHeader + ",sentence" + "\nd,x,0,0,0,0,x\n":              `f:1: text and sentence are the same; leave one out`,
		sentenceHeader + ",sentence_start\nd,x,0,0,0,0,1e3\n":           `f:2: sentence_start: "1e3" is not`,
		sentenceHeader + ",words\nd,x,0,0,0,0,x\n":                      `f:2: words: "x" is not a JSON array of texts`,
		sentenceHeader + ",words\nd,x,0,0,0,0,null\n":                   `f:2: words: "null" is not a JSON array`,
		sentenceHeader + ",words\nd,x,0,0,0,0,[1]\n":                    `f:2: words: .* is not a JSON array of texts`,
		sentenceHeader + ",words\nd,x,0,0,0,0,[null]\n":                 "f:2: words: .* has a null",
		sentenceHeader + ",words\nd,x,0,0,0,0,[]]\n":                    "f:2: words: .* is not a JSON array",
		sentenceHeader + ",char_offsets\nd,x,0,0,0,0,[0.5]\n":           `f:2: char_offsets: "0.5" is not a whole number`,
		sentenceHeader + ",dep_parents\nd,x,0,0,0,0,[null]\n":           `f:2: dep_parents: "null" is not a whole number`,
		sentenceHeader + ",lemmas\nd,x,0,0,0,0,\"[\"\"\\ud800\"\"]\"\n": `f:2: lemmas: \\ud800 is half of a surrogate pair`,
		"[1]\n": "f:1: a file of JSON lines has one object per line",
	} {
		wantError(t, "f", content, records.Options{Class: spouse(t)}, says)
	}
	raw := func(text, id string) records.Options {
		return records.Options{Class: class(t, "T(t)"), Text: text, ID: id}
	}
	wantError(t, "f", "a,b\n1,2\n", raw("b", "c"), `f:1: there is no column "c"; the columns are a, b`)
	wantError(t, "f", "a,b\n1,2\n", raw("c", "a"), `f:1: there is no column "c"`)
	wantError(t, "f", "a,b\n1,2\n", raw("a", "a"), "f:1: one column cannot be both")
	wantError(t, "f", "a,b\n1,2\n,3\n", raw("b", "a"), "f:3: a is missing or empty")
	wantError(t, "f.JSONL", "id,text\n1,x\n", raw("", ""), "f.JSONL:1: a file of JSON lines has one object per line")
}

func TestBadJSONLines(t *testing.T) {
	const good = `{"document":"d","text":"Bo met Al","arguments":{"person1":[0,1],"person2":[7,8]}}` + "\n"
	rest := func(fields string) string {
		return good + "\n" + `{"document":"d","text":"Bo met Al",` + fields + "}\n" + good
	}
	args := func(fields string) string { return rest(`"arguments":{` + fields + "}") }
	for content, says := range map[string]string{
		good + "[1]":                     `f:2: "\[1\]" is not a JSON object`,
		good + "null":                    `f:2: "null" is not a JSON object`,
		good + "{":                       "f:2: the JSON object does not end on its line",
		"{\n\"document\":\"d\"\n}\n":     "f:1: the JSON object does not end on its line",
		good + good[:40]:                 "f:2: the JSON object is broken: it does not end on its line",
		good + `{"document" "d"}`:        "f:2: the JSON object is broken: ",
		good + `{document:"d"}`:          "f:2: the JSON object is broken: ",
		good + `{"document":"d",}`:       "f:2: the JSON object ",
		good + `{} {}`:                   "f:2: there is something behind the JSON object",
		good + "{\"document\":\"\xff\"}": "f:2: the line is not valid UTF-8",
		rest(`"text":"x"`):               `f:3: the key "text" stands there twice`,
		rest(`"txt":"x"`):                `f:3: unknown key "txt"; known are document, text, `,
		rest(`"Sentence":1`):             `f:3: unknown key "Sentence"`,
		rest(`"position":1`):             "f:3: person1_start is missing or empty",
		rest(`"position":"1"`):           `f:3: position: "\\"1\\"" is not a whole number`,
		rest(`"position":1.0`):           `f:3: position: "1.0" is not a whole number`,
		rest(`"sentence_start":true`):    "f:3: sentence_start: \"true\" is not",
		rest(`"words":"x"`):              "f:3: words: .* is not a JSON array of texts",
		rest(`"words":["\udc00"]`):       `f:3: words: \\udc00 is half of a surrogate pair`,
		rest(`"words":["\ud83d\u0041"]`): `f:3: words: \\ud83d is half`,
		good + `{"document":"\ud83d","text":"x","candidates":[]}`:                                          `f:2: document: \\ud83d is half`,
		good + `{"document":1.5,"text":"x","candidates":[]}`:                                               "f:2: document: 1.5 is neither a text nor a whole number",
		good + `{"document":["d"],"text":"x","candidates":[]}`:                                             `f:2: document: .* is not a text`,
		good + `{"text":"x","candidates":[]}`:                                                              "f:2: document is missing or empty",
		good + `{"document":"d","text":"","candidates":[]}`:                                                "f:2: text is missing or empty",
		good + `{"document":"d","text":null,"candidates":[]}`:                                              "f:2: text is missing or empty",
		rest(`"arguments":[]`):                                                                             `f:3: arguments: "\[\]" is not a JSON object`,
		rest(`"candidates":{}`):                                                                            "f:3: candidates: .* is not a JSON array of objects",
		rest(`"candidates":[{"person1":[0,1],"person2":[7,8]},3]`):                                         `f:3: candidates\[1\]: "3" is not a JSON object`,
		rest(`"candidates":[],"arguments":{}`):                                                             `f:3: "arguments" and "candidates" mean the same`,
		rest(`"candidates":[],"person1_start":0`):                                                          "f:3: person1_start and the object of arguments mean the same",
		args(`"person1":[0,1]`):                                                                            "f:3: arguments: the argument person2 of Spouse.* is missing",
		args(`"person1":[0,1],"person2":null`):                                                             "f:3: arguments: the argument person2",
		args(`"person1":[0,1],"person2":[7,8],"person3":[0,1]`):                                            `f:3: arguments: Spouse\(person1, person2\) has no argument "person3"`,
		args(`"person1":[0,1],"person1":[0,1],"person2":[7,8]`):                                            `f:3: arguments: the key "person1" stands there twice`,
		args(`"person1":[0],"person2":[7,8]`):                                                              `f:3: arguments: person1: \[0\] is not \[start, end\]`,
		args(`"person1":[0,1.5],"person2":[7,8]`):                                                          `f:3: arguments: person1: "1.5" is not a whole number`,
		args(`"person1":"0-1","person2":[7,8]`):                                                            "f:3: arguments: person1: .* is not a JSON object",
		args(`"person1":{"start":0},"person2":[7,8]`):                                                      "f:3: arguments: person1: end is missing",
		args(`"person1":{"start":0,"end":1,"to":1},"person2":[7,8]`):                                       "f:3: arguments: person1: unknown key \"to\"",
		args(`"person1":{"start":0,"char_start":0,"end":1},"person2":[7,8]`):                               "f:3: arguments: person1: start and char_start are the same",
		args(`"person1":{"start":0,"end":1,"cid":{}},"person2":[7,8]`):                                     "f:3: arguments: person1: cid: .* is not a text",
		rest(`"person1_start":0,"person1_char_start":0,"person1_end":1,"person2_start":7,"person2_end":8`): "f:3: person1_start and person1_char_start are the same",
		`{"id":"1","text":"x"}`:                                                                            `f:1: rows of raw text make candidates of one argument, and Spouse\(person1, person2\) has 2`,
	} {
		wantError(t, "f", content, records.Options{Class: spouse(t)}, says)
	}
	tweet := records.Options{Class: class(t, "T(t)")}
	wantError(t, "f", `{"id":"1","text":"x"}`+"\n"+`{"id":"1","text":"x","user":1}`, tweet, `f:2: unknown key "user"; known are text, id`)
	wantError(t, "f", `{"id":"1","text":"x"}`+"\n"+`{"text":"x"}`, tweet, "f:2: id is missing or empty")
	wantError(t, "f", `{"id":true,"text":"x"}`, tweet, "f:1: id: .* is not a text")
	wantError(t, "f", `{"id":1e3,"text":"x"}`, tweet, "f:1: id: 1e3 is neither")
}

func wantError(t *testing.T, name, content string, o records.Options, says string) {
	t.Helper()
	_, _, err := readAll(name, strings.NewReader(content), o)
	var bad *candidates.RecordError
	switch {
	case err == nil:
		t.Errorf("%q: no error, want %s", content, says)
	case !errors.As(err, &bad) || strings.Contains(err.Error(), "\n"):
		t.Errorf("%q: error %q is not one line about a record", content, err)
	case !regexp.MustCompile("^(" + says + ")").MatchString(err.Error()):
		t.Errorf("%q:\n got %v\nwant %s", content, err, says)
	}
}

// Rows of raw text are hinted at as the caller words it, if they could be meant.
func TestHintAtRawTexts(t *testing.T) {
	const hint = "of raw texts, name the columns"
	for class, says := range map[*candidates.Subclass]string{
		class(t, "Tweet(tweet)"): `f:1: there is no column "document", which records of sentences need (of raw texts, name the columns); the columns are a, b`,
		spouse(t):                `f:1: there is no column "document", which records of sentences need; the columns are a, b`,
	} {
		_, _, err := readAll("f", text("a,b\n1,2\n"), records.Options{Class: class, RawTexts: hint})
		if err == nil || err.Error() != says {
			t.Errorf("got  %v\nwant %s", err, says)
		}
	}
}
