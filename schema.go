// Package workbench holds the one thing that the whole project shares: the
// schema of a Snorkel 0.7 database. The packages session, candidates,
// annotations and learning do the work; cmd/workbench is the command line.
package workbench

import _ "embed"

//go:embed schema.sql
var schema string

// Schema returns the SQL statements that create an empty Snorkel 0.7 database.
func Schema() string { return schema }
