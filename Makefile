# Nightjar's two commands are `make demo` and `make test`; each does all the set-up it needs.

.PHONY: demo test chaos hostile setup build bench truth format lint clean

demo: build
	@scripts/demo

test: setup
	swift test --disable-xctest

# The same test as in `make test`, for CHAOS_SECONDS instead of ten, and the server is killed too.
chaos: setup
	NIGHTJAR_CHAOS_SECONDS=$(or $(CHAOS_SECONDS),180) NIGHTJAR_CHAOS_SEED=$(or $(CHAOS_SEED),1) \
		swift test --disable-xctest --filter ChaosTests

# All that packets can do wrong, and not the tenth of `make test`; HOSTILE_SEED and HOSTILE_SHARE choose.
hostile: setup
	@scripts/hostile

# Debug and release builds lie apart in .build, so that neither undoes the other.
build: setup
	swift build -c release --product nightjar

bench: setup
	@scripts/bench

# Fits of light curves whose truth is known: COUNT of a kind, drawn with SEED.
truth: setup
	@scripts/fit-truth

setup:
	@scripts/setup

format:
	swift format -i -r Sources Tests Benchmarks Package.swift

lint:
	swift format lint --strict -r Sources Tests Benchmarks Package.swift

clean:
	rm -rf .build demo-data
