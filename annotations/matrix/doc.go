// Package matrix holds label matrices, and what else belongs to the rows and
// columns of one, as plain data: it knows no file and no database.
//
// A [LabelMatrix] has a row for each of m candidates and a column for each of n
// labeling functions, named by a [Key]. Package annotations reads one from a
// session; [New], [FromDense] and a [Builder] make one of anything else.
// [LFStats], [PairStats] and [Summarise] describe it, [Group] finds its distinct
// rows, the [Patterns] that models are trained on, [Align] brings gold labels into
// its order, [Marginals] are what a model believes of its rows, and [Ranges] limit
// the classes that they can have.
//
// # Storage
//
// Rows are compressed: per stored label one 4-byte column and one 2-byte value,
// and 16 bytes per candidate. What is not stored is 0, an abstention. A matrix
// is not changed after it is made, so that it can be shared between goroutines,
// and matrices made from it may share its memory.
//
// # Labels
//
// Of two classes labels are −1 and 1, of K > 2 classes 1..K; 0 abstains
// ([CheckLabels], [InferCardinality]).
//
// # Compatibility with Snorkel
//
// Rows, columns and values are those of Snorkel's csr_AnnotationMatrix, and
// statistics those of csr_LabelMatrix, but that a stored zero is no entry.
package matrix
