package session_test

import (
	"context"
	"fmt"
	"log"

	"workbench/session"
)

// What is in a database that Snorkel wrote.
func ExampleOpen() {
	ctx := context.Background()
	s, err := session.Open(ctx, "../testdata/oracle/snorkel07.db")
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	o, err := s.Overview(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Snorkel", o.Version)
	for _, split := range o.Splits {
		fmt.Printf("split %d: %d candidates of type %s\n", split.Split, split.Candidates, split.Type)
	}
	// Output:
	// Snorkel 0.6–0.7
	// split 0: 238 candidates of type spouse
	// split 1: 86 candidates of type spouse
	// split 2: 67 candidates of type spouse
}

// A query that reads, whoever wrote it.
func ExampleSession_Query() {
	ctx := context.Background()
	s, err := session.Open(ctx, "../testdata/oracle/snorkel07.db")
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	err = s.Query(ctx, "SELECT split, count(*) AS candidates FROM candidate GROUP BY split",
		func(columns []string) error { fmt.Println(columns); return nil },
		func(values []any) error { fmt.Println(values...); return nil })
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// [split candidates]
	// 0 238
	// 1 86
	// 2 67
}
