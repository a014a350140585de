package annotations

import "workbench/candidates"

// CandidateDescription is a candidate in JSON with what a file says of it.
type CandidateDescription struct {
	candidates.Description
	Labels    []LabelDescription  `json:"labels"`
	Gold      []GoldDescription   `json:"gold"`
	Marginals []CandidateMarginal `json:"marginals"`
	Note      string              `json:"note,omitempty"`
}

// LabelDescription is a [CandidateLabel] of a labeling function in JSON.
type LabelDescription struct {
	KeyGroup int    `json:"key_group"`
	KeyID    int64  `json:"key_id"`
	Key      string `json:"key"`
	Value    int16  `json:"value"` // 0 abstains
}

// GoldDescription is a [CandidateLabel] of an annotator in JSON.
type GoldDescription struct {
	Annotator string `json:"annotator"`
	Value     int16  `json:"value"` // 0 is none
}

// Describe returns the candidate that a is about with its text and all of a.
func (a *CandidateAnnotations) Describe(c *candidates.Candidate) CandidateDescription {
	d := CandidateDescription{Description: c.Describe(), Labels: make([]LabelDescription, len(a.Labels)),
		Gold: make([]GoldDescription, len(a.Gold)), Marginals: append([]CandidateMarginal{}, a.Marginals...), Note: a.Note}
	for i, l := range a.Labels {
		d.Labels[i] = LabelDescription{l.Key.Group, l.Key.ID, l.Key.Name, l.Value}
	}
	for i, l := range a.Gold {
		d.Gold[i] = GoldDescription{l.Key.Name, l.Value}
	}
	return d
}
