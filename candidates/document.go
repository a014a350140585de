package candidates

import (
	"fmt"

	"workbench/candidates/pickle"
)

// Document is a root context: a text that has sentences.
type Document struct {
	ID       int64
	StableID string
	Name     string
	meta     []byte
}

// Meta decodes the metadata that the document's parser kept, usually a dict
// of text ([pickle.Dict]); nil if there is none. It decodes anew each time.
func (d *Document) Meta() (any, error) {
	v, err := decodeMeta(d.meta)
	if err != nil {
		return nil, fmt.Errorf("document %d (%s), column meta: %w", d.ID, d.StableID, err)
	}
	return v, nil
}

func decodeMeta(blob []byte) (any, error) {
	if blob == nil {
		return nil, nil
	}
	return pickle.Decode(blob)
}
