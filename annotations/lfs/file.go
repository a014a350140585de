package lfs

import (
	"io"
	"os"
	"path/filepath"
	"slices"

	"workbench/annotations"
	"workbench/candidates"
)

// File is what a file of labeling functions holds.
type File struct {
	// LFs are the labeling functions in the order of the file. Their Funcs are
	// safe for concurrent use.
	LFs []annotations.LF

	// Subclass is the class of the candidates, nil if the file declares none.
	Subclass *candidates.Subclass

	// Classes are the names under classes:, or else those that a database
	// remembers: of two the first is −1 and the second 1, of more the k-th is k. nil
	// if there are none.
	Classes []string
}

// Read reads a file of labeling functions. Names of files in it are relative
// to its directory, where its programs run too. Every error in it is one line
// that begins with the path and the number of the line.
func Read(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Parse(path, f, filepath.Dir(path))
}

// Parse is [Read] of what r holds. name stands for the file in errors, and dir
// is what names of files in it are relative to.
func Parse(name string, r io.Reader, dir string) (*File, error) {
	d, err := ParseDraft(name, r, dir)
	if err != nil {
		return nil, err
	}
	return d.File(nil)
}

// parser is what the entries of a file have in common.
type parser struct {
	dir      string
	subclass *candidates.Subclass // nil if none is declared
	sets     sets
	classes  []string // nil if none are named
	declared int      // the number under cardinality:, 0 if there is none
	open     bool     // nothing in the file says how many classes there are
	draft    bool     // what the database knows of the classes is still to come

	remembered *annotations.Classes // by the database, or nil
	abstain    *int                 // the label that abstains, nil if none is declared
	names      map[string]int       // the lines of the LFs' names

	used map[string]bool // files and programs that are named
	only *parser         // those that may be, nil for any
}

// use notes a file or a program, or refuses it.
func (p *parser) use(n *node, what string) error {
	if p.only != nil && !p.only.used[what] {
		return n.errorf("files and programs can only be those that the file named before it was edited here")
	}
	if p.used == nil {
		p.used = make(map[string]bool)
	}
	p.used[what] = true
	return nil
}

// class reads what the file says of the candidates.
func (p *parser) class(root *node) error {
	p.open = !slices.ContainsFunc([]string{"classes", "values", "cardinality"}, func(key string) bool { return root.get(key) != nil })
	n := root.get("candidate")
	if n == nil {
		for _, key := range []string{"table", "classes", "values", "cardinality"} {
			if n := root.get(key); n != nil {
				return n.errorf("%s: needs candidate: with the class, such as candidate: Spouse(person1, person2)", key)
			}
		}
		return nil
	}
	text, err := n.str("candidate")
	if err != nil {
		return err
	}
	name, args, ok := candidates.SplitDeclaration(text)
	if !ok {
		return n.errorf("candidate: must be a class with its arguments, such as Spouse(person1, person2), not %q", text)
	}
	var opts []candidates.SubclassOption
	if t := root.get("table"); t != nil {
		table, err := t.str("table")
		if err != nil {
			return err
		}
		opts = append(opts, candidates.TableName(table))
	}
	at := n
	if names := root.get("classes"); names != nil {
		if p.classes, err = names.texts("classes"); err == nil {
			err = p.checkClasses(root, names)
		}
		if err != nil {
			return err
		}
		opts = append(opts, p.cardinality())
	}
	if p.open && p.remembered.Len() > 2 {
		opts = append(opts, candidates.Cardinality(p.remembered.Len()))
	}
	if k := root.get("cardinality"); k != nil {
		cardinality, err := k.integer("cardinality", 2)
		if err != nil {
			return err
		}
		if cardinality > maxLabel {
			return k.errorf("cardinality: %d is more than %d", cardinality, maxLabel)
		}
		p.declared = cardinality
		opts = append(opts, candidates.Cardinality(cardinality))
	}
	if v := root.get("values"); v != nil {
		if v.kind != sequence {
			return v.errorf("values: must be a list, not %s", v)
		}
		values := make([]any, len(v.items))
		for i, item := range v.items {
			if values[i], err = item.value("values"); err != nil {
				return err
			}
		}
		opts = append(opts, candidates.Values(values...))
		at = v
	}
	p.subclass, err = candidates.CandidateSubclass(name, args, opts...)
	if err != nil {
		v := root.get("values")
		if p.abstain == nil && v != nil && !slices.ContainsFunc(v.items, func(n *node) bool { return !slices.Contains([]string{"-1", "0", "1"}, n.text) }) {
			return at.errorf("%w; labels 0 and 1 that are the classes need abstain: -1", err)
		}
		return at.errorf("%w", err)
	}
	return nil
}

// claim takes a name for a labeling function.
func (p *parser) claim(n *node, name string) error {
	if err := annotations.CheckLFName(name); err != nil {
		return n.errorf("%w", err)
	}
	if line, taken := p.names[name]; taken {
		return n.errorf("the name %q is taken by the labeling function of line %d", name, line)
	}
	p.names[name] = n.line
	return nil
}
