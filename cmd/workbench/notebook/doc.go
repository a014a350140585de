// Package notebook makes the built-in example: a Snorkel database with the
// candidates, labels and gold labels of the workshop notebook "Training the
// Generative Model", on made-up news text.
//
// [Write] makes the file. The constants name what is inside, [LFNames] lists
// the labeling functions, and [KnownCouples] with the patterns says what makes
// each of them vote, so that functions written anew give the same labels.
//
// # What is the notebook's and what is not
//
// Which labeling functions vote together, how often, and what the annotator
// says there are the notebook's counts, exactly so on the dev split and scaled
// to its size on the train split; every figure computed from labels alone is
// therefore the notebook's. The sentences, the names and the list of known
// couples are made up. A train candidate has no gold label; its text is chosen
// as if it had one, at the dev split's rates.
//
// # Determinism
//
// All choices come from PCG generators with fixed seeds. Two files that Write
// made hold the same rows with the same ids.
package notebook
