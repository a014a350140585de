package dependency

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"workbench/annotations/matrix"
)

// ErrFile says that a document is no list of dependencies.
var ErrFile = errors.New("is not a list of dependencies")

// Named is a dependency as documents hold it: the LFs by name, by
// column, or both. Weight may be absent.
type Named struct {
	LF1    string   `json:"lf1,omitempty"`
	LF2    string   `json:"lf2,omitempty"`
	J      *int     `json:"j,omitempty"`
	K      *int     `json:"k,omitempty"`
	Type   Type     `json:"type"`
	Weight *float64 `json:"weight,omitempty"`
}

type document struct {
	Dependencies []Named `json:"dependencies"`
}

// Name adds the names of L's columns to dependencies.
func Name(L *matrix.LabelMatrix, deps []Dependency) []Named {
	named := make([]Named, len(deps))
	for i, d := range deps {
		named[i] = Named{LF1: L.Keys()[d.J].Name, LF2: L.Keys()[d.K].Name,
			J: &d.J, K: &d.K, Type: d.Type, Weight: &d.Weight}
	}
	return named
}

// Write writes {"dependencies": […]}, which [Read]
// reads.
func Write(w io.Writer, deps []Named) error {
	text, err := json.MarshalIndent(document{append([]Named{}, deps...)}, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// Read reads what [Write] wrote, or the same shape written by hand.
func Read(r io.Reader) ([]Named, error) {
	const longest = 256 << 20
	text, err := io.ReadAll(io.LimitReader(r, longest+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > longest:
		return nil, fmt.Errorf("%w: it is longer than %d MiB", ErrFile, longest>>20)
	}
	if !json.Valid(text) {
		return nil, fmt.Errorf("%w: it is not JSON", ErrFile)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var raw struct {
		Dependencies *[]struct {
			Named
			Type *Type `json:"type"`
		} `json:"dependencies"`
	}
	if err := dec.Decode(&raw); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, plainly(err))
	}
	if raw.Dependencies == nil {
		return nil, fmt.Errorf("%w: it has no \"dependencies\"", ErrFile)
	}
	deps := make([]Named, len(*raw.Dependencies))
	for i, d := range *raw.Dependencies {
		if d.Type == nil {
			return nil, fmt.Errorf("%w: dependency %d has no type", ErrFile, i)
		}
		deps[i] = d.Named
		deps[i].Type = *d.Type
	}
	return deps, nil
}

// plainly says in the document's words, not in Go's, that a value has the wrong
// type.
func plainly(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case !errors.As(err, &wrong):
		return err
	case wrong.Field == "":
		return fmt.Errorf("it is a JSON %s, not an object with \"dependencies\"", wrong.Value)
	default:
		field := wrong.Field[strings.LastIndexByte(wrong.Field, '.')+1:]
		return fmt.Errorf("%q cannot be a JSON %s", field, wrong.Value)
	}
}

// resolve finds the columns of L that the dependency is about. Names count
// before column numbers; a name that L does not have is [ErrUnusable].
func (d Named) resolve(L *matrix.LabelMatrix) (Dependency, error) {
	r := Dependency{Type: d.Type}
	for _, x := range []struct {
		name   string
		column *int
		to     *int
		which  string
	}{{d.LF1, d.J, &r.J, "first"}, {d.LF2, d.K, &r.K, "second"}} {
		switch {
		case x.name != "":
			j, ok := L.ColNamed(x.name)
			if !ok {
				return r, fmt.Errorf("%w: there is no LF %q", ErrUnusable, x.name)
			}
			*x.to = j
		case x.column != nil:
			*x.to = *x.column
		default:
			return r, fmt.Errorf("%w: a %s one does not say which LF is its %s", ErrUnusable, d.Type, x.which)
		}
	}
	if d.Weight != nil && !math.IsNaN(*d.Weight) {
		r.Weight = *d.Weight
	}
	return r, nil
}

// Resolve resolves all dependencies of a document for L.
func Resolve(L *matrix.LabelMatrix, named []Named) ([]Dependency, error) {
	deps := make([]Dependency, len(named))
	for i, d := range named {
		var err error
		if deps[i], err = d.resolve(L); err != nil {
			return nil, err
		}
	}
	return deps, nil
}
