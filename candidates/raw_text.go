package candidates

import (
	"fmt"
	"slices"
	"strings"
)

// rawTextTable is the table as Snorkel's users have it. It is no part of
// Snorkel's schema, so only a file that has raw texts has it.
const rawTextTable = `CREATE TABLE raw_text (
	id INTEGER NOT NULL,
	name VARCHAR NOT NULL,
	text VARCHAR NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(id) REFERENCES context (id) ON DELETE CASCADE,
	UNIQUE (name)
)`

// createRawTexts makes the table of raw texts if the file has none.
func (w *Writer) createRawTexts() error {
	columns, err := w.tx.Columns("raw_text")
	if err != nil {
		return err
	}
	slices.Sort(columns)
	switch {
	case columns == nil:
		return w.tx.Script(rawTextTable)
	case !slices.Equal(columns, []string{"id", "name", "text"}):
		return fmt.Errorf("the table raw_text has the columns %s instead of id, name, text", strings.Join(columns, ", "))
	}
	return nil
}

// RawText adds a text that is a context by itself, and returns its id. Its
// name, which is also its stable id, must be unique. The first one creates the
// table raw_text, which Snorkel's own schema does not have.
func (w *Writer) RawText(name, text string) (int64, error) {
	if !w.hasRawTexts {
		if err := w.createRawTexts(); err != nil {
			return 0, err
		}
		w.hasRawTexts = true
	}
	switch {
	case name == "":
		return 0, fmt.Errorf("the id of the text is empty")
	case strings.Contains(name, "~~"):
		return 0, fmt.Errorf(`id %q contains "~~", which separates stable ids`, name)
	case text == "":
		return 0, fmt.Errorf("the text is empty")
	}
	if err := checkText("id", name); err != nil {
		return 0, err
	}
	if err := checkText("text", text); err != nil {
		return 0, err
	}
	id, err := w.addContext("raw_text", name)
	if err != nil {
		return 0, err
	}
	return id, w.insert(w.rawTexts, id, name, text)
}
