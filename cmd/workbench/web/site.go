package web

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"sync"
	"time"

	"workbench/learning"
	"workbench/session"
)

// Options say what a site shows.
type Options struct {
	// Session is the database, opened with [session.Watch]; for labelling it is
	// [session.Writable].
	Session   *session.Session
	ReadOnly  bool   // there is no route that writes
	Annotator string // whose gold labels are given; "" only if ReadOnly
	KeyGroup  int    // of the labeling functions

	// Cardinality is the number of classes; 0 is what the database shows.
	Cardinality int
	// Model is what is believed of candidates; nil is the stored marginals, if there
	// are some.
	Model     learning.Model
	ModelName string

	// Patience is how long it may take to read everything anew before a page is shown;
	// if it takes longer it is done behind the pages. 0 is 0.1 s.
	Patience time.Duration
	// LFs is the file of labeling functions that can be edited; nil is none.
	LFs *LFFile
	// Records write results as JSON.
	Records Records

	// Report is told of failures that are no visitor's fault.
	Report func(err error)
}

// Site is the pages on one database. It is safe for concurrent use.
type Site struct {
	Options
	pages  *template.Template
	name   string // of the database, for people
	ctx    context.Context
	close  context.CancelFunc
	behind sync.WaitGroup // what works behind the pages

	storing sync.Mutex // one decision after the other
	editing sync.Mutex // one edited file after the other
	history history

	mu      sync.Mutex
	now     *state // nil before the first request
	loading bool   // a newer state
	stale   bool   // the database has changed since now was read
	oldGold bool   // the gold labels have
}

//go:embed assets pages
var files embed.FS

// assets are the stylesheet, the script and the icon, by their names.
func assets() fs.FS { return onlyFiles{files} }

// onlyFiles hides templates, and directories with their lists.
type onlyFiles struct{ embed.FS }

func (f onlyFiles) Open(name string) (fs.File, error) {
	if path.Dir(name) != "assets" {
		return nil, fs.ErrNotExist
	}
	return f.FS.Open(name)
}

// New makes a site. It reads nothing yet.
func New(o Options) (*Site, error) {
	if o.Annotator == "" && !o.ReadOnly {
		return nil, errors.New("gold labels need an annotator")
	}
	s := &Site{Options: o, name: path.Base(o.Session.Path())}
	if s.Report == nil {
		s.Report = func(error) {}
	}
	const patience = 100 * time.Millisecond
	s.Patience = cmp.Or(s.Patience, patience)
	s.ctx, s.close = context.WithCancel(context.Background())
	var err error
	s.pages, err = template.New("").Funcs(functions()).ParseFS(files, "pages/*.html")
	return s, err
}

// Prepare reads the database behind the pages, so that the first visitor does not wait.
func (s *Site) Prepare() {
	s.behind.Go(func() { s.state(s.ctx) }) // who visits is told of a failure
}

// Stop ends what the site does behind its pages, and what takes long. A decision that is
// being stored is stored.
func (s *Site) Stop() { s.close() }

// Close stops the site and waits until nothing is being stored.
func (s *Site) Close() {
	s.close()
	s.behind.Wait()
	s.editing.Lock()
	defer s.editing.Unlock()
	s.storing.Lock()
	defer s.storing.Unlock()
}

// Handler is all pages.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", s.page(func(r *http.Request) (*page, error) { return nil, notFound("There is no page %s.", r.URL.Path) }))
	mux.HandleFunc("GET /{$}", s.page(s.home))
	mux.HandleFunc("GET /candidates", s.page(s.list))
	mux.HandleFunc("GET /candidates/{id}", s.page(s.candidate))
	mux.HandleFunc("GET /lfs", s.page(s.lfs))
	mux.HandleFunc("GET /lfs/{name}", s.page(s.lf))
	mux.HandleFunc("GET /agreement", s.page(s.agreement))
	mux.HandleFunc("GET /models", s.page(s.models))
	mux.HandleFunc("GET /models/{name}", s.page(s.model))
	mux.HandleFunc("GET /charts/agreement.svg", s.chart(s.agreementChart))
	mux.HandleFunc("GET /charts/reliability.svg", s.chart(s.reliabilityChart))
	mux.HandleFunc("GET /export/gold.tsv", s.exportGold)
	mux.HandleFunc("GET /api/info", s.api(s.apiInfo))
	mux.HandleFunc("GET /api/candidates", s.api(s.apiCandidates))
	mux.HandleFunc("GET /api/candidates/{id}", s.api(s.apiCandidate))
	mux.HandleFunc("GET /api/lfs", s.api(s.apiLFs))
	mux.HandleFunc("GET /api/lfs/{name}", s.api(s.apiLF))
	mux.HandleFunc("GET /api/agreement", s.api(s.apiAgreement))
	mux.HandleFunc("GET /api/models", s.api(s.apiModels))
	mux.HandleFunc("GET /api/models/{name}", s.apiModel)
	mux.Handle("GET /assets/", http.FileServerFS(assets()))
	mux.HandleFunc("GET /charts/histogram.svg", s.chart(s.histogramChart))
	if !s.ReadOnly {
		mux.HandleFunc("GET /recent", s.page(s.recent))
		mux.HandleFunc("GET /api/recent", s.api(s.apiRecent))
		mux.HandleFunc("PUT /candidates/{id}/gold", s.put)
		mux.HandleFunc("POST /candidates/{id}/gold", s.post(s.posted))
		mux.HandleFunc("PUT /candidates/{id}/note", s.putNote)
		mux.HandleFunc("POST /candidates/{id}/note", s.post(s.postedNote))
		mux.HandleFunc("POST /undo", s.undo)
	}
	const longestBody = 1 << 16
	all := http.NewServeMux()
	all.Handle("/", http.MaxBytesHandler(mux, longestBody))
	if s.editor() != "" {
		const escapes = 3 // a character may be three in a form
		all.HandleFunc("GET /edit", s.page(s.edit))
		all.Handle("POST /edit", http.MaxBytesHandler(http.HandlerFunc(s.edited), escapes*longestText))
	}
	return all
}
