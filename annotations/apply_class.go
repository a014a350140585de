package annotations

import (
	"context"
	"fmt"

	"workbench/session"
)

// checkNames reports classes that cannot be remembered, or that are not those of
// the class that is declared. Of its two values the first is 1.
func (a LabelAnnotator) checkNames(ctx context.Context, s *session.Session) error {
	if err := a.Classes.Check(ctx, s); err != nil || a.Classes == nil || a.Subclass == nil {
		return err
	}
	if k := a.Subclass.Cardinality; k != a.Classes.Len() {
		return fmt.Errorf("%s: %w", s.Path(), a.Classes.notSoMany(k))
	}
	for _, value := range a.Subclass.Values {
		name, ok := value.(string)
		if !ok || !a.Classes.Named() {
			continue
		}
		if label, err := LabelOf(a.Subclass, name); err != nil || a.Classes.Name(int16(label)) != name {
			return fmt.Errorf("%s: type %s: %w: %s; declared is %s as %d", s.Path(), a.Classes.Type, ErrOtherClasses, a.Classes, name, label)
		}
	}
	return nil
}

// cardinality is the number of classes of the candidates, 0 if nothing tells.
func (r *labelling) cardinality() int {
	if r.subclass != nil {
		return r.subclass.Cardinality
	}
	return r.classes.Len()
}

// notation says how a program or a query writes labels.
func (r *labelling) notation(lf LF) Notation {
	n := Notation{Abstain: lf.Abstain, Cardinality: r.cardinality()}
	if r.classes.Named() {
		n.Names = r.classes.Names
	}
	return n
}
