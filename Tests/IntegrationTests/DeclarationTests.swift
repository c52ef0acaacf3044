import Configuration
import Foundation
import TestSupport
import Testing

@testable import nightjar

/// What follows from the declarations of the commands' options.
@Suite struct DeclarationTests {
    @Test("the example in docs/configuration.md is right, and has every key that several commands share")
    func example() throws {
        let page = try Self.page("configuration.md")
        let parts = page.components(separatedBy: "```")
        let example = try #require(parts.first { $0.hasPrefix("json5\n") }).dropFirst("json5\n".count)
        let configuration = try Configuration(example.utf8, file: "example", keys: Commands.keys)
        let shared = Commands.configurable.flatMap { command in
            command.operands.compactMap(\.key) + command.declarations.compactMap { $0.isCommandLineOnly ? nil : $0.key }
        }
        #expect(Set(shared).subtracting(configuration.settings.keys) == [])
    }

    @Test("an option is a key's name with dashes, and a flag that is on by default has the one that switches it off")
    func keys() {
        var options: [String: String] = [:]
        for command in Commands.configurable {
            for option in command.declarations { options[option.path(of: command.name)] = option.name }
        }
        #expect(options["schemaRegistry"] == "schema-registry" && options["dustMap"] == "dust-map")
        #expect(options["plots"] == "no-plots" && options["fits"] == "no-fits" && options["pure"] == "pure")
        #expect(options["kafka.untilEnd"] == "until-end" && options["kafka.properties"] == "kafka-property")
        #expect(options["cloud.testID"] == "test-id" && options["cloud.deadLetters"] == "dead-letters")
        #expect(options["deadLetters.limit"] == "limit" && options["stage.serviceAccount"] == "service-account")
    }

    @Test("a key says the same in each command that has it")
    func oneMeaning() {
        var kinds: [String: ConfigurationKey] = [:]
        for command in Commands.configurable {
            for option in command.declarations {
                guard let key = option.key(of: command.name) else { continue }
                #expect(kinds[key.path].map { $0.kind == key.kind } ?? true, "\(command.name) \(key.path)")
                kinds[key.path] = key
            }
            #expect(Set(command.declarations.map(\.name)).count == command.declarations.count, "\(command.name)")
        }
        let sections = Set(kinds.values.compactMap(\.section))
        #expect(sections.isDisjoint(with: kinds.keys.filter { !$0.contains(".") }))
    }

    @Test("each command has two examples of itself")
    func examples() {
        for command in Commands.all {
            #expect(command.examples.count == 2, "\(command.name)")
            for example in command.examples {
                let isItself = command.name == "version" || example.contains("nightjar \(command.name) ")
                #expect(isItself, "\(command.name): \(example)")
            }
        }
    }

    @Test("docs/commands.md is what the declarations say; 'nightjar help --markdown > docs/commands.md' writes it")
    func commandsPage() throws {
        #expect(try Self.page("commands.md") == CommandsPage.text)
    }

    @Test("help names each option and value of a command, and its examples")
    func help() throws {
        for command in Commands.all {
            let words = command.name.split(separator: " ").map { String($0) }
            let outcome = try NightjarProcess(["help"] + words).outcome()
            #expect(try NightjarProcess(words + ["-h"]).outcome().output == outcome.output, "\(command.name)")
            #expect(outcome.status == 0 && outcome.output.hasPrefix("nightjar \(command.name)"), "\(outcome)")
            for option in command.declarations { #expect(outcome.output.contains("  \(option.spelling)")) }
            for example in command.examples { #expect(outcome.output.contains("  \(example)\n")) }
            #expect(outcome.lines.allSatisfy { $0.count <= 110 || $0.hasPrefix("  nightjar ") }, "\(command.name)")
        }
    }

    private static func page(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("docs/\(name)"), encoding: .utf8)
    }
}
