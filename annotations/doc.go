// Package annotations turns the label, gold label, feature and marginal tables
// of a session into matrices and back, and applies labeling functions.
//
// [LabelAnnotator.Apply] runs labeling functions ([LF]) over the candidates of a
// split and stores what they say; [LabelAnnotator.Labels] only runs them.
// [LabelAnnotator.LoadMatrix] reads the label matrix L (m candidates × n
// labeling functions) of a split, [LoadGoldLabels] an annotator's labels for
// it, and [SaveMarginals] and [LoadMarginals] keep what a model believes.
// [ImportGold] takes labels that people gave outside of the database, by the
// stable ids of a candidate's contexts, and [ExportGold] gives them out.
//
// # Matrices
//
// Matrices, marginals and their statistics are plain data and live in package
// matrix. Rows of a loaded matrix are candidates by ascending id, labelled or
// not; columns are keys by ascending key id; what is not stored is 0, an
// abstention.
//
// # Compatibility with Snorkel
//
// Rows, columns and values are those of Snorkel's load_matrix, with these
// differences: a stored zero is no entry; a fraction or a text in a label
// column is an error; integers that numpy wrote as 8-byte blobs are read as
// what they mean; unknown names are errors that list what exists.
package annotations
