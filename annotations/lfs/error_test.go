package lfs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"workbench/annotations/lfs"
)

// laughs is a file whose aliases would repeat a text 10^8 times.
func laughs() string {
	text := "lfs: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for _, level := range "1234567" {
		before := "*a" + string(level-1)
		text += "k" + string(level) + ": &a" + string(level) + " [" + strings.Repeat(before+", ", 9) + before + "]\n"
	}
	return text
}

func TestErrors(t *testing.T) {
	const entry = "lfs:\n  - {name: LF, label: 1, " // and the rest of line 2
	const class = "candidate: Spouse(person1, person2)\n"
	for _, c := range []struct{ text, want string }{
		// The file.
		{"", "1: the file is empty"},
		{"# only a comment\n", "1: the file is empty"},
		{"text", `1: a file of labeling functions is a mapping that begins with a key such as lfs:, not "text"`},
		{"\n- name: a", "2: a file of labeling functions is a mapping that begins with a key such as lfs:, not a list"},
		{"lf: []", `1: "lf" is not a key of a file of labeling functions; did you mean "lfs"?`},
		{"sets: {x: [y]}\nlabelers: []", `2: "labelers" is not a key of a file of labeling functions; its keys are candidate, table, classes, values, cardinality, abstain, sets, lfs`},
		{"sets: {x: [y]}", "1: there is no lfs: with the list of labeling functions"},
		{"lfs:", "1: lfs: has no value"},
		{"lfs: []", "1: lfs: must be a list of labeling functions, each beginning with a dash, not an empty list"},
		{"lfs: {name: a}", "1: lfs: must be a list of labeling functions, each beginning with a dash, not a mapping"},
		{"lfs:\n  - LF", `2: a labeling function is a mapping that begins with name:, not "LF"`},
		{"lfs: [\n", "2: not valid YAML: did not find expected node content"},
		{"lfs:\n\t- x", "2: not valid YAML: found character that cannot start any token"},
		{"lfs:\n  - name: RMS: x", "2: not valid YAML: mapping values are not allowed in this context; put a text that has a colon into quotes"},
		{"lfs: x\n---\nlfs: y", "2: there is a second document; a file of labeling functions has one"},
		{"lfs: x\nlfs: y", `2: the key "lfs" stands in line 1 already`},
		{"lfs:\n  - a\n  - M\xfcller", "3: the text is not UTF-8"},
		{"lfs:\n  - a\x00", `2: the text has the control character '\x00'`},
		{"lfs: *x", "1: not valid YAML: unknown anchor 'x' referenced"},
		{"lfs: &x [*x]", "1: more than 100 lists and mappings lie in each other"},
		{"lfs: &x [*x, *x]", "1: more than 100 lists and mappings lie in each other"},
		{laughs(), "1: the aliases of the file repeat more than 100000 values"},
		{"lfs: " + strings.Repeat("[", 200), "1: not valid YAML: exceeded max depth of 100"},
		{"lfs: !list [x]", `1: the tag "!list" has no meaning here`},
		{"? [a, b]\n: c", "1: a key must be a text, not a list"},
		{"<<: [x]\nlfs: []", `1: <<: merges mappings, not "x"`},

		{strings.Repeat("#", 4<<20+1), "1: the file is larger than 4 MiB; put long lists into files of their own"},

		// The class of the candidates.
		{"candidate: Spouse\nlfs: []", `1: candidate: must be a class with its arguments, such as Spouse(person1, person2), not "Spouse"`},
		{"candidate: [Spouse]\nlfs: []", "1: candidate: must be a text, not a list"},
		{"candidate: Spouse(a, a)\nlfs: []", `1: candidate subclass Spouse: argument name "a" is not usable or repeated`},
		{"values: [x, y]\nlfs: []", "1: values: needs candidate: with the class, such as candidate: Spouse(person1, person2)"},
		{class + "values: x", `2: values: must be a list, not "x"`},
		{class + "values: [1, 2]", "2: candidate subclass Spouse: leave the values out if they are integers; they are then 0..cardinality-1"},
		{class + "values: [[x], y]", "2: values: must be one value, not a list"},
		{class + "values: [a, b, c]\ncardinality: 2", "2: candidate subclass Spouse: 3 values do not match cardinality 2"},
		{class + "cardinality: 1", "2: cardinality: must be at least 2, not 1"},
		{class + "cardinality: many", `2: cardinality: must be a whole number, not "many"`},
		{class + "cardinality: 100000", "2: cardinality: 100000 is more than 32767"},

		// Sets.
		{"sets: [x]\nlfs: []", "1: sets: must be a mapping of names to lists, not a list"},
		{"sets:\n  x: y\nlfs: []", `2: set "x" must be a list, or {file: …}, not "y"`},
		{"sets:\n  x: []\nlfs: []", `2: set "x" is empty`},
		{"sets:\n  x: {path: y}\nlfs: []", `2: "path" is not a key of a file with a set; its keys are file, column, columns, header, delimiter`},
		{"sets:\n  x: {header: true}\nlfs: []", "2: a set is a list, or names its file: {file: …}"},
		{"sets:\n  x: {file: ''}\nlfs: []", "2: file: is empty"},
		{"sets:\n  x: {file: y, delimiter: ab}\nlfs: []", `2: delimiter: must be one character, such as ";", or tab, not "ab"`},
		{"sets:\n  x: {file: y, column: 0}\nlfs: []", "2: column: must be at least 1, not 0"},
		{"sets:\n  x: {file: y, columns: [1]}\nlfs: []", "2: columns: must be the two of a pair, such as [1, 2] or [husband, wife], not a list"},
		{"sets:\n  x: {file: y, column: 1, columns: [1, 2]}\nlfs: []", "2: column: is for terms and columns: for pairs; give one of them"},
		{"sets:\n  x: {file: y, column: z, header: false}\nlfs: []", "2: header: must be true where columns have names; otherwise number them from 1"},
		{"sets:\n  x: {file: y, header: maybe}\nlfs: []", `2: header: must be true or false, not "maybe"`},
		{entry + "terms: words}", `2: terms: there is no set "words", for the file has no sets:; a list is written in brackets`},
		{"sets: {word: [x], other: [y]}\n" + entry + "terms: words}", `3: terms: there is no set "words"; did you mean "word"?`},
		{"sets: {word: [x], other: [y]}\n" + entry + "terms: q}", `3: terms: there is no set "q"; the sets are word, other`},
		{entry + "terms: []}", "2: terms: must be a set's name or a list of terms, not an empty list"},
		{entry + "terms: [x, '']}", "2: terms: there is an empty term"},
		{entry + "terms: [x, null]}", `2: there is no value; put quotes around it if the text "null" is meant`},
		{entry + "terms: [x, {y: z}]}", "2: terms: must be a text, not a mapping"},
		{"sets: {c: [[a, b]]}\n" + entry + "terms: c}", "1: terms: needs terms, and this is a list of pairs"},
		{"sets: {c: [a, b]}\n" + entry + "known: c}", `1: known: needs pairs such as [Ann Lee, Bob Lee], not "a"`},
		{entry + "known: [[a, b],\n    [c]]}", "3: known: needs pairs such as [Ann Lee, Bob Lee], not a list"},
		{entry + "known: [[a, '']]}", "2: known: a text of the pair is empty"},
		{entry + "known: []}", "2: known: must be a set's name or a list of pairs, not an empty list"},

		// Entries.
		{"lfs:\n  - label: 1\n    terms: [x]", "2: name: is missing"},
		{"lfs:\n  - {name: '', label: 1, terms: [x]}", "2: the name of a labeling function is empty"},
		{"lfs:\n  - {name: \"a\\tb\", label: 1, terms: [x]}", `2: the name "a\tb" has a control character`},
		{"lfs:\n  - {name: [a], label: 1, terms: [x]}", "2: name: must be a text, not a list"},
		{"lfs:\n  - name: a\n    terms: [x]", "2: label: is missing; it says what to answer on a match: 1, -1, or a class"},
		{"lfs:\n  - name: a\n    label: 1", "2: there is no condition: one of terms, regex, known, same, different, length, all, any, not"},
		{"lfs:\n  - name: a\n    label: 1\n    term: [x]", `4: "term" is not a key of a labeling function; did you mean "terms"?`},
		{"lfs:\n  - MatchTerm: {name: a}", `2: "MatchTerm" is not a key of a labeling function; did you mean "MatchTerms"?`},
		{"lfs:\n  - name: a\n    name: b", `3: the key "name" stands in line 2 already`},
		{entry + "terms: [x]}\n  - {name: LF, label: 1, terms: [y]}", `3: the name "LF" is taken by the labeling function of line 2`},
		{entry + "terms: [x]}\n  - name: LF\n    query: SELECT 1", `3: the name "LF" is taken by the labeling function of line 2`},
		{entry + "terms: [x]}\n  - program: [x]\n    lfs: [LG, LF]", `4: the name "LF" is taken by the labeling function of line 2`},
		{"lfs:\n  - program: [x]\n    lfs: [LG, LG]", `3: the name "LG" is taken by the labeling function of line 3`},
		{"lfs:\n  - MatchTerms: {name: m, terms: [x], label: 1}\n  - MatchTerms: {name: m, terms: [y], label: 1}",
			`3: the name "LF_TERMS_m_[sentence|words]_TRUE" is taken by the labeling function of line 2`},
		{"lfs:\n  - {name: 'LF_REGEX_m_[left|lemmas|window=2]_FALSE', label: 1, terms: [x]}\n  - MatchRegex: {name: m, rgxs: x, label: -1, search: left, window: 2, attrib: lemmas}",
			`3: the name "LF_REGEX_m_[left|lemmas|window=2]_FALSE" is taken by the labeling function of line 2`},

		// Labels.
		{"lfs:\n  - {name: a, label: 0, terms: [x]}", "2: label: 0 means to abstain, which a labeling function does where it does not match; give it 1, -1, or a class; if 0 is a class, say abstain: -1 at the top"},
		{"lfs:\n  - {name: a, label: -2, terms: [x]}", "2: label: -2 is neither -1 nor a class from 1"},
		{"lfs:\n  - {name: a, label: 40000, terms: [x]}", "2: label: 40000 is neither -1 nor a class from 1"},
		{"lfs:\n  - {name: a, label: yes, terms: [x]}", `2: label: "yes" is none of 1, -1, true, false and the classes from 1; names need candidate: and classes: at the top, or a database that remembers them`},
		{"lfs:\n  - {name: a, label: [1], terms: [x]}", "2: label: must be one value, not a list"},
		{class + "lfs:\n  - {name: a, label: 2, terms: [x]}", "3: label: 2 is none of 1 and -1, the labels of two classes"},
		{class + "values: [low, high]\nlfs:\n  - {name: a, label: hihg, terms: [x]}", `4: label: "hihg" is none of the values low, high; did you mean "high"?`},
		{class + "cardinality: 5\nlfs:\n  - {name: a, label: 6, terms: [x]}", "4: label: 6 is no class from 1 to 5"},
		{class + "cardinality: 5\nlfs:\n  - {name: a, label: -1, terms: [x]}", "4: label: -1 is no class from 1 to 5"},
		{class + "cardinality: 3\nlfs:\n  - {name: a, label: true, terms: [x]}", `4: label: "true" is none of the values 0, 1, 2`},

		// Conditions.
		{entry + "terms: [x], regex: y}", "2: terms: and regex: stand side by side; put them into a list under all: or any:"},
		{entry + "terms: [x], all: [{terms: [y]}]}", "2: terms: and all: stand side by side; put them into a list under all: or any:"},
		{entry + "all: [{terms: [x]}], in: left}", `2: "in" is not a key of a condition with all:; its keys are all, name, label`},
		{entry + "any: {terms: [x]}}", "2: any: must be a list of conditions, not a mapping"},
		{entry + "all: []}", "2: all: must be a list of conditions, not an empty list"},
		{entry + "all: [\n    {term: [x]}]}", `3: "term" is not a key of a condition; did you mean "terms"?`},
		{entry + "all: [\n    {in: left}]}", "3: there is no condition: one of terms, regex, known, same, different, length, all, any, not"},
		{entry + "all: [\n    x]}", `3: a condition must be a mapping of keys and values, not "x"`},
		{entry + "all: [{name: x, terms: [y]}]}", `2: "name" is not a key of a condition with terms:; its keys are terms, in, of, window, attribute, attrib, case_sensitive, ngrams`},
		{entry + "not: [{terms: [x]}]}", "2: a condition must be a mapping of keys and values, not a list"},
		{entry + "terms: [x], windw: 3}", `2: "windw" is not a key of a labeling function; did you mean "window"?`},
		{entry + "regex: x, ngrams: 3}", `2: "ngrams" is not a key of a condition with regex:; its keys are regex, in, of, window, attribute, attrib, case_sensitive, name, label`},
		{entry + "terms: [x], ngrams: 0}", "2: ngrams: must be at least 1, not 0"},
		{entry + "terms: [x], case_sensitive: 1}", `2: case_sensitive: must be true or false, not "1"`},
		{entry + "terms: [x], in: beetween}", `2: in: must be one of between, left, right, sentence, tagged, span, not "beetween"; did you mean "between"?`},
		{entry + "terms: [x], in: tagged}", "2: terms: are not looked for in tagged text; use regex:"},
		{entry + "terms: [x], in: left, window: -1}", "2: window: must be at least 0, not -1"},
		{entry + "terms: [x], in: left, window: 1.5}", `2: window: must be a whole number, not "1.5"`},
		{entry + "terms: [x], window: 2}", "2: window: says nothing with in: between, only with left and right"},
		{entry + "terms: [x], attribute: lemma}", `2: attribute: must be one of words, lemmas, pos_tags, ner_tags, dep_labels, entity_cids, entity_types, not "lemma"; did you mean "lemmas"?`},
		{entry + "terms: [x], attribute: words, attrib: words}", "2: attribute: and attrib: are the same; give one of them"},
		{entry + "regex: x, in: tagged, attrib: lemmas}", "2: attrib: says nothing with in: tagged, which is text"},
		{entry + "regex: ''}", "2: regex: is empty and would match everything"},
		{entry + "regex: []}", "2: regex: must be a text or a list of texts, not an empty list"},
		{entry + "regex: [x,\n    [y]]}", "3: regex: must be a text, not a list"},
		{class + entry + "terms: [x], in: span, of: person3}", `3: of: Spouse has no argument "person3"; its arguments are person1, person2; did you mean "person1"?`},
		{class + entry + "same: text, of: [person1, person]}", `3: of: Spouse has no argument "person"; its arguments are person1, person2; did you mean "person1"?`},
		{entry + "terms: [x], in: span, of: []}", "2: of: must be a text or a list of texts, not an empty list"},
		{entry + "terms: [x], in: left, of: [a, a]}", `2: of: names "a" twice`},
		{entry + "terms: [x], in: sentence, of: a}", "2: of: says nothing with in: sentence"},
		{entry + "terms: [x], of: a}", "2: of: must be two arguments with in: between, not 1"},
		{"candidate: Triple(a, b, c)\n" + entry + "terms: [x]}", "3: in: is needed, for between is only where candidates have two arguments and Triple has 3"},
		{"candidate: Tweet(text)\n" + entry + "terms: [x], in: between}", "3: in: between is only where candidates have two arguments, and Tweet has 1; name two by of:"},
		{"candidate: Trio(a, b, c)\n" + entry + "same: text}", "3: of: is needed with two arguments, for Trio has 3"},
		{entry + "known: [[a, b]], by: first word}", `2: by: must be one of text, last word, not "first word"; did you mean "last word"?`},
		{entry + "known: [[a, b]], order: any}", `2: order: must be one of either, given, not "any"`},
		{entry + "known: [[a, b]], in: between}", `2: "in" is not a key of a condition with known:; its keys are known, by, order, of, case_sensitive, name, label`},
		{entry + "same: words}", `2: same: must be one of text, last word, not "words"`},
		{entry + "different: text, of: [a]}", "2: of: must be two arguments, not 1"},
		{entry + "length: 10}", `2: length: must be a mapping of keys and values, not "10"`},
		{entry + "length: {in: between}}", "2: length: needs over: or under: with a number of tokens"},
		{entry + "length: {over: -1}}", "2: over: must be at least 0, not -1"},
		{entry + "length: {over: 3, under: 4}}", "2: under: no number of tokens is over 3 and under 4"},
		{entry + "length: {in: tagged, over: 3}}", "2: length: counts tokens, and tagged text has none"},

		// Factories.
		{"lfs:\n  - MatchTerms: {name: m, terms: [x], label: 1}\n    name: y", "2: MatchTerms: stands alone in its entry; what it is given lies in it: {MatchTerms: {name: …}}"},
		{"lfs:\n  - MatchTerms: m", `2: MatchTerms must be a mapping of keys and values, not "m"`},
		{"lfs:\n  - MatchTerms: {name: m, rgxs: [x], label: 1}", `2: "rgxs" is not a key of MatchTerms; its keys are name, label, search, window, attrib, attribute, terms`},
		{"lfs:\n  - MatchTerms: {terms: [x], label: 1}", "2: name: is missing"},
		{"lfs:\n  - MatchTerms: {name: '', terms: [x], label: 1}", "2: the name of a labeling function is empty"},
		{"lfs:\n  - MatchTerms: {name: m, label: 1}", "2: terms: is missing"},
		{"lfs:\n  - MatchRegex: {name: m, label: 1}", "2: rgxs: is missing"},
		{"lfs:\n  - DistantSupervision: {name: m}", "2: kb: is missing"},
		{"lfs:\n  - DistantSupervision: {name: m, kb: couples}", `2: kb: there is no set "couples", for the file has no sets:; a list is written in brackets`},
		{"lfs:\n  - MatchTerms: {name: m, terms: [x]}", "2: label: is missing; it says what to answer on a match: 1, -1, or a class"},
		{"lfs:\n  - MatchTerms: {name: m, terms: [x], label: 1, search: span}", `2: search: must be one of sentence, between, left, right, not "span"`},
		{"lfs:\n  - MatchTerms: {name: m, terms: [x], label: 1, window: -1}", "2: window: must be at least 0, not -1"},
		{"lfs:\n  - MatchTerms: {name: m, terms: [x], label: 1, attrib: word}", `2: attrib: must be one of words, lemmas, pos_tags, ner_tags, dep_labels, entity_cids, entity_types, not "word"; did you mean "words"?`},
		{"candidate: Tweet(text)\nlfs:\n  - MatchTerms: {name: m, terms: [x], label: 1, search: left}", "3: MatchTerms: search: left is for candidates with two arguments, and Tweet has 1"},
		{"candidate: Tweet(text)\nlfs:\n  - DistantSupervision: {name: m, kb: [[a, b]]}", "3: DistantSupervision: is for candidates with two arguments, and Tweet has 1"},

		// Queries and programs.
		{"lfs:\n  - query: SELECT 1", "2: name: is missing"},
		{"lfs:\n  - {name: a, query: ' '}", "2: query: is empty"},
		{"lfs:\n  - {name: a, query: SELECT 1, label: 1}", `2: "label" is not a key of a labeling function with query:; its keys are name, query`},
		{"lfs:\n  - program: python3 lfs.py\n    lfs: [a]", `2: program: must be a list of the program and its arguments, such as [python3, lfs.py], not "python3 lfs.py"`},
		{"lfs:\n  - program: []\n    lfs: [a]", "2: program: must be a text or a list of texts, not an empty list"},
		{"lfs:\n  - program: ['', x]\n    lfs: [a]", "2: program: its name is empty"},
		{"lfs:\n  - program: [x]", "2: lfs: is missing"},
		{"lfs:\n  - program: [x]\n    lfs: []", "3: lfs: must be a list of the names that the program answers under, not an empty list"},
		{"lfs:\n  - program: [x]\n    lfs: ['']", "3: the name of a labeling function is empty"},
		{"lfs:\n  - program: [x]\n    lfs: [a]\n    processes: 0", "4: processes: must be at least 1, not 0"},
		{"lfs:\n  - program: [x]\n    lfs: [a]\n    timeout: 30", `4: timeout: must be a time such as 30s or 2m, not "30"`},
		{"lfs:\n  - program: [x]\n    lfs: [a]\n    timeout: -1s", `4: timeout: must be a time such as 30s or 2m, not "-1s"`},
		{"lfs:\n  - program: [x]\n    lfs: [a]\n    label: 1", `4: "label" is not a key of an entry with program:; its keys are program, lfs, abstain, processes, timeout`},
	} {
		f, err := lfs.Parse("lfs.yaml", strings.NewReader(c.text), t.TempDir())
		if err == nil {
			t.Errorf("%.200q: no error, %d labeling functions", c.text, len(f.LFs))
		} else if want := "lfs.yaml:" + c.want; err.Error() != want {
			t.Errorf("%.200q:\n got %s\nwant %s", c.text, err, want)
		}
	}
}

// What is wrong with an expression is said by the package that compiles it.
func TestExpressionsThatDoNotCompile(t *testing.T) {
	for _, text := range []string{
		"lfs:\n  - name: a\n    label: 1\n    regex: '(x'",
		"lfs:\n  - name: a\n    label: 1\n    regex: ['(x', y]",
		"lfs:\n  - MatchRegex:\n      name: a\n      rgxs: ['(x']\n      label: 1",
	} {
		_, err := lfs.Parse("lfs.yaml", strings.NewReader(text), "")
		if err == nil || !strings.HasPrefix(err.Error(), "lfs.yaml:4: ") || !strings.Contains(err.Error(), `"(x"`) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestReadNamesTheFile(t *testing.T) {
	path := write(t, "lfs: []")
	if _, err := lfs.Read(path); err == nil || !strings.HasPrefix(err.Error(), path+":1: ") {
		t.Error(err)
	}
	if _, err := lfs.Read(filepath.Join(t.TempDir(), "none.yaml")); !os.IsNotExist(err) {
		t.Error(err)
	}
}
