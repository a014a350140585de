package lfs

import (
	"io"

	"workbench/annotations"
	"workbench/candidates"
)

// Draft is a file of labeling functions that was read, with all files that it
// names, before it is known which classes the database remembers: a file that
// names none may write labels with their names.
type Draft struct {
	root   *node
	parser *parser
	file   *File // with labels that mean nothing yet
}

// ParseDraft is [Parse] for a file whose classes may be those of a database.
func ParseDraft(name string, r io.Reader, dir string) (*Draft, error) {
	return parseDraft(name, r, &parser{dir: dir, draft: true})
}

// Edited reads another text of the file that d was read from, name standing for it in
// errors. Whoever has written it can neither read files nor run programs that d does not
// name.
func (d *Draft) Edited(name string, r io.Reader) (*Draft, error) {
	return parseDraft(name, r, &parser{dir: d.parser.dir, draft: true, only: d.parser})
}

func parseDraft(name string, r io.Reader, p *parser) (*Draft, error) {
	root, err := parseYAML(name, r)
	if err != nil {
		return nil, err
	}
	if root.kind != mapping {
		return nil, root.errorf("a file of labeling functions is a mapping that begins with a key such as lfs:, not %s", root)
	}
	if err := root.only("a file of labeling functions", "candidate", "table", "classes", "values", "cardinality", "abstain", "sets", "lfs"); err != nil {
		return nil, err
	}
	d := &Draft{root: root, parser: p}
	if p.abstain, err = p.abstention(root); err != nil {
		return nil, err
	}
	if err := p.class(root); err != nil {
		return nil, err
	}
	if err := p.declareSets(root.get("sets")); err != nil {
		return nil, err
	}
	d.file, err = d.read()
	return d, err
}

// Subclass is the class of the candidates, nil if the file declares none.
func (d *Draft) Subclass() *candidates.Subclass { return d.file.Subclass }

// Classes is what the file says of the classes of candidates of a type: their
// names, or how many there are; nil if neither.
func (d *Draft) Classes(typ string) *annotations.Classes {
	if d.parser.classes == nil && d.parser.declared == 0 {
		return nil
	}
	return &annotations.Classes{Type: typ, Names: d.parser.classes, Cardinality: d.parser.declared}
}

// Len is how many labeling functions there are.
func (d *Draft) Len() int { return len(d.file.LFs) }

// File is the file with labels of these classes, nil if nothing is known of
// them. A name that is none of theirs is an error that begins with the path and
// the number of the line. Nothing is read again.
func (d *Draft) File(known *annotations.Classes) (*File, error) {
	d.parser.remembered, d.parser.draft = known, false
	if known.Len() > 0 && d.parser.open {
		if err := d.parser.class(d.root); err != nil {
			return nil, err
		}
	}
	if names := d.root.get("values") == nil && known.Named(); names && d.parser.classes == nil {
		d.parser.classes = known.Names
	}
	return d.read()
}

// read reads the entries.
func (d *Draft) read() (*File, error) {
	p := d.parser
	p.names = make(map[string]int)
	list := d.root.get("lfs")
	if list == nil {
		return nil, d.root.errorf("there is no lfs: with the list of labeling functions")
	}
	if list.kind != sequence || len(list.items) == 0 {
		return nil, list.errorf("lfs: must be a list of labeling functions, each beginning with a dash, not %s", list)
	}
	file := &File{Subclass: p.subclass, Classes: p.classes}
	for _, item := range list.items {
		lfs, err := p.entry(item)
		if err != nil {
			return nil, err
		}
		file.LFs = append(file.LFs, lfs...)
	}
	return file, nil
}
