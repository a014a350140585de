package web

import (
	"bytes"
	"net/http"

	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/learning/chart"
)

// chart serves a picture.
func (s *Site) chart(draw func(r *http.Request, st *state, sc scope) (*chart.Picture, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		err := func() error {
			st, sc, err := s.scoped(r.Context(), r.URL.Query())
			if err != nil {
				return err
			}
			picture, err := draw(r, st, sc)
			if err != nil {
				return err
			}
			return picture.Write(&b, chart.SVG)
		}()
		if err != nil {
			s.show(w, r, s.failed(err))
			return
		}
		// A picture that is opened by itself may have its own styles, and nothing else.
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox")
		w.Header().Set("Content-Type", "image/svg+xml")
		w.Write(b.Bytes())
	}
}

func (s *Site) agreementChart(_ *http.Request, st *state, sc scope) (*chart.Picture, error) {
	if n := st.index.Votes.Cols(); n < 2 || n > mostOfHeatMap {
		return nil, notFound("A heat map has from 2 to %d labeling functions.", mostOfHeatMap)
	}
	title := "Labeling functions of all splits"
	if sc.Split != nil {
		title = "Labeling functions of split " + sc.split()
	}
	return chart.AgreementOf(st.index.Keys(), st.pairsOf(sc.key()), chart.AgreementOptions{Title: title})
}

func (s *Site) reliabilityChart(r *http.Request, st *state, sc scope) (*chart.Picture, error) {
	name := r.URL.Query().Get("model")
	model, _, err := s.storedModel(r.Context(), name)
	if err != nil {
		return nil, err
	}
	if model == nil || st.gold.count(sc.Judge) == 0 {
		return nil, notFound("There are no probabilities to compare with gold labels.")
	}
	done, err := s.compare(r.Context(), st, sc, name, model)
	if err != nil {
		return nil, err
	}
	own := done.List[len(done.List)-1]
	return chart.Reliability([]learning.Compared{own}, chart.ReliabilityOptions{Title: "Split " + sc.split()})
}

// histogramChart draws what a model believes, or the stored marginals.
func (s *Site) histogramChart(r *http.Request, st *state, _ scope) (*chart.Picture, error) {
	belief, err := s.believe(r.Context(), st, r.URL.Query().Get("model"))
	if err != nil {
		return nil, err
	}
	if belief == nil {
		return nil, notFound("There is no model, and no marginals are stored.")
	}
	v := histogramOf(belief)
	counts := make([]int, len(v.Bars))
	for i, b := range v.Bars {
		counts[i] = b.Count
	}
	return chart.Histogram(&matrix.Histogram{Bins: bins, Counts: [][]int{counts}}, chart.HistogramOptions{Title: s.name, Axis: v.What})
}
