# Nightjar's two commands are `make demo` and `make test`; each does all the set-up it needs.

.PHONY: demo test test-browser test-python test-vo chaos hostile drill setup build install bench truth docs format lint clean

# SERVE=1 ends it with the web server on the night that was made.
demo: build
	@SERVE=$(SERVE) scripts/demo

test: setup
	swift test --disable-xctest

# Every page in Debian's Chromium, beside a run that writes. NIGHTJAR_BINARY is a command that is built already; TESTS are
# names of some tests.
test-browser: $(if $(NIGHTJAR_BINARY),,build)
	@scripts/setup chromium chromium-driver
	@"$$(scripts/python-env browser)" Tests/Browser/run.py $(TESTS)

# The Python package, against the command's own answers and real servers.
test-python: $(if $(NIGHTJAR_BINARY),,build)
	@export NIGHTJAR_BINARY="$(abspath $(or $(NIGHTJAR_BINARY),.build/release/nightjar))" && \
		python="$$PWD/$$(scripts/python-env package)" && cd python && \
		"$$python" -m mypy --strict src && "$$python" -m pytest -q

# The same test as in `make test`, for CHAOS_SECONDS instead of ten, and the server is killed too.
chaos: setup
	NIGHTJAR_CHAOS_SECONDS=$(or $(CHAOS_SECONDS),180) NIGHTJAR_CHAOS_SEED=$(or $(CHAOS_SEED),1) \
		swift test --disable-xctest --filter ChaosTests

# The services of the Virtual Observatory, held to its standards by STILTS and pyvo (docs/vo.md).
test-vo: build
	@command -v stilts >/dev/null || $$([ $$(id -u) -eq 0 ] || echo sudo) apt-get install -qq -y --no-install-recommends stilts
	@scripts/vo-check

# All that packets can do wrong, and not the tenth of `make test`; HOSTILE_SEED and HOSTILE_SHARE choose.
hostile: setup
	@scripts/hostile

# All bad nights, and then DRILL_NIGHTS of them in a row.
drill: build
	@scripts/python-env >/dev/null
	.build/release/nightjar night drill --server scripts/drill-server $(if $(DRILL_NIGHTS),--nights $(DRILL_NIGHTS))

# Debug and release builds lie apart in .build, so that neither undoes the other.
build: setup
	swift build -c release --product nightjar

# The command with its completions, the classifiers and, where they are there, the models. PREFIX is where it will be,
# DESTDIR stands before it for who makes a package; BINARY is a command that is built already.
PREFIX ?= /usr/local
install: $(if $(BINARY),,build)
	install -D -m 755 $(or $(BINARY),.build/release/nightjar) $(DESTDIR)$(PREFIX)/bin/nightjar
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	$(DESTDIR)$(PREFIX)/bin/nightjar completions bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/nightjar
	$(DESTDIR)$(PREFIX)/bin/nightjar completions zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_nightjar
	if [ -d models ]; then install -d $(DESTDIR)$(PREFIX)/share/nightjar && \
		cp -R models $(DESTDIR)$(PREFIX)/share/nightjar/; fi
	install -d $(DESTDIR)$(PREFIX)/share/nightjar && cp -R classifiers filters $(DESTDIR)$(PREFIX)/share/nightjar/

bench: setup
	@scripts/bench

# Fits of light curves whose truth is known: COUNT of a kind, drawn with SEED.
truth: setup
	@scripts/fit-truth

# The documentation as a site, into site/. SWIFT_API=1 adds the Swift API, which needs a debug build.
docs:
	@SWIFT_API=$(SWIFT_API) scripts/docs

setup:
	@scripts/setup

format:
	swift format -i -r Sources Tests Benchmarks Package.swift

lint:
	swift format lint --strict -r Sources Tests Benchmarks Package.swift

clean:
	rm -rf .build demo-data site
