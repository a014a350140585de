package notebook

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"

	"workbench/annotations"
	"workbench/annotations/matrix"
	"workbench/candidates"
	"workbench/session"
)

// What is in the database, beside the labeling functions of [LFNames].
const (
	subclassName    = "Spouse" // candidate subclass, with the table spouse
	person1         = "person1"
	person2         = "person2"
	Annotator       = "gold" // has labels in the dev split only
	TrainSplit      = 0
	DevSplit        = 1
	TrainCandidates = 22276
	DevCandidates   = 2811
)

// Seeds of the generators: one for the order of the candidates and one for
// their text, so that a change of words leaves every label where it is.
const (
	orderSeed = 271828
	textSeed  = 314159
)

// Subclass returns the candidate subclass of the example,
// Spouse(person1, person2).
func Subclass() (*candidates.Subclass, error) {
	return candidates.CandidateSubclass(subclassName, []string{person1, person2})
}

// Write creates a new Snorkel database with the built-in example at path. A
// file that is there already is not touched ([session.ErrExists]); if Write
// fails later, it leaves no file.
func Write(ctx context.Context, path string) error {
	s, err := session.Create(ctx, path)
	if err != nil {
		return err
	}
	err = errors.Join(write(ctx, s), s.Close())
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

func write(ctx context.Context, s *session.Session) error {
	subclass, err := Subclass()
	if err != nil {
		return err
	}
	if err := subclass.Create(ctx, s); err != nil {
		return err
	}
	pats := patterns()
	order := rand.New(rand.NewPCG(orderSeed, 0))
	train, dev := trainKinds(pats, order), devKinds(pats, order)
	trainIDs, devIDs := make([]int64, len(train)), make([]int64, len(dev))
	err = candidates.Write(ctx, s, func(w *candidates.Writer) error {
		sw := splitWriter{w: w, subclass: subclass, generator: newGenerator(rand.New(rand.NewPCG(textSeed, 0)))}
		if err := sw.split(TrainSplit, "train-%05d", train, trainIDs); err != nil {
			return err
		}
		return sw.split(DevSplit, "dev-%04d", dev, devIDs)
	})
	if err != nil {
		return err
	}
	if err := addLabels(ctx, s, append(trainIDs, devIDs...), append(train, dev...)); err != nil {
		return err
	}
	return addGoldLabels(ctx, s, subclass, devIDs, dev)
}

// splitWriter adds documents with candidates.
type splitWriter struct {
	w         *candidates.Writer
	subclass  *candidates.Subclass
	generator *generator
}

// split adds the candidates of a split in order, in documents of 5 to 12
// sentences, and notes their ids. name is the format of a document's name.
func (sw *splitWriter) split(split int, name string, kinds []kind, ids []int64) error {
	const fewest, most = 5, 12
	for from, number := 0, 0; from < len(kinds); number++ {
		n := len(kinds) - from
		if n > most {
			n = min(fewest+sw.generator.rng.IntN(most-fewest+1), n-fewest)
		}
		document, err := sw.w.Document(fmt.Sprintf(name, number), [2]string{"source", "made-up news"})
		if err != nil {
			return err
		}
		for i := from; i < from+n; i++ {
			if ids[i], err = sw.candidate(document, split, kinds[i]); err != nil {
				return err
			}
		}
		from += n
	}
	return nil
}

// candidate adds one sentence with its two persons and their candidate.
func (sw *splitWriter) candidate(document *candidates.DocumentRef, split int, k kind) (int64, error) {
	sentence, spans, err := sw.generator.sentence(k.group())
	if err != nil {
		return 0, err
	}
	ref, err := sw.w.Sentence(document, sentence)
	if err != nil {
		return 0, err
	}
	var persons [2]int64
	for i, span := range spans {
		if persons[i], err = sw.w.Span(ref, span[0], span[1]); err != nil {
			return 0, err
		}
	}
	// Where nobody votes, the order of the arguments is at times the other way
	// round than that of the text.
	if k.pattern.votes == [5]int16{} && sw.generator.rng.IntN(10) == 0 {
		persons[0], persons[1] = persons[1], persons[0]
	}
	return sw.w.Candidate(sw.subclass, split, persons[0], persons[1])
}

func addLabels(ctx context.Context, s *session.Session, ids []int64, kinds []kind) error {
	var keys []matrix.Key
	for _, name := range LFNames() {
		keys = append(keys, matrix.Key{Name: name})
	}
	var entries []matrix.Entry[int16]
	for i, k := range kinds {
		for j, vote := range k.pattern.votes {
			entries = append(entries, matrix.Entry[int16]{Row: i, Col: j, Value: vote})
		}
	}
	L, err := matrix.New(ids, keys, entries)
	if err != nil {
		return err
	}
	return annotations.AddLabels(ctx, s, L)
}

// addGoldLabels stores gold labels with their stable labels, as the workshop
// does, so that they can be exported and reloaded.
func addGoldLabels(ctx context.Context, s *session.Session, subclass *candidates.Subclass, ids []int64, kinds []kind) error {
	cands, err := candidates.Load(ctx, s, candidates.Query{IDs: ids})
	if err != nil {
		return err
	}
	rows := func(yield func(annotations.GoldRow, error) bool) {
		for i, k := range kinds { // ids ascend, so cands stand in the same order
			if k.class.gold() == 0 {
				continue
			}
			row := annotations.GoldRow{Position: candidates.Position{Line: i + 1}, Label: k.class.gold()}
			for _, a := range cands[i].Args {
				row.StableIDs = append(row.StableIDs, a.Context.StableID)
			}
			if !yield(row, nil) {
				return
			}
		}
	}
	split := DevSplit
	_, err = annotations.ImportGold(ctx, s, rows, annotations.GoldImportOptions{Annotator: Annotator, Subclass: subclass, Split: &split})
	return err
}
