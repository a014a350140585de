// Package latent fits latent class models to label matrices by maximum
// likelihood: P(y) Π P(answers of a component | y), where a component is one LF
// or several that depend on each other, and an abstention is an answer like
// others. [Fit] chooses the parameters of each LF and the dependencies by the
// Bayesian information criterion, and takes the mean of several models where
// none describes the matrix. Package learning is how to use it.
//
// # How
//
// Equal rows are one row with a weight. Expectation maximization goes over them
// with the components' tables as differences to each LF's most frequent answer,
// so that a step costs one addition for each class and each answer that is
// another, and is accelerated by squared extrapolation. Pairs of LFs are tested
// by the gradient of the log likelihood for the weights that they would have,
// joined if a likelihood ratio test and the criterion agree, one after another.
package latent
