package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"workbench/annotations"
	"workbench/learning"
)

// emitComparison writes the result.
func (c *call) emitComparison(done *compared) error {
	list, names := done.list, done.names
	switch {
	case c.format == "json":
		return c.emitJSON(c.comparisonRecord(done))
	case c.format == "csv" && c.Bool("per-class"):
		return perClassTable(list, names, true).writeCSV(c.env.out)
	case c.format == "csv" && c.Bool("confusion"):
		return confusionRows(list, names).writeCSV(c.env.out)
	}
	if err := c.emit(comparedTable(list, c.Bool("timings"), c.format == "csv"), nil); err != nil || c.format == "csv" {
		return err
	}
	if e := list[0].Evaluation; e.Labelled < e.Candidates {
		c.printf("\n%d of %d candidates have a gold label\n", e.Labelled, e.Candidates)
	}
	if c.Bool("per-class") {
		c.printf("\n")
		if err := perClassTable(list, names, false).writeText(c.env.out); err != nil {
			return err
		}
	}
	if c.Bool("confusion") {
		for _, one := range list {
			c.printf("\n%s\n", one.Approach)
			if err := confusionTable(one.Evaluation, names).writeText(c.env.out); err != nil {
				return err
			}
		}
	}
	if tied := func(one learning.Compared) bool { return one.Evaluation.Coverage < 1 }; (c.Bool("per-class") || c.Bool("confusion")) && slices.ContainsFunc(list, tied) {
		c.printf("\na candidate counts in equal parts for each of its most probable classes\n")
	}
	c.printClasses(names)
	return nil
}

// comparisonRecord is the result as JSON.
func (c *call) comparisonRecord(done *compared) record {
	list, names := done.list, done.names
	e := list[0].Evaluation
	var r record
	if done.split != nil {
		r.set("split", *done.split)
	}
	r.set("candidates", e.Candidates)
	r.set("labelled", e.Labelled)
	r.set("cardinality", e.Cardinality)
	if names != nil {
		r.set("classes", classRecords(names))
	}
	methods := comparedTable(list, c.Bool("timings"), true).records()
	perClass := perClassTable(list, names, true)
	for i, one := range list {
		if c.Bool("per-class") {
			methods[i].set("per_class", rowsOf(perClass, one.Approach))
		}
		if c.Bool("confusion") {
			methods[i].set("confusion", one.Evaluation.Confusion)
		}
	}
	r.set("methods", methods)
	return r
}

// rowsOf are the rows of one method, without its name.
func rowsOf(t *table, method string) []record {
	own := &table{columns: t.columns[1:]}
	for _, row := range t.rows {
		if row[0] == method {
			own.add(row[1:]...)
		}
	}
	return own.records()
}

// comparedTable has a row for each method. For programs it has the macro scores
// of two classes, too, which are those of more.
func comparedTable(list []learning.Compared, timings, programs bool) *table {
	t := &table{columns: []column{{"", "method", true}, {"Accuracy", "accuracy", false},
		{"Precision", "precision", false}, {"Recall", "recall", false}, {"F1", "f1", false}}}
	if programs {
		t.columns = append(t.columns, column{name: "macro_precision"}, column{name: "macro_recall"}, column{name: "macro_f1"})
	}
	t.columns = append(t.columns, column{"Log loss", "log_loss", false}, column{"Brier", "brier", false},
		column{"Cal. error", "calibration_error", false}, column{"AUC", "auc", false}, column{"Coverage", "coverage", false})
	if timings {
		t.columns = append(t.columns, column{"Seconds", "seconds", false})
	}
	for _, one := range list {
		e := one.Evaluation
		row := []any{one.Approach, e.Accuracy, e.Precision, e.Recall, e.F1}
		if programs {
			row = append(row, e.MacroPrecision, e.MacroRecall, e.MacroF1)
		}
		row = append(row, e.LogLoss, e.Brier, e.CalibrationError, e.AUC, e.Coverage)
		if timings {
			row = append(row, one.Duration.Seconds())
		}
		t.add(row...)
	}
	return t
}

// perClassTable has a row for each method and class.
func perClassTable(list []learning.Compared, names *annotations.Classes, programs bool) *table {
	t := &table{columns: []column{{"", "method", true}, {"class", "label", false}}}
	if names != nil {
		t.columns = append(t.columns, column{"name", "class", true})
	}
	t.columns = append(t.columns, column{"gold", "gold", false}, column{"predicted", "predicted", false},
		column{"Precision", "precision", false}, column{"Recall", "recall", false}, column{"F1", "f1", false})
	for _, one := range list {
		for k, s := range one.Evaluation.Classes {
			label := annotations.ClassValue(one.Evaluation.Cardinality, k)
			row := []any{one.Approach, int(label)}
			if names != nil {
				row = append(row, className(names, label))
			}
			var predicted any = s.Predicted
			if !programs {
				predicted = parts(s.Predicted)
			}
			t.add(append(row, int(s.Gold), predicted, s.Precision, s.Recall, s.F1)...)
		}
	}
	return t
}

// parts writes a number of candidates for people, of which some may count in parts.
func parts(n float64) string { return strconv.FormatFloat(math.Round(n*100)/100, 'f', -1, 64) }

// confusionTable has a row for each gold class and a column for each predicted
// one.
func confusionTable(e *learning.Evaluation, names *annotations.Classes) *table {
	title := func(k int) string {
		label := annotations.ClassValue(e.Cardinality, k)
		if name := names.Name(label); name != "" {
			return name
		}
		return fmt.Sprint(label)
	}
	t := &table{columns: []column{{title: "gold \\ predicted", left: true}}}
	for k := range e.Cardinality {
		t.columns = append(t.columns, column{title: title(k)})
	}
	for g, counts := range e.Confusion {
		row := []any{title(g)}
		for _, n := range counts {
			row = append(row, parts(n))
		}
		t.add(row...)
	}
	return t
}

// confusionRows are all confusion matrices in long form.
func confusionRows(list []learning.Compared, names *annotations.Classes) *table {
	t := &table{columns: []column{{name: "method"}, {name: "gold"}, {name: "predicted"}, {name: "candidates"}}}
	if names != nil {
		t.columns = slices.Insert(t.columns, 3, column{name: "gold_class"}, column{name: "predicted_class"})
	}
	for _, one := range list {
		for g, counts := range one.Evaluation.Confusion {
			for k, n := range counts {
				gold, predicted := annotations.ClassValue(len(counts), g), annotations.ClassValue(len(counts), k)
				row := []any{one.Approach, int(gold), int(predicted)}
				if names != nil {
					row = append(row, className(names, gold), className(names, predicted))
				}
				t.add(append(row, n)...)
			}
		}
	}
	return t
}
