package annotations

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"workbench/annotations/matrix"
	"workbench/session"
)

// errUnfit says that a label has no room in the bits that were chosen.
var errUnfit = errors.New("a label does not fit its bits")

// packedReading reads the patterns that a server packs: each connection those of a range
// of candidates, in order, so that the client has no pattern twice.
type packedReading struct {
	sel     *Selection
	packing *session.Packing
	keys    []matrix.Key
	most    int
	stop    func() // ends what connections do
}

// packedBatch are some patterns, in order.
type packedBatch struct {
	words  []int64 // of each pattern, one after the other
	counts []int64 // candidates
	labels []int64 // rows of the table that a candidate has
	ids    []int64 // the smallest one of a candidate
}

// connections is how many to use: one does for some ten thousand candidates.
func connections(wanted, candidates int) int {
	const most, worthOne = 8, 50_000
	if wanted > 0 {
		return wanted
	}
	return max(1, min(runtime.GOMAXPROCS(0), most, candidates/worthOne))
}

// run reads them on so many connections, or on as many as there are.
func (r *packedReading) run(ctx context.Context, sc *session.Scanner, n int) (matrix.Counted, error) {
	scanners := []*session.Scanner{sc}
	if r.packing.Only == nil && n > 1 {
		others, done, err := sc.Beside(n - 1)
		if err != nil {
			return matrix.Counted{}, err
		}
		defer done()
		scanners = append(scanners, others...)
	}
	ended := make(chan struct{}) // when no batch is wanted any more
	var working sync.WaitGroup
	readers := make([]*packedReader, len(scanners))
	for i, part := range r.parts(len(scanners)) {
		readers[i] = &packedReader{packedReading: r, part: part, batches: make(chan packedBatch, 2), ended: ended}
		working.Go(func() { readers[i].read(scanners[i]) })
	}
	rows, err := r.merge(readers)
	if err != nil && !errors.Is(err, errUnfit) {
		r.stop()
	}
	close(ended)
	working.Wait()
	return rows, err
}

// parts divides the ids of the packing into ranges.
func (r *packedReading) parts(n int) []session.Packing {
	parts := make([]session.Packing, n)
	width := uint64(r.packing.Last-r.packing.First)/uint64(n) + 1
	for i := range parts {
		parts[i] = *r.packing
		if i > 0 {
			parts[i].First = parts[i-1].Last + 1
		}
		if i < n-1 {
			parts[i].Last = min(r.packing.Last, parts[i].First+int64(width-1))
		}
	}
	return parts
}

// packedReader reads one range.
type packedReader struct {
	*packedReading
	part    session.Packing
	batches chan packedBatch
	ended   chan struct{}
	err     error // to be read when batches is closed

	batch packedBatch // that merge is at
	at    int
}

var errEnded = errors.New("no more is wanted")

func (r *packedReader) read(sc *session.Scanner) {
	defer close(r.batches)
	r.err = r.each(sc)
}

// each sends the patterns of the range in batches.
func (r *packedReader) each(sc *session.Scanner) error {
	const many = 1024
	packed, err := sc.Packed(&r.part)
	if err != nil {
		return err
	}
	words := make([]int64, r.part.Words())
	where, args := r.sel.where("c")
	args = append([]any{r.part.First, r.part.Last}, args...)
	columns := strings.TrimPrefix(packedColumns(words, ", word%d"), ", ")
	query := "SELECT" + packedColumns(words, " coalesce(x.word%[1]d, 0) AS word%[1]d,") +
		" count(*), coalesce(max(x.n), 0), min(c.id) FROM candidate AS c LEFT JOIN (" + packed + ") AS x ON x.id = c.id" +
		" WHERE c.id >= ? AND c.id <= ? AND " + where
	query = "SELECT * FROM (" + query + " GROUP BY " + grouped(len(words)) + ") AS patterns ORDER BY " + columns
	var b packedBatch
	send := func() error {
		select {
		case r.batches <- b:
			b = packedBatch{}
			return nil
		case <-r.ended:
			return errEnded
		}
	}
	err = sc.Each(func(cur *session.Cursor) error {
		for w := range words {
			word := cur.Int64(w)
			if !r.part.Fits(word) {
				return errUnfit
			}
			b.words = append(b.words, word)
		}
		b.counts = append(b.counts, cur.Int64(len(words)))
		b.labels = append(b.labels, cur.Int64(len(words)+1))
		b.ids = append(b.ids, cur.Int64(len(words)+2))
		if len(b.counts) == many {
			return send()
		}
		return nil
	}, query, args...)
	if err == nil && len(b.counts) > 0 {
		err = send()
	}
	return err
}

// grouped numbers the first columns.
func grouped(n int) string {
	text := "1"
	for k := 2; k <= n; k++ {
		text += ", " + strconv.Itoa(k)
	}
	return text
}

// next moves to the next pattern, and reports whether there is one.
func (r *packedReader) next() (bool, error) {
	if r.at++; r.at < len(r.batch.counts) {
		return true, nil
	}
	var ok bool
	r.batch, ok = <-r.batches
	if r.at = 0; !ok {
		return false, r.err
	}
	return true, nil
}

// words are those of the pattern that it is at.
func (r *packedReader) words() []int64 {
	n := r.part.Words()
	return r.batch.words[r.at*n : (r.at+1)*n]
}

// merge puts the patterns of all ranges together.
func (r *packedReading) merge(readers []*packedReader) (matrix.Counted, error) {
	var b matrix.Builder[int16]
	var ids []int64
	var counts []int
	var live []*packedReader
	for _, reader := range readers {
		if ok, err := reader.next(); err != nil {
			return matrix.Counted{}, err
		} else if ok {
			live = append(live, reader)
		}
	}
	words := make([]int64, r.packing.Words())
	for len(live) > 0 {
		copy(words, live[0].words())
		for _, reader := range live[1:] {
			if slices.Compare(reader.words(), words) < 0 {
				copy(words, reader.words())
			}
		}
		if len(ids) == r.most {
			return matrix.Counted{}, ErrManyPatterns
		}
		codes := r.add(&b, int32(len(ids)), words)
		ids, counts = append(ids, 0), append(counts, 0)
		last, left := len(ids)-1, live[:0]
		for _, reader := range live {
			more := true
			if slices.Equal(reader.words(), words) {
				of, at := &reader.batch, reader.at
				if of.labels[at] != codes { // two labels of one key
					return matrix.Counted{}, errNotPacked
				}
				if counts[last] == 0 || of.ids[at] < ids[last] {
					ids[last] = of.ids[at]
				}
				counts[last] += int(of.counts[at])
				var err error
				if more, err = reader.next(); err != nil {
					return matrix.Counted{}, err
				}
			}
			if more {
				left = append(left, reader)
			}
		}
		live = left
	}
	L, err := b.Matrix(ids, r.keys)
	if err != nil {
		return matrix.Counted{}, err
	}
	return matrix.NewCounted(L, counts)
}

// add adds a row, and returns how many labels it has.
func (r *packedReading) add(b *matrix.Builder[int16], row int32, words []int64) (labels int64) {
	for w, word := range words {
		r.packing.Unpack(w, word, func(key int, value int64) {
			b.Add(row, int32(key), int16(value))
			labels++
		})
	}
	return labels
}
