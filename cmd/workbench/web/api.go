package web

import (
	"net/http"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/learning"
	"workbench/session"
)

// Records writes results as the commands do with --format json.
type Records struct {
	LFStats func(stats []matrix.LFStat, withGold, binary bool, learned map[string]float64) any
	Tests   func(tests []*learning.LFTest, cardinality int) any
	Models  func(models []session.Model) (any, error)
}

// api serves what a page says as JSON.
func (s *Site) api(read func(r *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := read(r)
		if err != nil {
			status := statusOf(err)
			if status == http.StatusInternalServerError {
				s.Report(err)
			}
			writeJSON(w, status, map[string]string{"error": s.told(err)})
			return
		}
		writeJSON(w, http.StatusOK, v)
	}
}

func (s *Site) apiInfo(r *http.Request) (any, error) {
	o, err := s.Session.Overview(r.Context())
	if err != nil {
		return nil, err
	}
	o.Path = s.name
	return o, nil
}

func (s *Site) apiCandidates(r *http.Request) (any, error) {
	ctx := r.Context()
	l, err := listingOf(r)
	if err != nil {
		return nil, err
	}
	after, before, err := placeOf(r)
	if err != nil {
		return nil, err
	}
	_, list, err := s.selected(ctx, l)
	if err != nil {
		return nil, err
	}
	ids, _ := list.After(after, itemsOfPage)
	if before != nil {
		ids, _ = list.Before(*before, itemsOfPage)
	}
	outlines := []candidates.Outline{}
	if len(ids) == 0 {
		return outlines, nil
	}
	cands, err := s.those(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		for i := range cands {
			if cands[i].ID == id {
				outlines = append(outlines, cands[i].Outline())
			}
		}
	}
	return outlines, nil
}

func (s *Site) apiCandidate(r *http.Request) (any, error) {
	id, err := candidateID(r)
	if err != nil {
		return nil, err
	}
	x, err := candidates.ByID(r.Context(), s.Session, id)
	if err != nil {
		return nil, err
	}
	said, err := annotations.OfCandidate(r.Context(), s.Session, id)
	if err != nil {
		return nil, err
	}
	return said.Describe(&x), nil
}

func (s *Site) apiLFs(r *http.Request) (any, error) {
	st, sc, err := s.scoped(r.Context(), r.URL.Query())
	if err != nil {
		return nil, err
	}
	k := st.cardinality(sc).k
	var learned map[string]float64
	if s.Model != nil {
		learned = make(map[string]float64)
		for _, key := range st.index.Keys() {
			learned[key.Name] = s.learned(key.Name)
		}
	}
	return s.Records.LFStats(st.lfStats(sc, k), st.gold.count(sc.Judge) > 0, k == 2, learned), nil
}

// apiLF is what test-lf says of a stored labeling function.
func (s *Site) apiLF(r *http.Request) (any, error) {
	st, sc, err := s.scoped(r.Context(), r.URL.Query())
	if err != nil {
		return nil, err
	}
	name := r.PathValue("name")
	if _, err := lfColumn(st, name); err != nil {
		return nil, err
	}
	L, gold, err := st.matrixOf(sc, []string{name})
	if err != nil {
		return nil, err
	}
	k := st.cardinality(sc).k
	return s.Records.Tests([]*learning.LFTest{learning.TestLF(L, 0, gold, k)}, k), nil
}

// apiAgreement has null where a figure is not defined.
func (s *Site) apiAgreement(r *http.Request) (any, error) {
	all, err := annotations.LoadAnnotators(r.Context(), s.Session)
	if err != nil {
		return nil, err
	}
	type pair struct {
		Annotator1 string   `json:"annotator1"`
		Annotator2 string   `json:"annotator2"`
		Both       int      `json:"both"`
		Agreement  *float64 `json:"agreement"`
		Kappa      *float64 `json:"kappa"`
	}
	pairs := []pair{}
	for _, one := range learning.CohenKappas(all) {
		pairs = append(pairs, pair{one.NameJ, one.NameK, one.Both, number(one.Agreement), number(one.Kappa)})
	}
	return map[string]any{"alpha": number(learning.KrippendorffAlpha(all)), "pairs": pairs, "disputed": append([]int64{}, matrix.Disputed(all)...)}, nil
}

// number is null in JSON if it is none.
func number(x float64) *float64 {
	if x != x {
		return nil
	}
	return &x
}

func (s *Site) apiModels(r *http.Request) (any, error) {
	all, err := s.Session.Models(r.Context())
	if err != nil {
		return nil, err
	}
	return s.Records.Models(all)
}

// apiModel is the model's document.
func (s *Site) apiModel(w http.ResponseWriter, r *http.Request) {
	m, err := s.Session.Model(r.Context(), r.PathValue("name"))
	if err != nil {
		writeJSON(w, statusOf(err), map[string]string{"error": s.told(err)})
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write([]byte(m.Document))
}

func (s *Site) apiRecent(*http.Request) (any, error) {
	type one struct {
		Candidate int64  `json:"candidate"`
		Before    int16  `json:"before"`
		After     int16  `json:"after"`
		Time      string `json:"time"`
	}
	list := []one{}
	for _, d := range s.history.recent(mostDecisions) {
		list = append(list, one{d.Candidate, d.Before, d.After, d.Time.UTC().Format("2006-01-02T15:04:05Z")})
	}
	return list, nil
}
