// Package candidates reads and writes the objects that labels are about:
// candidates, the contexts that are their arguments, and the subclasses (one
// relation type, one table) they belong to.
//
// [CandidateSubclass] declares a relation type as candidate_subclass does in
// Snorkel, [Lookup] recognises one that a file already has, and [Each] reads
// the candidates of a split with their arguments, down to the words of their
// sentences; [Load] keeps all of them. [BetweenTokens], [TaggedText] and the
// other helpers of snorkel.lf_helpers look at the text around the arguments, and
// [Candidate.Passages] marks the arguments in it for people to read.
// [Write] adds documents, sentences, spans and candidates, [Import] adds them
// from the records of a file, and [AssignSplits] divides candidates into splits.
//
// # Text
//
// A span's offsets count Unicode code points, and its end is inclusive. Stable
// ids follow Snorkel: NAME::document:0:0, NAME::sentence:START:END with an
// exclusive end, NAME::span:START:END with an inclusive one, both counted from
// the start of the document.
//
// # Compatibility with Snorkel
//
// Cardinality and class values are not stored in a database, neither by
// Snorkel nor here: they live in the [Subclass]. A candidate whose subclass
// row is gone (its context was deleted) is still a candidate of its split; it
// has no arguments.
package candidates
