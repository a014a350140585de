// Package records reads the files that candidates are imported from: CSV, TSV
// or JSON lines.
//
// [NewReader] tells the format by the content, and [Reader.Records] are the
// records for [candidates.Import]. A file is never held in memory, one record
// is.
//
// # Raw texts
//
// One column is the text, another one the id that names it. Each record is a
// context by itself and one candidate of a class with one argument. Where only
// labels are at hand, the ids stand for the texts; and where there are no ids, the
// records may be numbered ([Options.Numbered]).
//
// # Sentences
//
// The column document names the document, and text or sentence has the text of
// the sentence. For each
// argument ARG of the class, ARG_start and ARG_end (or ARG_char_start and
// ARG_char_end) are the offsets of its first and its last character in the
// sentence, counted in code points from 0: as in Snorkel the end is inclusive.
// ARG_cid may have its canonical id. Optional are
//
//   - position: the place of the sentence in its document, from 0;
//   - sentence_start: its offset in the document, in code points;
//   - words and char_offsets, lemmas, pos_tags, ner_tags, dep_parents,
//     dep_labels, entity_cids, entity_types: a JSON array each, of equal length.
//
// In JSON lines, arguments can be given together instead, for one candidate as
// "arguments": {"person1": [0, 11], "person2": {"start": 26, "end": 38, "cid":
// "Q42"}}, or for any number of them as "candidates": [{…}, {…}]. A key that is
// not known is an error, unless the record has candidate_id: then it was exported
// with labels, and they are passed over like other columns of a table.
//
// # Gold labels
//
// One column may have gold labels ([Options.Gold]), in whatever form: they are
// not looked at here.
//
// # Formats
//
// All files are UTF-8, with or without a byte order mark. A file whose first
// character is { has one JSON object per line. Others begin with a line of
// column names, and are separated by tabs if that line has one, else by
// commas; fields may be quoted as RFC 4180 says, and a line end within quotes
// is read as one \n. An empty field is as good as none. A record without a text is
// an error, or left out with [Options.SkipEmpty].
package records
