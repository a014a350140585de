package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"workbench/annotations"
	"workbench/candidates"
)

// longestExport is how long an export may take.
const longestExport = 30 * time.Minute

// exportGold sends the gold labels of an annotator as export-gold writes them.
func (s *Site) exportGold(w http.ResponseWriter, r *http.Request) {
	opts, err := s.exportOptions(r)
	if err != nil {
		s.show(w, r, s.failed(err))
		return
	}
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(longestExport)) // where it cannot be set it is not needed
	var file *annotations.GoldWriter
	start := func() {
		if file == nil {
			w.Header().Set("Content-Type", "text/tab-separated-values; charset=utf-8")
			w.Header().Set("Content-Disposition", `attachment; filename="gold.tsv"`)
			file = annotations.NewGoldWriter(w, '\t', annotations.GoldColumns{Args: opts.Subclass.Args, Class: opts.Classes.Named()})
		}
	}
	_, err = annotations.ExportGold(r.Context(), s.Session, opts, func(row annotations.GoldRow) error {
		start()
		return file.Write(row)
	})
	switch {
	case err != nil && file == nil:
		s.show(w, r, s.failed(err))
	case err != nil:
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	default:
		start()
		file.Flush()
	}
}

// exportOptions reads what to export: annotator, type and split.
func (s *Site) exportOptions(r *http.Request) (o annotations.GoldExportOptions, err error) {
	q := r.URL.Query()
	o.Annotator = q.Get("annotator")
	if o.Annotator == "" {
		o.Annotator = s.Annotator
	}
	if typ := q.Get("type"); typ != "" {
		o.Subclass, err = candidates.Lookup(s.Session, typ)
	} else {
		o.Subclass, err = candidates.OnlySubclass(s.Session)
	}
	if _, several := errors.AsType[*candidates.SeveralSubclassesError](err); several || errors.Is(err, candidates.ErrNoSubclass) || errors.Is(err, candidates.ErrNoSubclasses) {
		return o, badRequest("%s; say type=", s.told(err))
	}
	if err != nil {
		return o, err
	}
	if text := q.Get("split"); text != "" {
		split, err := strconv.Atoi(text)
		if err != nil {
			return o, badRequest("split %q is no number", text)
		}
		o.Split = &split
	}
	classes, err := annotations.LoadClasses(r.Context(), s.Session, o.Subclass.Table)
	if classes.Named() {
		o.Classes = classes
	}
	return o, err
}

// exports are the links to what can be exported.
func (s *Site) exports(st *state) (links []link) {
	for _, name := range st.gold.annotators() {
		var types []string
		for _, g := range st.index.Groups() {
			if !slices.Contains(types, g.Type) {
				types = append(types, g.Type)
			}
		}
		for _, typ := range types {
			l := link{Name: name, URL: withQuery("/export/gold.tsv", map[string][]string{"annotator": {name}, "type": {typ}})}
			if len(types) > 1 {
				l.Name += ", " + typ
			}
			links = append(links, l)
		}
	}
	return links
}
