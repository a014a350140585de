package web

import (
	"net/http"

	"workbench/annotations"
	"workbench/learning"
)

// agreementView is how far annotators agree.
type agreementView struct {
	Alpha      float64
	Candidates int // with at least one label
	Several    int // with at least two
	Pairs      []learning.Kappa
	Disputed   bucketView
	Annotators []annotatorView
}

func (s *Site) agreement(r *http.Request) (*page, error) {
	ctx := r.Context()
	st, err := s.state(ctx)
	if err != nil {
		return nil, err
	}
	all, err := annotations.LoadAnnotators(ctx, s.Session)
	if err != nil {
		return nil, err
	}
	v := &agreementView{Alpha: learning.KrippendorffAlpha(all), Candidates: all.Rows()}
	labels := make([]int, all.Cols())
	for i := range all.Rows() {
		cols, _ := all.Row(i)
		if len(cols) > 1 {
			v.Several++
		}
		for _, j := range cols {
			labels[j]++
		}
	}
	for j, key := range all.Keys() {
		v.Annotators = append(v.Annotators, annotatorView{key.Name, labels[j]})
	}
	for _, pair := range learning.CohenKappas(all) {
		if pair.Both > 0 {
			v.Pairs = append(v.Pairs, pair)
		}
	}
	if v.Disputed, err = s.bucket(ctx, st, listing{Disputed: true}, "What they do not agree on", true); err != nil {
		return nil, err
	}
	return &page{Title: "Agreement", Body: "agreement", Data: v, URL: "/agreement"}, nil
}
