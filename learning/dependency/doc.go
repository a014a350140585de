// Package dependency says how labeling functions depend on each other: that one
// repeats, corrects or excludes another. It has the types with Snorkel's
// numbers, the order in which models keep their weights ([Normalize]), and the
// documents in which dependencies are kept ([Read], [Write]).
//
// [Resolve] turns the names of a document into columns of a label matrix, and
// [Name] the other way. Package structure finds dependencies, and package
// learning trains models with them.
package dependency
