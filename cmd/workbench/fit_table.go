package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"workbench/annotations"
	"workbench/learning"
)

// emitFitted writes a fitted model, with what belongs to its fit unless that is
// nil; names are those of its classes, or nil.
func (c *call) emitFitted(m *learning.LabelModel, names *annotations.Classes, f *fitted) error {
	switch c.format {
	case "json":
		return c.emitJSON(fitRecord(m, names, f))
	case "csv":
		return fittedTable(m, names).writeCSV(c.env.out)
	}
	return writeFitted(c.env.out, fittedText(m, names), m, names, f)
}

// writeFitted writes it for a person.
func writeFitted(w io.Writer, lfs *table, m *learning.LabelModel, names *annotations.Classes, f *fitted) error {
	if err := lfs.writeText(w); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nfamily: %s (%s)\n", m.Family, printable(m.Reason))
	fmt.Fprintf(w, "class prior: %s\n", printable(priorText(m, names)))
	for _, d := range m.Dependencies {
		fmt.Fprintf(w, "%s %s – %s: %s\n", d.Type, printable(m.LFs[d.J]), printable(m.LFs[d.K]), threeDecimals(d.Weight))
	}
	if !math.IsNaN(m.LogLikelihood) {
		of := ""
		if m.Family != learning.FamilyIndependent && m.Family != learning.FamilyDependent {
			of = " of a single model"
		}
		fmt.Fprintf(w, "log likelihood%s %s, criterion %s\n", of, threeDecimals(m.LogLikelihood), threeDecimals(m.Criterion))
	}
	fmt.Fprintf(w, "cardinality %d, status: %s\n", m.Cardinality, m.Status)
	if f == nil {
		return nil
	}
	if g := f.gold; g != nil {
		fmt.Fprintf(w, "\n%d of %d candidates have a gold label\n", g.Labelled, g.Evaluation.Candidates)
		fmt.Fprintf(w, "the fit without these: accuracy %s, log loss %s on them; %d of the other candidates get another label\n",
			cell(g.Evaluation.Accuracy), cell(g.Evaluation.LogLoss), g.Changed)
		fmt.Fprintf(w, "its family: %s, its class prior: %s\n", g.Without.Family, printable(priorText(g.Without, names)))
	}
	if f.saved != nil {
		fmt.Fprintf(w, "\nSaved %d marginals\n", f.saved.Candidates)
	}
	return nil
}

// classText is what people call the class of a label.
func classText(names *annotations.Classes, label int16) string {
	if names == nil {
		return fmt.Sprint(label)
	}
	title, _ := classTitle(names, label)
	return title
}

// priorText lists how frequent the classes are.
func priorText(m *learning.LabelModel, names *annotations.Classes) string {
	list := make([]string, len(m.ClassPrior))
	for y, p := range m.ClassPrior {
		list[y] = classText(names, annotations.ClassValue(m.Cardinality, y)) + ": " + threeDecimals(p)
	}
	return strings.Join(list, ", ")
}

// threeDecimals writes what is not known better, "" for NaN.
func threeDecimals(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'f', 3, 64)
}

// fittedText shows what is believed of each LF to a person.
func fittedText(m *learning.LabelModel, names *annotations.Classes) *table {
	families := false
	for _, lf := range m.Fitted {
		families = families || lf.Family != ""
	}
	t := &table{columns: []column{{title: "", left: true}, {title: "j"}, {title: "Accuracy"}, {title: "Coverage"}, {title: "Votes"}, {title: "Polarity", left: true}}}
	if families {
		t.columns = append(t.columns, column{title: "Family", left: true})
	}
	for _, lf := range m.Fitted {
		accuracy := threeDecimals(lf.Accuracy)
		if se := threeDecimals(lf.AccuracySE); se != "" {
			accuracy += " ± " + se
		}
		labels := make([]string, len(lf.Polarity))
		for i, label := range lf.Polarity {
			labels[i] = classText(names, label)
		}
		row := []any{lf.Name, lf.J, accuracy, threeDecimals(lf.Coverage), lf.Votes, strings.Join(labels, ", ")}
		if families {
			row = append(row, lf.Family)
		}
		t.add(row...)
	}
	return t
}

// fittedTable has the same for programs. Labels and names of classes are lists of
// csv in their cells.
func fittedTable(m *learning.LabelModel, names *annotations.Classes) *table {
	t := &table{columns: []column{{name: "lf"}, {name: "j"}, {name: "accuracy"}, {name: "accuracy_se"}, {name: "coverage"}, {name: "votes"}, {name: "polarity"}}}
	if names != nil {
		t.columns = append(t.columns, column{name: "polarity_classes"})
	}
	t.columns = append(t.columns, column{name: "family"})
	for _, lf := range m.Fitted {
		labels, called := make([]string, len(lf.Polarity)), make([]string, len(lf.Polarity))
		for i, label := range lf.Polarity {
			labels[i], called[i] = fmt.Sprint(label), names.Name(label)
		}
		row := []any{lf.Name, lf.J, lf.Accuracy, lf.AccuracySE, lf.Coverage, lf.Votes, csvList(labels)}
		if names != nil {
			row = append(row, csvList(called))
		}
		t.add(append(row, lf.Family)...)
	}
	return t
}

// csvList writes a list that parseList reads.
func csvList(items []string) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(items) // into memory
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

// fitRecord is a fitted model as JSON.
func fitRecord(m *learning.LabelModel, names *annotations.Classes, f *fitted) record {
	var r record
	r.set("family", m.Family)
	r.set("reason", m.Reason)
	r.set("status", string(m.Status))
	r.set("cardinality", m.Cardinality)
	if names != nil {
		r.set("classes", classRecords(names))
	}
	r.set("log_likelihood", m.LogLikelihood)
	r.set("criterion", m.Criterion)
	r.set("class_prior", m.ClassPrior)
	dependencies := make([]record, len(m.Dependencies))
	for i, d := range m.Dependencies {
		o := &dependencies[i]
		o.set("j", d.J)
		o.set("k", d.K)
		o.set("lf1", m.LFs[d.J])
		o.set("lf2", m.LFs[d.K])
		o.set("type", d.Type)
		o.set("weight", d.Weight)
		o.set("abstain", d.Abstain)
		o.set("right", d.Right)
		o.set("wrong", d.Wrong)
	}
	r.set("dependencies", dependencies)
	r.set("path", append([]learning.DependencyStep{}, m.Path...))
	lfs := make([]record, len(m.Fitted))
	for i, lf := range m.Fitted {
		o := &lfs[i]
		o.set("lf", lf.Name)
		o.set("j", lf.J)
		o.set("accuracy", lf.Accuracy)
		o.set("accuracy_se", lf.AccuracySE)
		o.set("coverage", lf.Coverage)
		o.set("votes", lf.Votes)
		o.set("polarity", append([]int16{}, lf.Polarity...))
		o.set("family", lf.Family)
	}
	r.set("lfs", lfs)
	r.set("warnings", append([]string{}, m.Warnings...))
	if f == nil {
		return r
	}
	if f.gold != nil {
		r.set("gold", goldRecord(f.gold))
	}
	if f.saved != nil {
		r.set("marginals", savedRecord(*f.saved))
	}
	return r
}

// goldRecord is what gold labels did to a fit, as JSON.
func goldRecord(g *learning.GoldEffect) (r record) {
	r.set("labelled", g.Labelled)
	r.set("accuracy_without", g.Evaluation.Accuracy)
	r.set("log_loss_without", g.Evaluation.LogLoss)
	r.set("family_without", g.Without.Family)
	r.set("class_prior_without", g.Without.ClassPrior)
	r.set("changed", g.Changed)
	return r
}
