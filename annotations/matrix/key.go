package matrix

// Key is a column of an annotation table: a labeling function, an annotator or
// a feature.
type Key struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Group int    `json:"-"`
}
