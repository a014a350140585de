package main

import (
	"io"
	"strings"

	"workbench/annotations"
	"workbench/learning"
	"workbench/session"
)

// saveModel keeps the model where --out and --save say, with the trials of the
// search that found it.
func (c *call) saveModel(s *session.Session, sel annotations.Selection, g *learning.GenerativeModel, trials []session.Trial) error {
	if err := c.writeModel(g); err != nil {
		return err
	}
	if !c.IsSet("save") {
		return nil
	}
	document, err := documentOf(g)
	if err != nil {
		return err
	}
	classes, isNew, err := c.remembered(s, sel)
	if err != nil {
		return err
	}
	err = c.keep(s, session.Model{Name: c.String("save"), Kind: session.KindModel, Document: document, Trials: trials}, classes)
	if err == nil && isNew {
		c.noteClasses(classes)
	}
	return err
}

// writeModel writes the model to --out, if it is given.
func (c *call) writeModel(m learning.Model) error {
	out := c.String("out")
	if out == "" {
		return nil
	}
	err := writeFile(out, func(w io.Writer) error {
		_, err := m.WriteTo(w)
		return err
	})
	if err == nil {
		c.env.term.note("wrote the model to %s", out)
	}
	return err
}

// documentOf is a model as a database keeps it.
func documentOf(m learning.Model) (string, error) {
	var document strings.Builder
	_, err := m.WriteTo(&document)
	return document.String(), err
}
