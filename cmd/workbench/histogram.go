package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/learning/chart"
)

// bins is the number of bins over [0, 1], as in the notebook.
const bins = 20

func (e *env) histogram() *cli.Command {
	return e.command(command{
		name:  "histogram",
		usage: "how the marginals of a split are distributed: a model's, or the stored ones",
		examples: []string{
			"workbench histogram --split 0 --model model.json",
			"workbench histogram --split 0",
			"workbench histogram --split 0 --model model.json --out marginals.png",
		},
		flags: append(slices.Concat(selectionFlags(), rangeFlags()), modelFlag(), predictedFlag(),
			&cli.StringFlag{Name: "out", Usage: "draw it into `FILE`, .png or .svg, instead"}),
		formats: []string{"json", "csv"},
		action: func(c *call) error {
			out := c.String("out")
			if err := c.checkPicture("out"); err != nil {
				return err
			}
			p, names, err := c.histogramOf()
			if err != nil {
				return err
			}
			h := &histogramShown{Histogram: p.Histogram(bins), names: names}
			if !names.Fits(p.Cardinality) {
				h.names = nil
			}
			if out != "" {
				return h.draw(out, c.Int("split"))
			}
			if c.format == "table" {
				h.print(c.env.out)
				return nil
			}
			return c.emit(h.table(), nil)
		},
	})
}

// histogramOf gives the marginals to draw, a model's or the stored ones, and the
// names of their classes.
func (c *call) histogramOf() (*matrix.Marginals, *annotations.Classes, error) {
	if !c.IsSet("model") {
		if err := c.onlyOfModel(); err != nil {
			return nil, nil, err
		}
		return c.stored()
	}
	if c.Bool("predicted") {
		return nil, nil, usagef("histogram: --predicted is about stored marginals, leave --model out")
	}
	s, err := c.open()
	if err != nil {
		return nil, nil, err
	}
	defer s.Close()
	_, _, sel, p, err := c.believe(s)
	if err != nil {
		return nil, nil, err
	}
	names, err := c.shownClasses(s, sel)
	return p, names, err
}

// histogramShown is a histogram with the names of its classes, nil if they have
// none.
type histogramShown struct {
	*matrix.Histogram
	names *annotations.Classes
}

// label is that of the class whose probabilities the k-th counts are about: the
// positive one of two.
func (h *histogramShown) label(k int) int16 { return int16(k + 1) }

// title is what a class of more than two is called, with its label.
func (h *histogramShown) title(k int) string {
	if h.names == nil {
		return fmt.Sprintf("class %d", k+1)
	}
	title, _ := classTitle(h.names, h.label(k))
	return printable("class " + title)
}

// axis says of what the probability is.
func (h *histogramShown) axis() string {
	if h.names == nil || len(h.Counts) > 1 {
		return "probability"
	}
	title, _ := classTitle(h.names, h.label(0))
	return printable("probability of " + title)
}

func (h *histogramShown) table() *table {
	t := &table{columns: []column{{name: "lo"}, {name: "hi"}}}
	for k := range h.Counts {
		name := "count"
		switch {
		case h.names != nil:
			_, suffix := classTitle(h.names, h.label(k))
			name += suffix
		case len(h.Counts) > 1:
			name = fmt.Sprintf("count_%d", k+1)
		}
		t.columns = append(t.columns, column{name: name})
	}
	for b := range h.Bins {
		row := []any{h.Edge(b), h.Edge(b + 1)}
		for k := range h.Counts {
			row = append(row, h.Counts[k][b])
		}
		t.add(row...)
	}
	return t
}

// print draws bars in a terminal.
func (h *histogramShown) print(w io.Writer) {
	const widest, narrowest = 50, 10
	for k, list := range h.Counts {
		switch {
		case len(h.Counts) > 1:
			fmt.Fprintln(w, h.title(k))
		case h.names != nil:
			fmt.Fprintln(w, h.axis())
		}
		most := 1
		for _, n := range list {
			most = max(most, n)
		}
		digits := len(fmt.Sprint(most))
		width := widest
		if columns := columnsOf(w); columns > 0 {
			width = max(narrowest, min(widest, columns-len("[0.00, 0.05)  ")-digits))
		}
		for b, n := range list {
			end := ")"
			if b == h.Bins-1 {
				end = "]"
			}
			bar := strings.Repeat("█", n*width/most)
			if bar == "" && n > 0 {
				bar = "▏" // there is something
			}
			line := fmt.Sprintf("[%.2f, %.2f%s %*d %s", h.Edge(b), h.Edge(b+1), end, digits, n, bar)
			fmt.Fprintln(w, strings.TrimRight(line, " "))
		}
	}
}

// draw draws bars into an image file, a panel for each of more than two classes.
func (h *histogramShown) draw(path string, split int) error {
	o := chart.HistogramOptions{Title: fmt.Sprintf("Marginals of split %d", split), Axis: h.axis()}
	if len(h.Counts) > 1 {
		for k := range h.Counts {
			o.Classes = append(o.Classes, h.title(k))
		}
	}
	picture, err := chart.Histogram(h.Histogram, o)
	if err != nil {
		return err
	}
	return writePicture(path, picture)
}
