// Package workbench holds the one thing that the whole project shares: the
// schema of a Snorkel 0.7 database, and of the tables that workbench adds when
// a model is saved in one, the classes of candidates are remembered, or somebody
// leaves a note. The packages session, candidates, annotations and learning do
// the work; cmd/workbench is the command line.
package workbench

import _ "embed"

//go:embed schema.sql
var schema string

//go:embed schema.postgresql.sql
var postgresSchema string

//go:embed models.sql
var models string

//go:embed classes.sql
var classes string

//go:embed notes.sql
var notes string

// Schema returns the SQL statements that create an empty Snorkel 0.7 database.
func Schema() string { return schema }

// PostgresSchema returns those that do it in a PostgreSQL database.
func PostgresSchema() string { return postgresSchema }

// ModelSchema returns the SQL statements that create the tables for stored
// models.
func ModelSchema() string { return models }

// ClassSchema returns the SQL statement that creates the table for classes and
// their names.
func ClassSchema() string { return classes }

// NoteSchema returns the SQL statement that creates the table for notes.
func NoteSchema() string { return notes }
