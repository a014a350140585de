package candidates

// Head is how every JSON form of a candidate begins.
type Head struct {
	ID    int64  `json:"id"`
	Type  string `json:"type"`
	Split int    `json:"split"`
}

// Outline is a candidate in JSON, as a list of many shows it. What it does not
// have is null.
type Outline struct {
	Head
	Arguments []ArgumentOutline `json:"arguments"` // none of an orphan
}

// ArgumentOutline is an argument of a candidate in JSON, null where it has no
// canonical id or no text.
type ArgumentOutline struct {
	Name        string  `json:"name"`
	ContextID   int64   `json:"context_id"`
	ContextType string  `json:"context_type"`
	StableID    string  `json:"stable_id"`
	CID         *string `json:"cid"`
	Text        *string `json:"text"`
}

// Description is a candidate in JSON with its text: tagged as [TaggedText] does
// and marked as [Candidate.MarkedText] does, null where that cannot be.
type Description struct {
	Head
	TaggedText *string               `json:"tagged_text"`
	MarkedText *string               `json:"marked_text"`
	Arguments  []ArgumentDescription `json:"arguments"` // none of an orphan
}

// ArgumentDescription is an argument with the place where it lies. What it does
// not have is left out.
type ArgumentDescription struct {
	ArgumentOutline
	WordStart *int    `json:"word_start,omitempty"` // its first and last word
	WordEnd   *int    `json:"word_end,omitempty"`
	CharStart *int    `json:"char_start,omitempty"` // code points of its sentence
	CharEnd   *int    `json:"char_end,omitempty"`
	Sentence  *string `json:"sentence,omitempty"` // stable id
	Document  *string `json:"document,omitempty"` // name
}

// Head returns what identifies the candidate.
func (c *Candidate) Head() Head { return Head{c.ID, c.Type, c.Split} }

// Outline returns the candidate without its text.
func (c *Candidate) Outline() Outline {
	o := Outline{c.Head(), make([]ArgumentOutline, len(c.Args))}
	for i := range c.Args {
		o.Arguments[i] = c.Args[i].outline()
	}
	return o
}

// Describe returns the candidate with its text.
func (c *Candidate) Describe() Description {
	tagged, err := TaggedText(c)
	marked := c.MarkedText()
	d := Description{c.Head(), present(tagged, err == nil && tagged != ""), present(marked, marked != ""),
		make([]ArgumentDescription, len(c.Args))}
	for i := range c.Args {
		d.Arguments[i] = c.Args[i].describe()
	}
	return d
}

func (a *Argument) outline() ArgumentOutline {
	return ArgumentOutline{Name: a.Name, ContextID: a.Context.ID, ContextType: a.Context.Type, StableID: a.Context.StableID,
		CID: a.CanonicalID(), Text: present(a.Context.Text, a.Context.HasText)}
}

func (a *Argument) describe() ArgumentDescription {
	d := ArgumentDescription{ArgumentOutline: a.outline()}
	if start, end, ok := a.WordRange(); ok {
		d.WordStart, d.WordEnd = &start, &end
	}
	if a.Span != nil {
		d.CharStart, d.CharEnd = &a.Span.CharStart, &a.Span.CharEnd
	}
	if a.Sentence != nil {
		d.Sentence = &a.Sentence.StableID
	}
	if a.Document != nil {
		d.Document = &a.Document.Name
	}
	return d
}

// present is a text, or nil where there is none.
func present(text string, has bool) *string {
	if !has {
		return nil
	}
	return &text
}
