package lfs

import (
	"strings"
	"time"

	"workbench/annotations"
	"workbench/annotations/program"
	"workbench/candidates"
)

// entry reads an entry of the list: one labeling function, or those of a
// program.
func (p *parser) entry(n *node) ([]annotations.LF, error) {
	if n.kind != mapping {
		return nil, n.errorf("a labeling function is a mapping that begins with name:, not %s", n)
	}
	if kind, v := n.first(strings.Fields(factoryKeys)...); v != nil {
		lf, err := p.factory(n, kind, v)
		return []annotations.LF{lf}, err
	}
	if n.get("program") != nil {
		return p.program(n)
	}
	if n.get("query") != nil {
		lf, err := p.query(n)
		return []annotations.LF{lf}, err
	}
	lf, err := p.native(n)
	return []annotations.LF{lf}, err
}

// native reads a labeling function with a condition.
func (p *parser) native(n *node) (annotations.LF, error) {
	var lf annotations.LF
	// Misspelt keys come first: without them there may seem to be no condition.
	const rest = " ngrams by order query program lfs processes timeout "
	keys := strings.Fields("name label " + conditionKeys + " " + placeKeys + rest + factoryKeys)
	if err := n.only("a labeling function", keys...); err != nil {
		return lf, err
	}
	name, err := text(n, "name")
	if err != nil {
		return lf, err
	}
	if err := p.claim(n.get("name"), name); err != nil {
		return lf, err
	}
	match, err := p.condition(n, "name", "label")
	if err != nil {
		return lf, err
	}
	label, err := p.needLabel(n)
	if err != nil {
		return lf, err
	}
	return annotations.LF{Name: name, Func: labelWhere(label, match)}, nil
}

// labelWhere gives a label where a condition matches, and abstains elsewhere.
func labelWhere(label annotations.Label, match condition) func(*candidates.Candidate) (annotations.Label, error) {
	return func(c *candidates.Candidate) (annotations.Label, error) {
		ok, err := match(c)
		if err != nil || !ok {
			return annotations.Abstain, err
		}
		return label, nil
	}
}

// query reads a labeling function that is an SQL query.
func (p *parser) query(n *node) (annotations.LF, error) {
	var lf annotations.LF
	if err := n.only("a labeling function with query:", "name", "query"); err != nil {
		return lf, err
	}
	name, err := text(n, "name")
	if err != nil {
		return lf, err
	}
	query, err := text(n, "query")
	if err != nil {
		return lf, err
	}
	if strings.TrimSpace(query) == "" {
		return lf, n.get("query").errorf("query: is empty")
	}
	return annotations.LF{Name: name, Query: query, Abstain: p.abstain}, p.claim(n.get("name"), name)
}

// program reads the labeling functions of an external program. They share it.
func (p *parser) program(n *node) ([]annotations.LF, error) {
	if err := n.only("an entry with program:", "program", "lfs", "abstain", "processes", "timeout"); err != nil {
		return nil, err
	}
	command := n.get("program")
	if command.kind != sequence {
		return nil, command.errorf("program: must be a list of the program and its arguments, such as [python3, lfs.py], not %s", command)
	}
	argv, err := command.texts("program")
	if err != nil {
		return nil, err
	}
	if argv[0] == "" {
		return nil, command.errorf("program: its name is empty")
	}
	if err := p.use(command, "program\x00"+strings.Join(argv, "\x00")); err != nil {
		return nil, err
	}
	run := &program.Program{Argv: argv, Dir: p.dir}
	if v := n.get("processes"); v != nil {
		if run.Processes, err = v.integer("processes", 1); err != nil {
			return nil, err
		}
	}
	if v := n.get("timeout"); v != nil {
		if run.Timeout, err = duration(v); err != nil {
			return nil, err
		}
	}
	abstain, err := p.abstention(n)
	if err != nil {
		return nil, err
	}
	list, err := need(n, "lfs")
	if err != nil {
		return nil, err
	}
	if list.kind != sequence || len(list.items) == 0 {
		return nil, list.errorf("lfs: must be a list of the names that the program answers under, not %s", list)
	}
	var lfs []annotations.LF
	for _, item := range list.items {
		name, err := item.str("lfs")
		if err != nil {
			return nil, err
		}
		if err := p.claim(item, name); err != nil {
			return nil, err
		}
		lfs = append(lfs, annotations.LF{Name: name, Program: run, Abstain: abstain})
	}
	return lfs, nil
}

// duration reads a time such as 30s or 2m.
func duration(n *node) (time.Duration, error) {
	text, err := n.str("timeout")
	if err != nil {
		return 0, err
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, n.errorf("timeout: must be a time such as 30s or 2m, not %q", text)
	}
	return d, nil
}

// need returns the value of a key that must be there.
func need(n *node, name string) (*node, error) {
	if v := n.get(name); v != nil {
		return v, nil
	}
	return nil, n.errorf("%s: is missing", name)
}

// text returns the text of a key that must be there.
func text(n *node, name string) (string, error) {
	v, err := need(n, name)
	if err != nil {
		return "", err
	}
	return v.str(name)
}

// needLabel returns the label of an entry.
func (p *parser) needLabel(n *node) (annotations.Label, error) {
	v, err := need(n, "label")
	if err != nil {
		return 0, n.errorf("label: is missing; it says what to answer on a match: 1, -1, or a class")
	}
	return p.label(v)
}
