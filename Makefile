# Everything here is a plain go command; CI runs .ci/run.

.PHONY: build check bench

build: ## a static binary, ./workbench
	CGO_ENABLED=0 go build -trimpath -o workbench ./cmd/workbench

check: ## what CI runs
	.ci/run

bench: ## all benchmarks, ten times: compare two files of this with benchstat
	go test -run '^$$' -bench . -benchmem -count 10 ./...
