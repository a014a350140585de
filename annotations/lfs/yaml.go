package lfs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// What a file may hold: far more than anybody writes by hand, and little
// enough that no file can exhaust the memory by repeating itself.
const (
	maxBytes  = 4 << 20
	maxDepth  = 100    // of lists and mappings in each other
	maxCopies = 100000 // of nodes that aliases repeat
)

// parseYAML reads the one document of a file.
func parseYAML(name string, r io.Reader) (*node, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		var failed *fs.PathError // it names the file once more
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > maxBytes {
		return nil, at(name, 1, "the file is larger than %d MiB; put long lists into files of their own", maxBytes>>20)
	}
	if err := checkText(name, data); err != nil {
		return nil, err
	}
	var doc yaml.Node
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if err == nil {
		err = loader.Load(&doc)
	}
	if errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0 {
		return nil, at(name, 1, "the file is empty")
	}
	if err != nil {
		return nil, yamlError(name, err)
	}
	var more yaml.Node
	if err := loader.Load(&more); err == nil {
		return nil, at(name, more.Line, "there is a second document; a file of labeling functions has one")
	} else if !errors.Is(err, io.EOF) {
		return nil, yamlError(name, err)
	}
	return (&resolver{file: name}).node(doc.Content[0], 0, false)
}

// checkText refuses what cannot be YAML, with the line that it stands in.
func checkText(name string, data []byte) error {
	line := 1
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return at(name, line, "the text is not UTF-8")
		case r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f:
			return at(name, line, "the text has the control character %q", r)
		case r == '\n':
			line++
		}
		i += size
	}
	return nil
}

// yamlError puts an error of the YAML library into one line.
func yamlError(name string, err error) error {
	line, message := 1, err.Error()
	if e, ok := errors.AsType[*yaml.LoadError](err); ok {
		line, message = max(e.Mark.Line, 1), e.Message
	}
	message = strings.Join(strings.Fields(message), " ")
	if strings.Contains(message, "mapping values are not allowed") {
		message += "; put a text that has a colon into quotes"
	}
	return at(name, line, "not valid YAML: %s", message)
}

// resolver copies a document into nodes without aliases and merge keys.
type resolver struct {
	file   string
	copies int // nodes that aliases repeated so far
}

// node copies one node. aliased says that it lies in what an alias names.
func (r *resolver) node(y *yaml.Node, depth int, aliased bool) (*node, error) {
	n := &node{file: r.file, line: max(y.Line, 1)}
	if depth > maxDepth {
		return nil, n.errorf("more than %d lists and mappings lie in each other", maxDepth)
	}
	if aliased {
		if r.copies++; r.copies > maxCopies {
			return nil, n.errorf("the aliases of the file repeat more than %d values", maxCopies)
		}
	}
	tag := y.ShortTag()
	switch y.Kind {
	case yaml.AliasNode:
		return r.node(y.Alias, depth+1, true)
	case yaml.ScalarNode:
		n.kind, n.text, n.tag = scalar, y.Value, tag
		switch tag {
		case "!!null":
			return nil, n.errorf("there is no value; put quotes around it if the text %q is meant", y.Value)
		case "!!str", "!!int", "!!bool", "!!float", "!!timestamp", "!!merge":
			return n, nil
		}
	case yaml.SequenceNode:
		n.kind = sequence
		for _, y := range y.Content {
			item, err := r.node(y, depth+1, aliased)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
		if tag == "!!seq" {
			return n, nil
		}
	case yaml.MappingNode:
		n.kind = mapping
		if err := r.mapping(n, y, depth, aliased); err != nil {
			return nil, err
		}
		if tag == "!!map" {
			return n, nil
		}
	}
	return nil, n.errorf("the tag %q has no meaning here", tag)
}

// mapping copies the entries of a mapping, and behind them those that it
// merges from others (<<) and has not itself.
func (r *resolver) mapping(n *node, y *yaml.Node, depth int, aliased bool) error {
	lines := make(map[string]int, len(y.Content)/2)
	var merged []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, err := r.node(y.Content[i], depth+1, aliased)
		if err != nil {
			return err
		}
		if k.kind != scalar {
			return k.errorf("a key must be a text, not %s", k)
		}
		v, err := r.value(k, y.Content[i+1], depth, aliased)
		if err != nil {
			return err
		}
		if k.tag == "!!merge" {
			if v.kind == sequence {
				merged = append(merged, v.items...)
			} else {
				merged = append(merged, v)
			}
			continue
		}
		if line, twice := lines[k.text]; twice {
			return k.errorf("the key %q stands in line %d already", k.text, line)
		}
		lines[k.text] = k.line
		n.keys = append(n.keys, key{k.text, k.line, v})
	}
	for _, m := range merged {
		if m.kind != mapping {
			return m.errorf("<<: merges mappings, not %s", m)
		}
		for _, k := range m.keys {
			if _, has := lines[k.name]; !has {
				lines[k.name] = k.line
				n.keys = append(n.keys, k)
			}
		}
	}
	return nil
}

// value copies the value of a key; one that is left out is named by its key.
func (r *resolver) value(k *node, y *yaml.Node, depth int, aliased bool) (*node, error) {
	if y.Kind == yaml.ScalarNode && y.ShortTag() == "!!null" && y.Value == "" {
		return nil, k.errorf("%s: has no value", k.text)
	}
	return r.node(y, depth+1, aliased)
}
