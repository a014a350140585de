package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/lfs"
	"workbench/cmd/workbench/web"
	"workbench/learning"
	"workbench/session"
)

// The table of labeling functions has the figures of lf-stats, in the order that is asked
// for.
func TestLabelingFunctions(t *testing.T) {
	x := serve(t, copyDB(t), nil)
	page := x.get("/lfs?split=1", http.StatusOK)
	contains(t, page, `<a href="/lfs/LF_husband_wife?split=1"><bdi>LF_<wbr>husband_<wbr>wife</bdi></a>`)
	contains(t, whole(page), "LF_husband_wife</bdi></a></th><td>25.6\u202f%</td><td>25.6\u202f%</td><td>0.0\u202f%</td><td>16</td><td>4</td><td>0</td><td>0</td><td>0.800</td>",
		`src="/charts/agreement.svg?split=1"`, "workbench --db <bdi>snorkel.db</bdi> lf-stats --split 1 --gold gold")
	name := regexp.MustCompile(`<bdi>(LF_[a-z_]*)</bdi></a></th>`)
	order := func(page string) (names []string) {
		for _, match := range name.FindAllStringSubmatch(whole(page), -1) {
			names = append(names, match[1])
		}
		return names
	}
	sorted := x.get("/lfs?split=1&sort=-coverage", http.StatusOK)
	if names := order(sorted); names[0] != "LF_husband_wife_left_window" || names[1] != "LF_distant_supervision_last_names" {
		t.Errorf("by coverage: %v", names)
	}
	contains(t, sorted, `aria-sort="descending"`, "sort=coverage")
	if names := order(x.get("/lfs?split=1&sort=name", http.StatusOK)); names[0] != "LF_and_married" {
		t.Errorf("by name: %v", names)
	}
	contains(t, x.get("/charts/agreement.svg?split=1", http.StatusOK), "<svg", "LF_husband_wife")
	x.get("/lfs?split=x", http.StatusBadRequest)

	// The page of one has its mistakes, and what it nearly covers.
	page = x.get("/lfs/LF_distant_supervision_last_names?split=1", http.StatusOK)
	contains(t, page, "False positives", ">6</a>", "bucket=fp", "test-lf --lf LF_distant_supervision_last_names --split 1 --gold gold", "near=LF_distant_supervision_last_names")
	x.get("/lfs/nosuch", http.StatusNotFound)
}

// The pages of a model and of the annotators have what the libraries compute.
func TestModelsAndAnnotators(t *testing.T) {
	path := copyDB(t)
	s, err := session.Open(t.Context(), path, session.Writable())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	L, err := (annotations.LabelAnnotator{}).LoadMatrix(t.Context(), s, annotations.Selection{Split: 0})
	if err != nil {
		t.Fatal(err)
	}
	g := learning.NewGenerativeModel(learning.ModelOptions{LFPropensity: true})
	if err := g.Train(t.Context(), L, learning.DefaultTrainOptions()); err != nil {
		t.Fatal(err)
	}
	var document strings.Builder
	if _, err := g.WriteTo(&document); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveModel(t.Context(), session.Model{Name: "best", Kind: session.KindModel, Document: document.String()}, false); err != nil {
		t.Fatal(err)
	}
	x := serve(t, path, func(o *web.Options) { o.Model, o.ModelName = g, "best" })
	contains(t, x.get("/models", http.StatusOK), "best", "generative model")
	page := x.get("/models/best?split=1", http.StatusOK)
	contains(t, whole(page), "Propensity weight", "majority vote", "Dawid–Skene", "LF_husband_wife", `src="/charts/reliability.svg?model=best&amp;split=1"`, "model=best")
	contains(t, x.get("/charts/reliability.svg?model=best&split=1", http.StatusOK), "<svg", "calibration error")
	x.get("/models/nosuch", http.StatusNotFound)
	x.get("/charts/reliability.svg?model=nosuch", http.StatusNotFound)

	// Buckets of a model have the candidates that error analysis puts there.
	M, err := (annotations.LabelAnnotator{}).LoadMatrix(t.Context(), s, annotations.Selection{Split: 1})
	if err != nil {
		t.Fatal(err)
	}
	goldMatrix, err := annotations.LoadGoldLabels(t.Context(), s, "gold", annotations.Selection{Split: 1})
	if err != nil {
		t.Fatal(err)
	}
	p, err := g.Marginals(M)
	if err != nil {
		t.Fatal(err)
	}
	gold := make([]int16, M.Rows())
	for i, id := range M.Candidates() {
		if row, ok := goldMatrix.RowOf(id); ok {
			gold[i] = goldMatrix.At(row, 0)
		}
	}
	o := learning.DefaultScoreOptions()
	o.DropUnlabelled = true
	a, err := learning.ErrorAnalysis(p, gold, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, bucket := range a.Buckets() {
		rows, _ := a.Bucket(bucket)
		contains(t, x.get("/candidates?split=1&bucket="+string(bucket), http.StatusOK), `<span id="total">`+count(len(rows))+`</span>`)
		contains(t, x.get("/candidates?split=1&model=best&bucket="+string(bucket), http.StatusOK), `<span id="total">`+count(len(rows))+`</span>`)
	}
	contains(t, x.get("/candidates?order=uncertainty", http.StatusOK), `<span class="p">`)

	annotators, err := annotations.LoadAnnotators(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	kappa := learning.CohenKappas(annotators)[0]
	page = x.get("/agreement", http.StatusOK)
	contains(t, page, figure(learning.KrippendorffAlpha(annotators)), "<td>"+figure(kappa.Kappa)+"</td>", "<td>"+count(kappa.Both)+"</td>")
}

// An edited file is tested without storing anything, and applied as apply does it.
func TestEditedLabelingFunctions(t *testing.T) {
	path := copyDB(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "lfs.yaml")
	const text = "candidate: Spouse(person1, person2)\nsets:\n  words: {file: words.txt}\nlfs:\n" +
		"  - {name: LF_husband_wife, label: 1, terms: words, in: between}\n"
	for name, content := range map[string]string{"lfs.yaml": text, "words.txt": "husband\nwife\n", "secret.txt": "secret\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	draft, err := lfs.ParseDraft("lfs.yaml", strings.NewReader(text), dir)
	if err != nil {
		t.Fatal(err)
	}
	x := serve(t, path, func(o *web.Options) {
		o.LFs = &web.LFFile{Name: "lfs.yaml", Draft: draft,
			Read:  func() (string, error) { text, err := os.ReadFile(file); return string(text), err },
			Write: func(text string) error { return os.WriteFile(file, []byte(text), 0o644) }}
	})
	page := x.get("/edit?split=1", http.StatusOK)
	contains(t, page, "terms: words", `id="test"`)
	seen := regexp.MustCompile(`name="seen" value="([^"]*)"`).FindStringSubmatch(page)[1]
	send := func(text, do, seen string, status int) string {
		form := url.Values{"text": {strings.ReplaceAll(text, "\n", "\r\n")}, "do": {do}, "seen": {seen}, "split": {"1"}, "by": {"gold"}}
		return x.do(http.MethodPost, "/edit", form.Encode(), status, "Content-Type", "application/x-www-form-urlencoded")
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.Replace(text, "in: between}", "in: sentence}\n  - {name: LF_new, label: -1, regex: 'a', in: sentence}", 1)
	page = send(edited, "test", seen, http.StatusOK)
	contains(t, whole(page), `id="tested"`, "<bdi>LF_husband_wife</bdi>", "<bdi>LF_new</bdi>", "<td>new</td>")
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Error("testing has changed the database")
	}

	// What is wrong is said, and the text stays; so do other files and programs.
	for bad, says := range map[string]string{
		"lfs: [":  "lfs.yaml",
		"lfs: []": "must be a list of labeling functions",
		strings.Replace(text, "words.txt", "secret.txt", 1):                         "files and programs can only be those",
		strings.Replace(text, "words.txt", "../"+filepath.Base(dir)+"/missing", 1):  "files and programs can only be those",
		text + "  - {program: [sh, -c, 'touch pwned'], lfs: [LF_x]}\n":              "files and programs can only be those",
		text + "  - {name: Q, query: \"ATTACH 'other.db' AS o\"}\n":                 "only queries that read are allowed",
		text + "  - {name: Q, query: 'SELECT 241 AS candidate_id, 99999 AS value'}": "LF",
	} {
		page := send(bad, "test", seen, http.StatusUnprocessableEntity)
		contains(t, page, says)
		lacks(t, page, dir)
	}
	if _, err := os.Stat(filepath.Join(dir, "pwned")); err == nil {
		t.Error("a program was run")
	}

	// It is applied to the split, and to nothing else.
	send(edited, "apply", "other", http.StatusConflict)
	page = send(edited, "apply", seen, http.StatusOK)
	contains(t, page, "Stored: ")
	if now, err := os.ReadFile(file); err != nil || string(now) != edited {
		t.Errorf("the file is %s", now)
	}
	contains(t, whole(x.get("/lfs?split=1", http.StatusOK)), "LF_new")
	s, err := session.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	L, err := (annotations.LabelAnnotator{}).LoadMatrix(t.Context(), s, annotations.Selection{AllSplits: true, KeyNames: []string{"LF_new", "LF_husband_wife"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range L.Entries() {
		if id := L.Candidates()[e.Row]; L.Keys()[e.Col].Name == "LF_new" && (id < 239 || id > 324) {
			t.Fatalf("candidate %d of another split is labelled", id)
		}
	}
	send(text, "apply", seen, http.StatusConflict) // the file is another one now
}

// Without a file there is no page to edit one, nor where nothing may be written.
func TestNoEditor(t *testing.T) {
	x := serve(t, copyDB(t), nil)
	x.get("/edit", http.StatusNotFound)
	x.do(http.MethodPost, "/edit", "", http.StatusNotFound)
	lacks(t, x.get("/lfs", http.StatusOK), "/edit")
	y := serve(t, copyDB(t), func(o *web.Options) { o.ReadOnly, o.LFs = true, &web.LFFile{} })
	y.get("/edit", http.StatusNotFound)
	y.do(http.MethodPost, "/edit", "", http.StatusNotFound)
}
