import Configuration
import TestSupport
import Testing

@testable import nightjar

/// The files that hold for every call.
@Suite struct ConfigurationFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for (name, group) in [("20-mine.json5", "mine"), ("10-ours.json5", "ours"), ("30-not.json", "none")] {
            try folder.write("{kafka: {group: '\(group)'}}".utf8, to: name)
        }
        try folder.write("{data: 'named'}".utf8, to: "named/named.json5")
    }

    private func files(_ environment: [String: String], named: [String] = []) throws -> [String] {
        try ConfigurationFile.all(named, of: RunCommand.self, folder: folder.path, environment: environment).map(\.file)
    }

    @Test("those of the folder that end in .json5, by name, after those that the command line names") func standing()
        throws
    {
        #expect(ConfigurationFile.folder == "/etc/nightjar")
        let standing = [folder.file("10-ours.json5"), folder.file("20-mine.json5")]
        let named = folder.file("named/named.json5")
        #expect(try files([:]) == standing)
        #expect(try files([:], named: [named]) == [named] + standing)
        let first = try ConfigurationFile.all([], of: RunCommand.self, folder: folder.path, environment: [:])[0]
        #expect(first.settings["kafka.group"] == .text("ours"))
        // A command that no file configures reads none.
        let none = try ConfigurationFile.all([], of: HelpCommand.self, folder: folder.path, environment: [:])
        #expect(none.isEmpty)
    }

    @Test("NIGHTJAR_CONFIG names a file in their place; empty it names none") func variable() throws {
        let named = folder.file("named/named.json5")
        #expect(try files(["NIGHTJAR_CONFIG": named]) == [named])
        #expect(try files(["NIGHTJAR_CONFIG": ""]).isEmpty)
    }

    @Test("a folder that is not there has none; one that holds a wrong file says which and where") func wrong() throws {
        let none = try ConfigurationFile.all(
            [], of: RunCommand.self, folder: folder.file("nothing"), environment: [:])
        #expect(none.isEmpty)
        try folder.write("{kafka: {grup: 'x'}}".utf8, to: "15-wrong.json5")
        let error = #expect(throws: (any Error).self) { try files([:]) }
        #expect(error.map { "\($0)" }?.contains("15-wrong.json5:1") == true)
    }
}
