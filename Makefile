# Everything here is a plain go command; CI runs .ci/run.

.PHONY: build release check bench

PLATFORMS = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

# leaves out what cli turns Markdown into manuals with, which compiles its patterns at
# every start and which nothing here calls
TAGS = urfave_cli_no_docs

build: ## a static binary, ./workbench
	CGO_ENABLED=0 go build -tags $(TAGS) -trimpath -o workbench ./cmd/workbench

release: ## one for each platform in dist/, without what only debuggers need
	for platform in $(PLATFORMS); do \
		os=$${platform%/*} arch=$${platform#*/} end=; \
		test $$os != windows || end=.exe; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -tags $(TAGS) -buildvcs=true -trimpath -ldflags '-s -w' \
			-o dist/workbench-$$os-$$arch$$end ./cmd/workbench || exit; \
	done

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
