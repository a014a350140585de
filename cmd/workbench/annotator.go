package main

import (
	"errors"
	"fmt"
	"io/fs"

	"workbench/annotations"
	"workbench/annotations/lfs"
	"workbench/candidates"
	"workbench/session"
)

// readAnnotator reads the file of --lfs and the flags that say what to apply it
// to. It does so before the database is opened, which must not be read beside it.
func (c *call) readAnnotator() (*lfs.Draft, annotations.ApplyOptions, error) {
	var o annotations.ApplyOptions
	path := c.String("lfs")
	switch {
	case path == "":
		return nil, o, usagef("%s: --lfs FILE is missing", c.Command.Name)
	case c.IsSet("workers") && c.Int("workers") < 1:
		return nil, o, usagef("%s: --workers %d is not a positive number", c.Command.Name, c.Int("workers"))
	case c.IsSet("timeout") && c.Duration("timeout") <= 0:
		return nil, o, usagef("%s: --timeout %s is not a positive time", c.Command.Name, c.Duration("timeout"))
	}
	var err error
	if o.Selection, err = c.selectionBy("lf"); err != nil {
		return nil, o, err
	}
	o.SkipOrphans = c.Bool("skip-orphans")
	draft, err := c.readLFs(path)
	if err != nil {
		return nil, o, notRead(path, err)
	}
	_, err = c.abstention()
	return draft, o, err
}

// annotator is what applies a file to a database, where the file may write labels
// with the names of classes that the database remembers; isNew tells that it does
// not remember them yet.
func (c *call) annotator(s *session.Session, draft *lfs.Draft, o annotations.ApplyOptions) (file *lfs.File, a annotations.LabelAnnotator, isNew bool, err error) {
	classes, isNew, err := c.applyClasses(s, draft, o)
	if err != nil {
		return nil, a, false, err
	}
	file, a, err = c.annotatorOf(draft, classes)
	return file, a, isNew, err
}

// annotatorOf is what applies a file whose labels are of these classes, nil if
// nothing is known of them.
func (c *call) annotatorOf(draft *lfs.Draft, classes *annotations.Classes) (file *lfs.File, a annotations.LabelAnnotator, err error) {
	if file, err = draft.File(classes); err != nil {
		return nil, a, err
	}
	abstain, err := c.abstention()
	if err != nil {
		return nil, a, err
	}
	for i := range file.LFs {
		lf := &file.LFs[i]
		if lf.Program != nil && c.IsSet("timeout") {
			lf.Program.Timeout = c.Duration("timeout")
		}
		if lf.Program != nil && lf.Abstain == nil {
			lf.Abstain = abstain
		}
	}
	a = annotations.LabelAnnotator{LFs: file.LFs, Subclass: file.Subclass, Classes: classes, Workers: c.Int("workers")}
	return file, a, nil
}

// applyClasses finds the classes of the candidates that are labelled: those of
// the file's class, of --type, or of the only one.
func (c *call) applyClasses(s *session.Session, draft *lfs.Draft, o annotations.ApplyOptions) (*annotations.Classes, bool, error) {
	class, typ := draft.Subclass(), o.Type
	if class != nil {
		typ = class.Table
	}
	if typ == "" {
		if all := candidates.Subclasses(s); len(all) == 1 {
			typ = all[0].Table
		} else if c.IsSet("classes") {
			return nil, false, usagef("%s: --classes needs --type, or candidate: in the file of labeling functions", c.Command.Name)
		} else if c.IsSet("cardinality") && c.Command.Name == "apply" {
			return nil, false, usagef("apply: --cardinality needs --type, or candidate: in the file of labeling functions")
		}
	}
	classes, isNew, err := c.classes(s, typ, draft.Classes(typ))
	if err == nil && !classes.Named() && class != nil && class.Cardinality == 2 {
		if first, ok := class.Values[0].(string); ok {
			c.env.term.note("note: values: makes %s 1 and %v -1, as in Snorkel; classes: would make the first -1 and the second 1", first, class.Values[1])
		}
	}
	return classes, isNew, err
}

// notRead words the failures of opening the file itself. Those of a file that it
// names begin with its line.
func notRead(path string, err error) error {
	failed, ok := err.(*fs.PathError) // not errors.As: that finds the named file's too
	switch {
	case !ok:
		return err
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: no such file of labeling functions", path)
	}
	return fmt.Errorf("%s: the file of labeling functions cannot be read: %w", path, failed.Err)
}
