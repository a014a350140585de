package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// fileHint says where a file belongs, to somebody who named it where no argument
// is wanted.
func fileHint(cmd *cli.Command, word string) string {
	info, err := os.Stat(word)
	if err != nil || info.IsDir() {
		return ""
	}
	takes := func(flag string) bool { return slices.Contains(flagNames(cmd.Flags), flag) }
	ending := strings.ToLower(filepath.Ext(word))
	switch {
	case isDatabase(word, ending):
		return "; name the database with --db " + word
	case slices.Contains([]string{".yaml", ".yml"}, ending) && takes("lfs"):
		return "; name the labeling functions with --lfs " + word
	case ending == ".json" && takes("model"):
		return "; name the model with --model " + word
	case slices.Contains([]string{".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".gz", ".npz", ".npy", ".parquet"}, ending):
		return "; a database is read, into which workbench import-labels brings a file of labels, import-marginals one of marginals, import-gold one of gold labels and import one of candidates; workbench fit and compare read a table of labels themselves"
	}
	return ""
}

// isDatabase reports whether a file is an SQLite database, or is empty and called
// as if it were to become one.
func isDatabase(path, ending string) bool {
	const magic = "SQLite format 3\x00"
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(magic))
	n, err := io.ReadFull(f, head)
	if err == io.EOF {
		return slices.Contains([]string{".db", ".sqlite", ".sqlite3"}, ending)
	}
	return string(head[:n]) == magic
}
