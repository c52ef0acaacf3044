import TestServers
import Testing

/// What needs the emulator, one test after the other: it does not take rows and queries at the same time.
@Suite(.serialized, .enabled(if: PythonEnvironment.bigQuery.isThere, "\(BigQueryEmulator.skipped)"))
struct BigQueryEmulatorTests {}
