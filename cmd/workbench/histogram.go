package main

import (
	"fmt"
	"image/color"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"workbench/annotations/matrix"

	"github.com/urfave/cli/v2"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
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
			if ext := strings.ToLower(filepath.Ext(out)); out != "" && ext != ".png" && ext != ".svg" {
				return usagef("histogram: --out %s: the name must end in .png or .svg", out)
			}
			p, err := c.histogramOf()
			if err != nil {
				return err
			}
			h := p.Histogram(bins)
			if out != "" {
				return drawHistogram(out, c.Int("split"), h)
			}
			if c.format == "table" {
				printHistogram(c.env.out, h)
				return nil
			}
			return c.emit(binTable(h), nil)
		},
	})
}

// histogramOf gives the marginals to draw: a model's, or the stored ones.
func (c *call) histogramOf() (*matrix.Marginals, error) {
	if !c.IsSet("model") {
		if err := c.onlyOfModel(); err != nil {
			return nil, err
		}
		p, _, err := c.stored()
		return p, err
	}
	if c.Bool("predicted") {
		return nil, usagef("histogram: --predicted is about stored marginals, leave --model out")
	}
	s, err := c.open()
	if err != nil {
		return nil, err
	}
	defer s.Close()
	_, _, _, p, err := c.believe(s)
	return p, err
}

func binTable(h *matrix.Histogram) *table {
	t := &table{columns: []column{{name: "lo"}, {name: "hi"}}}
	for k := range h.Counts {
		name := "count"
		if len(h.Counts) > 1 {
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

// printHistogram draws bars in a terminal.
func printHistogram(w io.Writer, h *matrix.Histogram) {
	const widest, narrowest = 50, 10
	for k, list := range h.Counts {
		if len(h.Counts) > 1 {
			fmt.Fprintf(w, "class %d\n", k+1)
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

// drawHistogram draws bars into an image file, one colour per class.
func drawHistogram(path string, split int, h *matrix.Histogram) error {
	p := plot.New()
	p.Title.Text = fmt.Sprintf("Marginals of split %d", split)
	p.X.Label.Text, p.Y.Label.Text = "probability", "candidates"
	p.X.Min, p.X.Max = 0, 1
	p.Legend.Top, p.Legend.XOffs = true, -6*vg.Centimeter // most marginals are near 0 or 1, not in between
	for k, list := range h.Counts {
		bars := &plotter.Histogram{Width: 1 / float64(h.Bins), FillColor: classColor(k, len(h.Counts)), LineStyle: plotter.DefaultLineStyle}
		for b, n := range list {
			bars.Bins = append(bars.Bins, plotter.HistogramBin{Min: h.Edge(b), Max: h.Edge(b + 1), Weight: float64(n)})
		}
		p.Add(bars)
		if len(h.Counts) > 1 {
			p.Legend.Add(fmt.Sprintf("class %d", k+1), bars)
		}
	}
	const width, height = 16 * vg.Centimeter, 10 * vg.Centimeter
	image, err := p.WriterTo(width, height, strings.ToLower(strings.TrimPrefix(filepath.Ext(path), ".")))
	if err != nil {
		return err
	}
	return writeFile(path, func(w io.Writer) error {
		_, err := image.WriteTo(w)
		return err
	})
}

// classColor spreads the classes over the colour circle; several are drawn
// over each other, so they let each other shine through.
func classColor(k, of int) color.Color {
	if of == 1 {
		return color.NRGBA{R: 0x4c, G: 0x72, B: 0xb0, A: 0xff}
	}
	const alpha = 0x90
	angle := 2 * math.Pi * float64(k) / float64(of)
	wave := func(shift float64) uint8 { return uint8(127 + 127*math.Cos(angle-shift)) }
	return color.NRGBA{R: wave(0), G: wave(2 * math.Pi / 3), B: wave(4 * math.Pi / 3), A: alpha}
}
