package main

import (
	"database/sql"
	"fmt"
	"sync"
	"testing"
)

// Several machines label parts of a split at the same time, and leave the labels, keys
// and classes of one run.
func postgresIsLabelledInParts(t *testing.T, server *postgresServer) {
	path := changed(t, oracleDB, func(*sql.DB) {})
	name := server.copyOf(t, oracleDB)
	apply := []string{"apply", "--lfs", "testdata/lfs.yaml", "--key-group", "4", "--classes", "no,yes", "--type", "spouse"}
	if want := runOn(t, path, append(apply, "--split-only")...); want.status != 0 {
		t.Fatal(want)
	}
	const parts = 4
	var working sync.WaitGroup
	said := make([]said, parts)
	for i := range said {
		working.Go(func() {
			said[i] = runOn(t, server.url(name), append(append([]string(nil), apply...), "--shard", fmt.Sprintf("%d/%d", i+1, parts))...)
		})
	}
	working.Wait()
	for i, s := range said {
		if s.status != 0 {
			t.Errorf("part %d: %+v", i+1, s)
		}
	}
	sameTables(t, path, server.connect(t, name), "all parts")
}
