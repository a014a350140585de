// Package structure finds dependencies among labeling functions: which of them
// tend to vote alike, and with higher-order dependencies which of them repeat
// or correct another. It sees matrices, never the database.
//
// The usual order is [NewDependencySelector], [DependencySelector.Select] on
// the matrix of the train split, and [Strongest] to keep a handful of what was
// found, as the workshop does; a generative model is then trained with them.
// [All] lists the dependencies that there could be.
//
// # What is computed
//
// For each LF a model of its labels given those of all others is fitted, a
// pseudolikelihood with the class summed out, by stochastic gradient with an
// L1 penalty (Bach, He, Ratner and Ré: Learning the Structure of Generative
// Models without Labeled Data, ICML 2017). A dependency whose weight ends above
// the threshold in the fit of either of its LFs is selected. No true class is
// needed, and nothing is random: the same matrix gives the same weights to the
// bit on any number of processors. The order of the candidates matters, as it
// does for every stochastic gradient.
//
// # What to expect
//
// The order of the weights is worth more than the threshold. Among LFs that
// abstain most of the time, or never, the default threshold selects most pairs,
// dependent or not, as Snorkel's selector does: Warnings say so. Propensity and
// a higher threshold help, but a threshold is a penalty too, and may hide weak
// dependencies from a fit. In the tests' planted examples the truly similar
// pairs are the strongest ones at every threshold.
//
// # Cost
//
// With m candidates, n LFs and 10 epochs there are 10·m·n steps. The plain loop
// touches every weight in each, in O(n). Here a step costs
//
//	O(labels in the row + n / truncation)
//
// because a voting LF needs work of its own, while all those that abstain share
// one gradient: their weights move together, by a single number that is added
// up until the next truncation. Only the truncation, which clips each weight at
// 0, must look at the weights of all LFs, once in truncation candidates (10 by
// default). In sparse matrices it leaves out the accuracies and other weights
// whose gradient is 0 where an LF abstains: several truncations of such a
// weight are one larger one, made when the LF next votes.
//
// The fits are independent and run on all processors. Memory is n weight
// vectors of 2n (6n with higher-order) numbers, and one number for each label.
//
// # Compatibility with Snorkel
//
// [DependencySelector] is snorkel.learning.structure.DependencySelector, with
// its names and defaults: the same steps in the same order, so the same
// dependencies, and weights that agree to about 1e-12 (sums are added up in
// another order). [Selection].Weights has Snorkel's layout. Differences:
//
//   - Snorkel returns a set without weights; here each dependency has one, and
//     the list has an order.
//   - Snorkel's exponentials overflow to NaN for hundreds of LFs. These don't.
//   - Labels other than −1, 0 and 1, which Snorkel takes for abstentions, are
//     an error, and so are options that make no sense.
//   - A matrix without candidates, on which Snorkel divides by zero, has no
//     dependencies.
package structure
