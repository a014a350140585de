package candidates_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"workbench/candidates"
	"workbench/session"
)

// figures is what the oracle says about the first candidates of each split.
type figures struct {
	BySplit map[string]struct {
		First []struct {
			ID       int64
			Type     string
			Split    int
			CIDs     []*string
			Contexts []struct {
				Arg      string
				ID       int64
				Type     string
				StableID string `json:"stable_id"`
				Span     string
				Text     string
			}
		} `json:"first_candidates"`
	} `json:"by_split"`
}

func TestLoadReadsCandidatesAsSnorkelDoes(t *testing.T) {
	compare(t, oracleDB(t), testdata+"oracle/snorkel07.json")
}

func TestLoadReadsTheNewsDatabase(t *testing.T) {
	path := shared(t, "spouse_small.db")
	compare(t, open(t, path), strings.TrimSuffix(path, ".db")+".json")
}

func TestLoadReadsRawTexts(t *testing.T) {
	path := shared(t, "crowdsourcing.db")
	s := open(t, path)
	compare(t, s, strings.TrimSuffix(path, ".db")+".json")
	// Where the oracle gives no text, the table does.
	cands, err := candidates.Load(t.Context(), s, candidates.Query{Split: 1})
	must(t, err)
	for _, c := range cands {
		var text, name string
		x := c.Args[0].Context
		if !x.HasText || x.Type != "raw_text" {
			t.Fatalf("candidate %d has %+v", c.ID, x)
		}
		must(t, s.Scan(t.Context(), func(sc *session.Scanner) error {
			return sc.Each(func(cur *session.Cursor) error {
				text, name = cur.Text(0), cur.Text(1)
				return nil
			}, "SELECT text, name FROM raw_text WHERE id = ?", x.ID)
		}))
		if x.Text != text || x.StableID != name {
			t.Errorf("candidate %d: %q (%s), want %q (%s)", c.ID, x.Text, x.StableID, text, name)
		}
	}
}

// compare checks the first candidates of every split against the oracle.
func compare(t *testing.T, s *session.Session, path string) {
	t.Helper()
	var want figures
	readJSON(t, path, &want)
	if len(want.BySplit) == 0 {
		t.Fatal("the oracle has no splits")
	}
	for split, f := range want.BySplit {
		cands, err := candidates.Load(t.Context(), s, candidates.Query{Split: int(split[0] - '0'), Limit: len(f.First)})
		must(t, err)
		if len(cands) != len(f.First) || len(cands) == 0 {
			t.Fatalf("split %s: %d candidates, want %d", split, len(cands), len(f.First))
		}
		for i, w := range f.First {
			c := cands[i]
			if c.ID != w.ID || c.Type != w.Type || c.Split != w.Split || len(c.Args) != len(w.Contexts) {
				t.Errorf("split %s: candidate %+v, want %+v", split, c, w)
				continue
			}
			for k, x := range w.Contexts {
				a := c.Args[k]
				if a.Name != x.Arg || a.Context.ID != x.ID || a.Context.Type != x.Type || a.Context.StableID != x.StableID {
					t.Errorf("candidate %d: argument %+v, want %+v", c.ID, a, x)
				}
				if x.Type == "span" && (!a.Context.HasText || a.Context.Text != x.Span) {
					t.Errorf("candidate %d: text %q, want %q", c.ID, a.Context.Text, x.Span)
				}
				if x.Text != "" && a.Context.Text != x.Text {
					t.Errorf("candidate %d: text %q, want %q", c.ID, a.Context.Text, x.Text)
				}
				if cid := w.CIDs[k]; cid == nil && a.CID != "" || cid != nil && a.CID != *cid {
					t.Errorf("candidate %d: canonical id %q, want %v", c.ID, a.CID, cid)
				}
			}
		}
	}
}

// The document zz_unicode_probe has emoji, combining marks and several
// alphabets before and within its spans; offsets count code points.
func TestSpanTextCountsCodePoints(t *testing.T) {
	s := oracleDB(t)
	for id, want := range map[int64][2]string{
		236: {"Ana María", "José García"},
		237: {"Björk Müller", "José García"},
		238: {"Björk Müller", "Ana María"},
		319: {"İpek Yılmaz", "Mary-Kate Smith-Jones/Lee Brown"},
		323: {"Анна Каренина", "Алексей Каренин"},
		391: {"Eleni Papadaki", "Åsa Öberg"}, // behind a family emoji of five code points
	} {
		c, err := candidates.ByID(t.Context(), s, id)
		must(t, err)
		got := map[string]bool{c.Args[0].Context.Text: true, c.Args[1].Context.Text: true}
		if !got[want[0]] || !got[want[1]] || !strings.HasPrefix(c.Args[0].Context.StableID, "zz_unicode_probe::span:") {
			t.Errorf("candidate %d: %v, want %v", id, got, want)
		}
	}
}

func TestLoadOrdersByID(t *testing.T) {
	s := oracleDB(t)
	cands, err := candidates.Load(t.Context(), s, candidates.Query{Split: 1})
	must(t, err)
	if len(cands) != 86 {
		t.Fatalf("%d candidates in split 1, want 86", len(cands))
	}
	for i := range cands[1:] {
		if cands[i].ID >= cands[i+1].ID {
			t.Fatalf("candidate %d before %d", cands[i].ID, cands[i+1].ID)
		}
	}
}

func TestLoadTakesIDsOfAnySplitInAnyOrder(t *testing.T) {
	s := oracleDB(t)
	for _, test := range []struct {
		query candidates.Query
		want  []int64
	}{
		{candidates.Query{IDs: []int64{391, 1, 239}}, []int64{1, 239, 391}},
		{candidates.Query{IDs: []int64{5, 5, 5}}, []int64{5}},
		{candidates.Query{IDs: []int64{391, 1, 239}, Limit: 2}, []int64{1, 239}},
		{candidates.Query{IDs: []int64{}}, nil},
		{candidates.Query{Split: 2, Limit: 2}, []int64{325, 326}},
		{candidates.Query{Split: 2, Type: "spouse", Limit: 1}, []int64{325}},
	} {
		cands, err := candidates.Load(t.Context(), s, test.query)
		must(t, err)
		var ids []int64
		for _, c := range cands {
			ids = append(ids, c.ID)
			if len(c.Args) != 2 || c.Args[0].Context.Text == "" {
				t.Errorf("%+v: candidate %d has no arguments", test.query, c.ID)
			}
		}
		equal(t, "ids", ids, test.want)
	}
}

func TestUnknownSplitsAndTypesListWhatExists(t *testing.T) {
	s := oracleDB(t)
	for _, q := range []candidates.Query{{Split: 7}, {Split: -1}, {Split: 0, Type: "tweet"}, {Split: 7, Type: "spouse", Limit: 3}} {
		_, err := candidates.Load(t.Context(), s, q)
		if !errors.Is(err, candidates.ErrNoSplit) {
			t.Errorf("%+v: error %v, want ErrNoSplit", q, err)
			continue
		}
		for _, says := range []string{s.Path(), "0 (238 spouse)", "1 (86 spouse)", "2 (67 spouse)", q.Type} {
			if !strings.Contains(err.Error(), says) {
				t.Errorf("%+v: message lacks %q: %v", q, says, err)
			}
		}
	}
	_, err := candidates.Load(t.Context(), create(t), candidates.Query{})
	if !errors.Is(err, candidates.ErrNoSplit) || !strings.Contains(err.Error(), "none") {
		t.Errorf("without candidates: error %v", err)
	}
}

func TestUnknownIDsAreNamed(t *testing.T) {
	s := oracleDB(t)
	_, err := candidates.Load(t.Context(), s, candidates.Query{IDs: []int64{1, 4711, 2}})
	if !errors.Is(err, candidates.ErrNoCandidate) || !strings.Contains(err.Error(), "4711") {
		t.Errorf("error %v, want ErrNoCandidate about 4711", err)
	}
	_, err = candidates.ByID(t.Context(), s, -1)
	if !errors.Is(err, candidates.ErrNoCandidate) || !strings.Contains(err.Error(), "-1") {
		t.Errorf("error %v, want ErrNoCandidate about -1", err)
	}
}

// Deleting a context takes the span and the subclass row with it, and leaves
// the candidate: an orphan.
func TestOrphansKeepTheirRowWithoutArguments(t *testing.T) {
	path := copyOracle(t, "DELETE FROM context WHERE id = (SELECT person1_id FROM spouse WHERE id = 240)")
	var orphans int
	scan(t, path, "SELECT count(*) FROM candidate WHERE split = 1 AND id NOT IN (SELECT id FROM spouse)", &orphans)
	if orphans == 0 {
		t.Fatal("the deletion left no orphan")
	}
	cands, err := candidates.Load(t.Context(), open(t, path), candidates.Query{Split: 1})
	must(t, err)
	if len(cands) != 86 {
		t.Errorf("%d candidates, want all 86", len(cands))
	}
	without := 0
	for _, c := range cands {
		switch {
		case len(c.Args) == 0:
			without++
		case c.Args[1].Context.Text == "" || c.Type != "spouse":
			t.Errorf("candidate %d lost something: %+v", c.ID, c)
		}
	}
	if without != orphans {
		t.Errorf("%d candidates without arguments, want %d", without, orphans)
	}
	c, err := candidates.ByID(t.Context(), open(t, path), 240)
	if err != nil || c.Args != nil || c.String() != "spouse()" {
		t.Errorf("the orphan by its id: %v, %v", c, err)
	}
}

func TestTwoTypesInOneSplitAreReadTogetherOrApart(t *testing.T) {
	path := copyOracle(t,
		`CREATE TABLE person (id INTEGER NOT NULL, who_id INTEGER, who_cid VARCHAR, PRIMARY KEY (id), UNIQUE (who_id),
			FOREIGN KEY(id) REFERENCES candidate (id) ON DELETE CASCADE, FOREIGN KEY(who_id) REFERENCES context (id) ON DELETE CASCADE)`,
		"INSERT INTO candidate (id, type, split) VALUES (1000, 'person', 1), (1001, 'ghost', 1)",
		"INSERT INTO person (id, who_id, who_cid) VALUES (1000, (SELECT person2_id FROM spouse WHERE id = 239), 'Q42')")
	s := open(t, path)
	cands, err := candidates.Load(t.Context(), s, candidates.Query{Split: 1})
	must(t, err)
	if len(cands) != 88 {
		t.Fatalf("%d candidates in split 1, want 86 of spouse, 1 of person and 1 of ghost", len(cands))
	}
	if c := cands[86]; c.Type != "person" || len(c.Args) != 1 || c.Args[0].Name != "who" || c.Args[0].CID != "Q42" || c.Args[0].Context.Text != "Olga Kovac" {
		t.Errorf("person: %+v", c)
	}
	if c := cands[87]; c.Type != "ghost" || c.Args != nil { // a type that has no table
		t.Errorf("ghost: %+v", c)
	}
	for typ, want := range map[string]int{"spouse": 86, "person": 1, "ghost": 1} {
		cands, err := candidates.Load(t.Context(), s, candidates.Query{Split: 1, Type: typ})
		if err != nil || len(cands) != want {
			t.Errorf("type %s: %d candidates, %v; want %d", typ, len(cands), err, want)
		}
	}
	err = candidates.NoSplit(t.Context(), s, 9, "")
	if !strings.Contains(err.Error(), "1 (1 ghost), 1 (1 person), 1 (86 spouse)") {
		t.Errorf("the list of splits lacks a type: %v", err)
	}
}

func TestLoadReadsOldFiles(t *testing.T) {
	for name, cids := range map[string][]string{"snorkel05.sql": {"17", "23"}, "snorkel06.sql": {"Q17", "Q23"}} {
		cands, err := candidates.Load(t.Context(), open(t, build(t, script(t, name))), candidates.Query{})
		must(t, err)
		if len(cands) != 2 || cands[0].String() != `spouse("Ann Lee", "Bo Berg")` || cands[1].String() != `spouse("Ann Lee", "Cy Dahl")` {
			t.Errorf("%s: %v", name, cands)
		}
		equal(t, name+" canonical ids", []string{cands[0].Args[0].CID, cands[0].Args[1].CID, cands[1].Args[1].CID}, []string{cids[0], "", cids[1]})
	}
}

func TestContextsOfEveryTypeSayWhatTheyAre(t *testing.T) {
	path := copyOracle(t,
		"CREATE TABLE raw_text (id INTEGER PRIMARY KEY, name VARCHAR, text VARCHAR)",
		"CREATE TABLE x (id INTEGER PRIMARY KEY, text)", // a contributed type with an awkward name
		"CREATE TABLE image (id INTEGER PRIMARY KEY, url)",
		"INSERT INTO context (id, type, stable_id) VALUES (9001, 'raw_text', 't1'), (9002, 'x', 'x1'), (9003, 'image', 'i1'), (9004, 'unheard', 'u1')",
		"INSERT INTO raw_text VALUES (9001, 't1', 'nice ☀ weather')",
		"INSERT INTO x VALUES (9002, 'text of x')",
		"CREATE TABLE any (id INTEGER PRIMARY KEY, it_id INTEGER, it_cid VARCHAR)",
		"INSERT INTO candidate (id, type, split) SELECT value, 'any', 5 FROM json_each('[2001,2002,2003,2004,2005,2006,2007,2008]')",
		`INSERT INTO any (id, it_id) VALUES (2001, 9001), (2002, 9002), (2003, 9003), (2004, 9004), (2005, 347), (2006, 71), (2007, NULL), (2008, 424242)`)
	cands, err := candidates.Load(t.Context(), open(t, path), candidates.Query{Split: 5})
	must(t, err)
	want := []candidates.Context{
		{ID: 9001, Type: "raw_text", StableID: "t1", Text: "nice ☀ weather", HasText: true},
		{ID: 9002, Type: "x", StableID: "x1", Text: "text of x", HasText: true},
		{ID: 9003, Type: "image", StableID: "i1"},
		{ID: 9004, Type: "unheard", StableID: "u1"},
		{ID: 347, Type: "sentence", StableID: "zz_unicode_probe::sentence:272:350", HasText: true,
			Text: "Nikos ΟΔΥΣΣΕΥΣ saw 👨\u200d👩\u200d👧 Eleni Papadaki, WIFE of Åsa Öberg, straße ﬁn STRASSE."},
		{ID: 71, Type: "document", StableID: "zz_unicode_probe::document:0:0"},
		{},
		{ID: 424242},
	}
	if len(cands) != len(want) {
		t.Fatalf("%d candidates, want %d", len(cands), len(want))
	}
	for i, c := range cands {
		if c.Args[0].Context != want[i] {
			t.Errorf("candidate %d: %+v, want %+v", c.ID, c.Args[0].Context, want[i])
		}
	}
}

func TestLoadingChangesNothing(t *testing.T) {
	path := copyOracle(t)
	before, err := os.ReadFile(path)
	must(t, err)
	s := open(t, path)
	for split := range 3 {
		_, err := candidates.Load(t.Context(), s, candidates.Query{Split: split})
		must(t, err)
	}
	must(t, s.Close())
	after, err := os.ReadFile(path)
	must(t, err)
	files, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	if string(before) != string(after) || len(files) != 1 {
		t.Errorf("reading changed the file or left one behind: %v", files)
	}
}
