package main

import (
	"context"
	"io"
	"math"
	"os"

	"github.com/urfave/cli/v2"

	"workbench/annotations"
	"workbench/session"
)

func (e *env) importLabels() *cli.Command {
	return e.command(command{
		name:  "import-labels",
		usage: "store labels that exist already, from a table",
		args:  "FILE",
		examples: []string{
			"workbench import-labels L.csv",
			"workbench import-labels L_train.tsv --abstain -1 --cardinality 3",
			"workbench import-labels - --key-group 1 --replace < L.csv",
		},
		flags: []cli.Flag{
			&cli.IntFlag{Name: "key-group", Usage: "group of the label keys"},
			&cli.IntFlag{Name: "abstain", Usage: "label that abstains: 0 as in Snorkel's labels, or -1 as in Snorkel 0.9's, whose classes count from 0"},
			&cli.IntFlag{Name: "cardinality", Usage: "number of classes", DefaultText: "2 with --abstain -1, else whatever fits the labels"},
			&cli.BoolFlag{Name: "replace", Usage: "replace labels that are stored already; an abstention deletes them"},
			&cli.StringFlag{Name: "type", Usage: "only candidates of this type (the table of their class)"},
		},
		formats: []string{"json", "csv"},
		action: func(c *call) error {
			opts, err := c.labelImport()
			if err != nil {
				return err
			}
			s, err := c.open(session.Writable())
			if err != nil {
				return err
			}
			defer s.Close()
			// Never open the database as a file: closing it would drop SQLite's locks.
			if sameFile(c.Args().First(), s.Path()) {
				return usagef("import-labels: %s is the database itself; name the file of labels", c.Args().First())
			}
			done, err := c.storeLabels(s, opts)
			if err != nil {
				return err
			}
			return c.emitImported(done)
		},
	})
}

// labelImport reads the flags of import-labels.
func (c *call) labelImport() (annotations.LabelImport, error) {
	opts := annotations.LabelImport{Name: c.Args().First(), Type: c.String("type"), KeyGroup: c.Int("key-group"),
		Abstain: c.Int("abstain"), Cardinality: c.Int("cardinality"), Replace: c.Bool("replace")}
	switch k := opts.Cardinality; {
	case c.NArg() != 1 || opts.Name == "":
		return opts, usagef("import-labels: give one file, or - for stdin; got %d arguments", c.NArg())
	case opts.Abstain != 0 && opts.Abstain != -1:
		return opts, usagef("--abstain %d is neither 0, as in Snorkel's labels, nor -1, as in Snorkel 0.9's", opts.Abstain)
	case c.IsSet("cardinality") && k < 2:
		return opts, usagef("--cardinality %d is less than 2", k)
	case k > math.MaxInt16:
		return opts, usagef("--cardinality %d is more than %d", k, math.MaxInt16)
	}
	return opts, nil
}

// storeLabels imports the file that is the command's argument.
func (c *call) storeLabels(s *session.Session, opts annotations.LabelImport) (done annotations.ImportedLabels, err error) {
	ctx, table := c.Context.Context, &measured{share: func(int64) float64 { return 0 }}
	if opts.Name == "-" {
		opts.Name = "stdin"
		table.r = newInterruptible(ctx, os.Stdin)
	} else {
		f, err := os.Open(opts.Name)
		if err != nil {
			return done, err
		}
		defer f.Close()
		table.r = f
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			table.share = func(n int64) float64 { return float64(n) / float64(max(info.Size(), 1)) }
		}
	}
	err = c.env.term.long("importing labels", func(report func(float64)) error {
		table.report = report
		done, err = annotations.ImportLabels(ctx, s, opts, table)
		return err
	})
	return done, err
}

func (c *call) emitImported(done annotations.ImportedLabels) error {
	if done.Replaced > 0 || done.Deleted > 0 {
		c.env.term.note("replaced %d labels that were stored before, and deleted %d where the file abstains", done.Replaced, done.Deleted)
	}
	if c.format == "table" {
		c.printf("Imported %d labels of %d candidates by %d labeling functions\n", done.Labels, done.Candidates, done.KeysCreated+done.KeysReused)
		return nil
	}
	var r record
	r.set("labels", done.Labels)
	r.set("candidates", done.Candidates)
	r.set("keys_created", done.KeysCreated)
	r.set("keys_reused", done.KeysReused)
	r.set("replaced", done.Replaced)
	r.set("deleted", done.Deleted)
	return c.emitRecord(r)
}

// measured reports how much of a file was read.
type measured struct {
	r      io.Reader
	n      int64
	share  func(n int64) float64
	report func(done float64)
}

func (m *measured) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.n += int64(n)
	m.report(m.share(m.n))
	return n, err
}

// interruptible reads what may never come, such as what is typed, and gives up
// when the context is done. The goroutine that waits for it then stays behind
// until the process ends.
type interruptible struct {
	ctx    context.Context
	chunks chan chunk
	rest   chunk
}

type chunk struct {
	data []byte
	err  error
}

func newInterruptible(ctx context.Context, r io.Reader) *interruptible {
	in := &interruptible{ctx: ctx, chunks: make(chan chunk)}
	go func() {
		const size = 1 << 16
		for {
			data := make([]byte, size)
			n, err := r.Read(data)
			select {
			case in.chunks <- chunk{data[:n], err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return in
}

func (in *interruptible) Read(p []byte) (int, error) {
	for len(in.rest.data) == 0 {
		if in.rest.err != nil {
			return 0, in.rest.err
		}
		select {
		case in.rest = <-in.chunks:
		case <-in.ctx.Done():
			return 0, in.ctx.Err()
		}
	}
	n := copy(p, in.rest.data)
	in.rest.data = in.rest.data[n:]
	return n, nil
}
