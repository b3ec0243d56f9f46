# Penstock. `make` alone lists the targets.
MVN := ./mvnw --batch-mode --no-transfer-progress
HTTP ?= 8080
DATA ?= data
BASE ?= debian:bookworm-slim

.PHONY: help build images manifests demo bench test test-tools e2e-tools e2e cluster-test format golden clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## compile and package, without tests
	@$(MVN) -q -pl dataplane,operator,bench -am package -DskipTests -DskipChecks

manifests: ## the chart as plain manifests, for those without Helm: target/manifests
	@tools=$$(e2e/chart-tools helm) && eval "$$tools" && charts/manifests target/manifests

demo: ## build what is needed and play the quickstart: prints a URL, Ctrl-C ends it (HTTP=8080 DATA=data)
	@echo "Building (the first time fetches libraries, a minute or two)..."
	@$(MVN) -q -pl dataplane -am package -DskipTests -DskipChecks
	@./penstock run samples/quickstart --http $(HTTP) --data $(DATA)

images: ## make the images of operator and data plane: {operator,dataplane}/target/jib-image.tar (BASE=debian:bookworm-slim, or tar://FILE)
	@$(MVN) -q -pl operator,dataplane -am package -Pimages -DskipTests -DskipChecks -Djib.from.image=$(BASE) -Djib.console=plain -Djib.serialize=true
	@.mvn/image-sizes operator/target/jib-image.tar dataplane/target/jib-image.tar

bench: build ## deliver to thousands of viewers, beside node-media-server (Linux, 2 cores, ffmpeg, npm): docs/performance.md; BENCH="--rows peer"
	@jdk=$$(./penstock --jdk) && "$$jdk/bin/java" --enable-native-access=ALL-UNNAMED -cp "bench/target/classes:bench/target/lib/*" dev.penstock.bench.FanOut $(BENCH)

test: test-tools ## install what the tests need, run all checks and tests
	@control=$$(e2e/control-plane) && tools=$$(e2e/chart-tools) && players=$$(e2e/players) && eval "$$control" && eval "$$tools" && eval "$$players" && $(MVN) verify

test-tools: ## install what the tests need
	@e2e/test-tools

e2e-tools: ## install and build what the node tier needs (root; about 10 minutes, once)
	@e2e/test-tools e2e
	@e2e/node-tools

e2e: ## install and build what is needed, and test on real nodes (root, Linux); on any cluster: E2E_KUBECONFIG=...
	@e2e/test-tools e2e
	@e2e/node-tests

cluster-test: ## test the cluster of the node tier itself (root)
	@e2e/cluster-test

format: ## apply the formatter
	@$(MVN) -q spotless:apply

golden: ## rewrite golden files (read the diff before you commit it)
	@control=$$(e2e/control-plane) && tools=$$(e2e/chart-tools) && players=$$(e2e/players) && eval "$$control" && eval "$$tools" && eval "$$players" && $(MVN) verify -Dgolden.update -DskipChecks

clean: ## remove what builds left
	@$(MVN) -q clean
