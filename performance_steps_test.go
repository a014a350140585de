//go:build unix

package workbench_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/learning"
	"workbench/session"
)

// A step is measured in a process of its own, so that its peak of memory is known:
// the test binary itself, called with the name of the step and its files.
const stepRole = "WORKBENCH_STEP"

func TestMain(m *testing.M) {
	if name := os.Getenv(stepRole); name != "" {
		got, err := takeStep(context.Background(), name, os.Args[1], os.Args[2])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(got.wall, got.cpu, got.peak, got.rows, got.sum)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// measured is what a step took, as testdata/yardstick prints it too.
type measured struct {
	wall, cpu float64 // seconds
	peak      int64   // kB of memory, 0 where the system does not tell
	rows      int64
	sum       uint64 // of the rows
}

// takeStep does what testdata/yardstick/yardstick.c does under the same name, and
// fits models, for which it has no step.
func takeStep(ctx context.Context, name, db, out string) (got measured, err error) {
	s, err := session.Open(ctx, db, session.Writable())
	if err != nil {
		return got, err
	}
	defer s.Close()
	var L *matrix.LabelMatrix
	var p *matrix.Marginals
	load := func() (err error) {
		L, err = (&annotations.LabelAnnotator{}).LoadMatrix(ctx, s, annotations.Selection{})
		return err
	}
	before, step := func() error { return nil }, load
	switch name {
	case "save", "replace":
		before = func() (err error) {
			if p, err = marginalsToSave(ctx, s); err == nil && name == "replace" {
				err = dropMarginal(ctx, s)
			}
			return err
		}
		step = func() error {
			_, err := annotations.SaveMarginals(ctx, s, p, annotations.SaveOptions{Training: true, DeleteOthers: true})
			return err
		}
	case "print":
		step = func() (err error) { p, err = printMarginals(ctx, s, out); return err }
	case "all":
		step = func() error {
			if err := load(); err != nil {
				return err
			}
			var err error
			if p, err = train(ctx, L); err != nil {
				return err
			}
			return writeMarginals(p, out)
		}
	case "train":
		before = load
		step = func() error { _, err := train(ctx, L); return err }
	case "fit":
		before = load
		step = func() error {
			model, err := learning.Fit(ctx, L, learning.FitOptions{})
			if err != nil {
				return err
			}
			_, err = model.Marginals(L)
			return err
		}
	}
	if err := before(); err != nil {
		return got, err
	}
	wall, cpu := time.Now(), cpuSeconds()
	if err := step(); err != nil {
		return got, err
	}
	got.wall, got.cpu, got.peak = time.Since(wall).Seconds(), cpuSeconds()-cpu, peakMemory()
	got.check(L, p)
	return got, nil
}

// check sums up what a step made, as the yardstick does.
func (got *measured) check(L *matrix.LabelMatrix, p *matrix.Marginals) {
	if p != nil {
		for i, id := range p.Candidates {
			got.sum = got.sum*31 + uint64(id) + uint64(1e12*p.P[i])
		}
		got.rows = int64(len(p.Candidates))
		return
	}
	for i, id := range L.Candidates() {
		cols, vals := L.Row(i)
		for k, j := range cols {
			got.sum = got.sum*31 + uint64(id*1000+int64(j)*10+int64(vals[k]))
		}
	}
	got.rows = int64(L.NNZ())
}

// marginalsToSave are those that the yardstick saves.
func marginalsToSave(ctx context.Context, s *session.Session) (*matrix.Marginals, error) {
	p := &matrix.Marginals{Cardinality: 2}
	err := s.Scan(ctx, func(sc *session.Scanner) error {
		return sc.Each(func(cur *session.Cursor) error {
			id := cur.Int64(0)
			p.Candidates, p.P = append(p.Candidates, id), append(p.P, (float64(id*7919%99991)+0.5)/99991)
			return nil
		}, "SELECT id FROM candidate WHERE split = 0 ORDER BY id")
	})
	return p, err
}

// dropMarginal deletes the first one, so that those that are stored are not those of
// the same candidates, which would be overwritten.
func dropMarginal(ctx context.Context, s *session.Session) error {
	return s.Update(ctx, func(tx *session.Tx) error {
		n, err := tx.Exec("DELETE FROM marginal WHERE id = (SELECT min(id) FROM marginal)")
		if err == nil && n != 1 {
			err = fmt.Errorf("%d marginals deleted, not one", n)
		}
		return err
	})
}

// train trains the generative model with its defaults, and predicts.
func train(ctx context.Context, L *matrix.LabelMatrix) (*matrix.Marginals, error) {
	g := learning.NewGenerativeModel(learning.ModelOptions{})
	if err := g.Train(ctx, L, learning.DefaultTrainOptions()); err != nil {
		return nil, err
	}
	return g.Marginals(L)
}

// printMarginals loads the stored marginals and writes them to a file.
func printMarginals(ctx context.Context, s *session.Session, path string) (*matrix.Marginals, error) {
	p, err := annotations.LoadMarginals(ctx, s, annotations.Selection{}, true, 0)
	if err != nil {
		return nil, err
	}
	return p, writeMarginals(p, path)
}

// writeMarginals writes them as csv.
func writeMarginals(p *matrix.Marginals, path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w, err := annotations.NewRowWriter(f, "csv", []annotations.TableColumn{{Name: "candidate_id"}, {Name: "probability", Kind: annotations.FloatColumn}})
	if err != nil {
		return err
	}
	row := make([]annotations.Cell, 2)
	for i, id := range p.Candidates {
		row[0], row[1] = annotations.IntegerCell(id), annotations.FloatCell(p.P[i])
		if err := w.Write(row); err != nil {
			return err
		}
	}
	return w.Close()
}

// cpuSeconds is the time that the process has had of the processors.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// peakMemory is in kB, as Linux tells it, and 0 elsewhere.
func peakMemory() (kb int64) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			fmt.Sscan(text, &kb)
		}
	}
	return kb
}
