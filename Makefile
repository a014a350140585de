# Everything here is a plain go command; CI runs .ci/run.

.PHONY: build check bench

build: ## a static binary, ./workbench
	CGO_ENABLED=0 go build -trimpath -o workbench ./cmd/workbench

check: ## what CI runs
	.ci/run

.PHONY: bench-page benchmarks

ROWS = 100000
bench: ## each step beside plain C with SQLite, on ROWS candidates; docs/performance.md
	WORKBENCH_BENCH_ROWS=$(ROWS) go test -run '^$$' -bench '^BenchmarkBesideC$$' -timeout 0 .

SIZES = 1000 10000 100000 1000000 10000000
bench-page: ## the same on SIZES candidates, written into docs/performance.md
	WORKBENCH_BENCH_SIZES='$(SIZES)' go test -run '^$$' -bench '^BenchmarkPage$$' -timeout 0 .

benchmarks: ## those of all packages, ten times: compare two files of this with benchstat
	go test -run '^$$' -bench . -skip '^Benchmark(BesideC|Page)$$' -benchmem -count 10 ./...
