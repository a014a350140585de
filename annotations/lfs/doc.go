// Package lfs reads labeling functions from YAML files.
//
// [Read] turns a file into the [annotations.LF] that a LabelAnnotator applies.
// An entry of the file looks for terms, regular expressions, known pairs or
// lengths around the arguments of a candidate, is one of the Snorkel
// workshop's factories (MatchTerms, MatchRegex, DistantSupervision), an SQL
// query, or an external program. docs/labeling-functions.md describes the
// format.
//
// # Compatibility with Snorkel
//
// Windows, tokens and texts are those of snorkel.lf_helpers, which package
// candidates provides. The factories compute what the workshop's
// lf_factories.py does, under the names that it makes. Regular expressions are
// those of Python's re module.
package lfs
