package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"workbench/annotations"
	"workbench/annotations/lfs"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/learning"
	"workbench/session"
)

// LFFile is the file of labeling functions that can be edited.
type LFFile struct {
	Name  string
	Draft *lfs.Draft // the file as it was at first: an edited one names no other files and programs
	Read  func() (text string, err error)
	Write func(text string) error
}

// longestText is how long a file may be that is edited.
const longestText = 1 << 20

// longestRun is how long labeling functions may run for a page.
const longestRun = 30 * time.Minute

// editor is the page on which labeling functions are edited, "" if there is none.
func (s *Site) editor() string {
	if s.LFs == nil || s.ReadOnly {
		return ""
	}
	return "/edit"
}

// editView is the page on which labeling functions are edited.
type editView struct {
	Name     string
	Scope    scopeView
	Text     string
	Seen     string // which text of the file this was made of
	Error    string
	Few      bool // only candidates with a gold label were labelled
	Tested   bool
	Binary   bool
	WithGold bool
	Tests    []testView
	Changed  int
	Applied  string
}

// testView is a labeling function of the edited file beside what is stored of it.
type testView struct {
	*learning.LFTest
	Stored  bool
	Was     *learning.LFTest // nil if nothing is stored
	Changed int              // candidates of which it says something else now
	Wrong   []itemView       // some of its mistakes
}

func (v testView) Right() int    { return len(v.TP) + len(v.TN) + len(v.Correct) }
func (v testView) Mistakes() int { return len(v.FP) + len(v.FN) + len(v.Incorrect) }

// hashOf tells texts apart.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

func (s *Site) edit(r *http.Request) (*page, error) {
	st, sc, err := s.scoped(r.Context(), r.URL.Query())
	if err != nil {
		return nil, err
	}
	text, err := s.LFs.Read()
	if err != nil {
		return nil, err
	}
	return s.editPage(&editView{Name: s.LFs.Name, Scope: s.scopeView(st, sc, "/edit"), Text: text, Seen: hashOf(text)}), nil
}

func (s *Site) editPage(v *editView) *page {
	return &page{Title: "Edit " + s.LFs.Name, Body: "edit", Data: v, URL: withQuery("/edit", v.Scope.scope.Values())}
}

// edited tests an edited text, or applies it.
func (s *Site) edited(w http.ResponseWriter, r *http.Request) {
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(longestRun)) // where it cannot be set it is not needed
	p, err := s.runEdited(r)
	if err != nil {
		p = s.failed(err)
	}
	s.show(w, r, p)
}

func (s *Site) runEdited(r *http.Request) (*page, error) {
	if err := r.ParseForm(); err != nil {
		return nil, &httpError{http.StatusRequestEntityTooLarge, fmt.Sprintf("The text is longer than %d KiB, or the form cannot be read.", longestText>>10)}
	}
	st, sc, err := s.scoped(r.Context(), r.PostForm)
	if err != nil {
		return nil, err
	}
	v := &editView{Name: s.LFs.Name, Scope: s.scopeView(st, sc, "/edit"), Seen: r.PostForm.Get("seen"),
		Text: strings.ReplaceAll(r.PostForm.Get("text"), "\r\n", "\n")}
	p := s.editPage(v)
	run := s.test
	if r.PostForm.Get("do") == "apply" {
		run = s.apply
	}
	if err := run(r.Context(), st, sc, v); err != nil {
		if r.Context().Err() != nil {
			return nil, err
		}
		v.Error, p.Status = s.told(err), statusOf(err)
		if p.Status == http.StatusInternalServerError { // it is the text that is wrong
			p.Status = http.StatusUnprocessableEntity
		}
		if errors.Is(err, session.ErrLocked) { // the page must not load again: it has the text
			v.Error, p.Status = "Another program has locked the database. Try again in a moment.", http.StatusConflict
		}
	}
	return p, nil
}

// annotator reads an edited text.
func (s *Site) annotator(ctx context.Context, text string) (a annotations.LabelAnnotator, err error) {
	draft, err := s.LFs.Draft.Edited(s.LFs.Name, strings.NewReader(text))
	if err != nil {
		return a, err
	}
	typ := ""
	if class := draft.Subclass(); class != nil {
		typ = class.Table
	} else if all := candidates.Subclasses(s.Session); len(all) == 1 {
		typ = all[0].Table
	}
	var classes *annotations.Classes
	if typ != "" {
		if classes, err = annotations.LoadClasses(ctx, s.Session, typ); err != nil {
			return a, err
		}
	}
	if own := draft.Classes(typ); own != nil {
		if err := own.Check(ctx, s.Session); err != nil {
			return a, err
		}
		if classes == nil {
			classes = own
		}
	}
	file, err := draft.File(classes)
	if err != nil {
		return a, err
	}
	return annotations.LabelAnnotator{LFs: file.LFs, Subclass: file.Subclass, Classes: classes}, nil
}

// selection is what an edited file labels: a split. few asks for the candidates with a
// gold label only.
func (s *Site) selection(st *state, sc scope, few bool) (annotations.ApplyOptions, error) {
	o := annotations.ApplyOptions{Selection: annotations.Selection{Type: sc.Type, KeyGroup: s.KeyGroup}}
	if sc.Split == nil {
		return o, badRequest("Labeling functions are applied to one split.")
	}
	o.Split = *sc.Split
	if few {
		o.CandidateIDs = []int64{}
		for row, label := range st.gold.of(sc.Judge) {
			if g := st.index.Group(row); label != 0 && g.Split == *sc.Split && (sc.Type == "" || g.Type == sc.Type) {
				o.CandidateIDs = append(o.CandidateIDs, st.index.IDs[row])
			}
		}
	}
	return o, nil
}

// test runs the labeling functions and stores nothing.
func (s *Site) test(ctx context.Context, st *state, sc scope, v *editView) error {
	a, err := s.annotator(ctx, v.Text)
	if err != nil {
		return err
	}
	v.WithGold = st.gold.count(sc.Judge) > 0
	v.Few = v.WithGold && sc.Split != nil && st.inSplit(*sc.Split) > mostCompared
	o, err := s.selection(st, sc, v.Few)
	if err != nil {
		return err
	}
	L, err := a.Labels(ctx, s.Session, o)
	if err != nil {
		return err
	}
	k := st.cardinality(sc).k
	v.Tested, v.Binary = true, k == 2
	labels := st.gold.of(sc.Judge)
	gold, rows := make([]int16, L.Rows()), make([]int, L.Rows())
	for i, id := range L.Candidates() {
		rows[i] = -1
		if row, ok := st.index.Row(id); ok {
			gold[i], rows[i] = labels[row], row
		}
	}
	for j := range L.Cols() {
		one, err := s.testOne(ctx, st, L, j, gold, rows, k)
		if err != nil {
			return err
		}
		v.Tests = append(v.Tests, one)
		v.Changed += one.Changed
	}
	return nil
}

// testOne compares an edited labeling function with gold labels and with what is stored.
func (s *Site) testOne(ctx context.Context, st *state, L *matrix.LabelMatrix, j int, gold []int16, rows []int, k int) (testView, error) {
	one := testView{LFTest: learning.TestLF(L, j, gold, k)}
	if column, err := lfColumn(st, L.Keys()[j].Name); err == nil {
		var entries []matrix.Entry[int16]
		for i, row := range rows {
			v := int16(0)
			if row >= 0 {
				v = st.index.Votes.At(int(st.index.Votes.Of[row]), column)
			}
			if v != L.At(i, j) {
				one.Changed++
			}
			if v != 0 {
				entries = append(entries, matrix.Entry[int16]{Row: i, Value: v})
			}
		}
		stored, err := matrix.New(L.Candidates(), L.Keys()[j:j+1], entries)
		if err != nil {
			return one, err
		}
		one.Stored, one.Was = true, learning.TestLF(stored, 0, gold, k)
	} else {
		one.Changed = L.Rows() - len(one.Abstained)
	}
	var wrong []int64
	for _, bucket := range [][]int{one.FP, one.FN, one.Incorrect} {
		for _, i := range bucket {
			if len(wrong) < fewItems {
				wrong = append(wrong, L.Candidates()[i])
			}
		}
	}
	var err error
	one.Wrong, err = s.items(ctx, st, listing{}, wrong)
	return one, err
}

// apply stores the labels of an edited text, and the text.
func (s *Site) apply(ctx context.Context, st *state, sc scope, v *editView) error {
	s.editing.Lock()
	defer s.editing.Unlock()
	now, err := s.LFs.Read()
	if err != nil {
		return err
	}
	if hashOf(now) != v.Seen {
		return &httpError{http.StatusConflict, "The file has changed since this page was opened. Nothing was stored: open the page again, and bring your changes in."}
	}
	a, err := s.annotator(ctx, v.Text)
	if err != nil {
		return err
	}
	o, err := s.selection(st, sc, false)
	if err != nil {
		return err
	}
	o.SplitOnly = true
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // who goes away does not end it
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	done, err := a.Apply(ctx, s.Session, o)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.stale = true // what the session writes itself is not noticed
	s.mu.Unlock()
	if err := s.LFs.Write(v.Text); err != nil {
		return fmt.Errorf("the labels are stored, but the file could not be written; keep the text: %w", err)
	}
	v.Seen = hashOf(v.Text)
	v.Applied = fmt.Sprintf("Stored: %s labels by %d labeling functions on %s candidates of split %d. The file is written.",
		count(done.Matrix.NNZ()), done.Matrix.Cols(), count(done.Matrix.Rows()), o.Split)
	return nil
}
