package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/cmd/workbench/web"
	"workbench/learning"
	"workbench/session"
)

// kindsDB has what databases may have besides binary relations in sentences: raw texts of
// three classes with names, three arguments that overlap, right-to-left and combining
// text, a long document, and a candidate whose arguments are gone.
func kindsDB(t *testing.T) string {
	t.Helper()
	path := copyDB(t)
	s, err := session.Open(t.Context(), path, session.Writable())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	mail, err := candidates.CandidateSubclass("Mail", []string{"body"})
	if err != nil {
		t.Fatal(err)
	}
	meeting, err := candidates.CandidateSubclass("Meeting", []string{"who", "whom", "where"})
	if err != nil {
		t.Fatal(err)
	}
	for _, class := range []*candidates.Subclass{mail, meeting} {
		if err := class.Create(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	err = candidates.Write(t.Context(), s, func(w *candidates.Writer) error {
		for _, text := range []string{"שלום עולם, this is mail", "cafe\u0301 is a\u0323\u0301 word", strings.Repeat("long ", 30000)} {
			id, err := w.RawText("mail "+text[:4], text)
			if err == nil {
				_, err = w.Candidate(mail, 7, id)
			}
			if err != nil {
				return err
			}
		}
		d, err := w.Document("meetings")
		if err != nil {
			return err
		}
		var args []int64
		sentence, err := w.Sentence(d, candidates.NewSentence{Text: "Ann Lee met Bob Lee", Words: []string{"Ann", "Lee", "met", "Bob", "Lee"}, CharOffsets: []int{0, 4, 8, 12, 16}})
		if err != nil {
			return err
		}
		for _, at := range [][2]int{{0, 6}, {4, 14}, {12, 18}} {
			id, err := w.Span(sentence, at[0], at[1])
			if err != nil {
				return err
			}
			args = append(args, id)
		}
		_, err = w.Candidate(meeting, 7, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := annotations.SaveClasses(t.Context(), s, &annotations.Classes{Type: "mail", Names: []string{"HAM", "SPAM", "NEWS"}}, false); err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), func(tx *session.Tx) error {
		_, err := tx.Exec("DELETE FROM spouse WHERE id = ?", 294)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// idsOf are the candidates of a split by type.
func idsOf(t *testing.T, path string, typ string) []int64 {
	t.Helper()
	s, err := session.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ids, err := annotations.CandidateIDs(t.Context(), s, annotations.Selection{Split: 7, Type: typ})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestKindsOfCandidates(t *testing.T) {
	path := kindsDB(t)
	x := serve(t, path, nil)
	mails, meetings := idsOf(t, path, "mail"), idsOf(t, path, "meeting")
	at := func(id int64) string { return "/candidates/" + figureless(id) }

	// Of more than two classes the keys are numbers and the buttons have names.
	page := x.get(at(mails[0]), http.StatusOK)
	contains(t, page, `data-key="1" aria-keyshortcuts="1" aria-pressed="false"><bdi>HAM</bdi>`, `data-key="3"`, "<bdi>NEWS</bdi>", `class="passage alone" dir="auto"`, "שלום עולם")
	lacks(t, page, `data-key="t"`)
	x.put(at(mails[0])+"/gold", `{"value":3,"was":0}`, http.StatusOK)
	wantGold(t, path, "ann", mails[0], 3)
	x.put(at(mails[0])+"/gold", `{"value":4,"was":3}`, http.StatusUnprocessableEntity)
	x.put(at(mails[0])+"/gold", `{"value":-1,"was":3}`, http.StatusUnprocessableEntity)
	contains(t, x.get("/candidates?type=mail&gold=3", http.StatusOK), `<span id="total">1</span>`, "NEWS</span>")
	contains(t, x.get(at(mails[1]), http.StatusOK), "cafe\u0301 is a\u0323\u0301 word")

	// A long document does not make a large page.
	if page := x.get(at(mails[2]), http.StatusOK); len(page) > 100_000 || !strings.Contains(page, " … ") {
		t.Errorf("the page of a long text has %d bytes", len(page))
	}
	if page := x.get("/candidates?split=7", http.StatusOK); len(page) > 100_000 {
		t.Errorf("the list has %d bytes", len(page))
	}

	// Arguments that overlap are marked where they are.
	contains(t, x.get(at(meetings[0]), http.StatusOK), `data-label="1" data-key="t"`, `<mark class="arg a0">Ann </mark>`, `(whom): </span></span><mark class="arg a1">Lee</mark><mark class="arg a1"> met </mark>`,
		`<mark class="arg a2">Bob</mark>`)

	// Of a candidate whose arguments are gone nobody could tell what was labelled.
	page = x.get("/candidates/294", http.StatusOK)
	contains(t, page, "has lost an argument")
	lacks(t, page, `data-key="t"`)
	x.put("/candidates/294/gold", `{"value":1,"was":0}`, http.StatusUnprocessableEntity)
}

func figureless(id int64) string { return count(int(id)) }

// Exports and the answers under /api have what the libraries and commands write.
func TestExportsAndAPI(t *testing.T) {
	path := kindsDB(t)
	x := serve(t, path, func(o *web.Options) {
		o.Records = web.Records{LFStats: func(stats []matrix.LFStat, withGold, binary bool, _ map[string]float64) any {
			return []any{len(stats), withGold, binary}
		}, Tests: func(tests []*learning.LFTest, k int) any { return []int{len(tests[0].TP), len(tests[0].FP), k} },
			Models: func(all []session.Model) (any, error) { return len(all), nil }}
	})
	s, err := session.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	class, err := candidates.Lookup(s, "spouse")
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	file := annotations.NewGoldWriter(&want, '\t', annotations.GoldColumns{Args: class.Args})
	one := 1
	if _, err := annotations.ExportGold(t.Context(), s, annotations.GoldExportOptions{Annotator: "gold", Subclass: class, Split: &one}, file.Write); err != nil {
		t.Fatal(err)
	}
	file.Flush()
	if got := x.get("/export/gold.tsv?annotator=gold&type=spouse&split=1", http.StatusOK); got != want.String() {
		t.Errorf("the export is\n%s\nwant\n%s", got, &want)
	}
	x.get("/export/gold.tsv?annotator=gold", http.StatusBadRequest) // several types
	x.get("/export/gold.tsv?annotator=nobody&type=spouse", http.StatusNotFound)
	x.get("/export/gold.tsv?annotator=gold&type=nosuch", http.StatusBadRequest)

	cand, err := candidates.ByID(t.Context(), s, 241)
	if err != nil {
		t.Fatal(err)
	}
	said, err := annotations.OfCandidate(t.Context(), s, 241)
	if err != nil {
		t.Fatal(err)
	}
	same := func(path string, v any) {
		t.Helper()
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var got, want any
		if err := json.Unmarshal([]byte(x.get(path, http.StatusOK)), &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		if !bytes.Equal(a, b) {
			t.Errorf("%s is %s, want %s", path, a, b)
		}
	}
	same("/api/candidates/241", said.Describe(&cand))
	same("/api/candidates?split=1&after=240", outlines(t, s, 241, 265))
	o, err := s.Overview(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o.Path = "snorkel.db"
	same("/api/info", o)
	same("/api/lfs?split=1", []any{9, true, true})
	same("/api/lfs/LF_husband_wife?split=1", []int{16, 4, 2})
	same("/api/models", 0)
	same("/api/recent", []any{})
	for _, path := range []string{"/api/candidates/99999", "/api/lfs/nosuch", "/api/models/nosuch"} {
		contains(t, x.get(path, http.StatusNotFound), `{"error":"`)
		lacks(t, x.get(path, http.StatusNotFound), filepathOf(x))
	}
}

func outlines(t *testing.T, s *session.Session, from, to int64) (list []candidates.Outline) {
	t.Helper()
	all, err := candidates.Load(t.Context(), s, candidates.Query{Split: 1})
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		if all[i].ID >= from && all[i].ID <= to {
			list = append(list, all[i].Outline())
		}
	}
	return list
}
