# Nightjar's two commands are `make demo` and `make test`; each does all the set-up it needs.

.PHONY: demo test setup build bench format lint clean

demo: build
	@scripts/demo

test: setup
	swift test --disable-xctest

# Debug and release builds lie apart in .build, so that neither undoes the other.
build: setup
	swift build -c release --product nightjar

bench: setup
	@scripts/bench

setup:
	@scripts/setup

format:
	swift format -i -r Sources Tests Benchmarks Package.swift

lint:
	swift format lint --strict -r Sources Tests Benchmarks Package.swift

clean:
	rm -rf .build demo-data
