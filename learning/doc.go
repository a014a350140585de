// Package learning denoises label matrices: majority vote, Snorkel's
// generative model with its search over hyperparameters, scores and error
// analysis. It sees matrices, never the database.
//
// The usual order is [RandomSearch] (or [NewGenerativeModel] and
// [GenerativeModel.Train]) on the matrix of the train split, then
// [GenerativeModel.Marginals], [Score] and [ErrorAnalysis] on a split with
// gold labels. [Evaluate] has what [Score] lacks, for any number of classes:
// calibration, log loss, confusion; and a [Comparison] puts several ways to
// marginals side by side.
//
// # What training computes
//
// Snorkel trains by stochastic gradient steps on Gibbs samples: the result
// depends on a seed, and the mean over seeds follows an ordinary differential
// equation. Train computes the end of that mean path; it is deterministic and
// depends neither on the order of the candidates nor on the number of
// processors. See [GenerativeModel.Train].
//
// # Warnings and status
//
// What a result lacks is said with it: a [Status] tells how training ended,
// and Warnings name labeling functions that never vote, accuracies that
// collapsed to chance, and the like. None of them is an error.
//
// # Compatibility with Snorkel
//
// Options carry Snorkel's names and defaults. Marginals, predictions and
// scores of given weights are those of Snorkel's closed forms, and searches
// draw the same trials from the same seed.
package learning
