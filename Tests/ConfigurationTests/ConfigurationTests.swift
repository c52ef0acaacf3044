import Configuration
import Foundation
import Testing

@Suite struct ConfigurationTests {
    private static func problems(_ text: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try Configuration(text.utf8, file: "n.json5")
            return []
        } catch { return error.description.split(separator: "\n").map { String($0) } }
    }

    @Test("takes everything that it may say")
    func whole() throws {
        let text = """
            {
              sources: ['a.tar.gz', "-"], data: 'night', schemas: 'avsc', schemaRegistry: 'https://registry/',
              pure: true, fits: true, models: 'm', model: 'salt3', redshifts: 'z.csv', dustMap: 'sfd', plots: false,
              json: true, quiet: false,
              kafka: {
                group: 'g', start: 1200, untilEnd: false, follow: true, publish: 'kafka://host:9092/', night: '20240915',
                krb5Conf: '/k',
                properties: {
                  'security.protocol': 'SASL_SSL', "fetch.max.bytes": 5e7, 'enable.ssl.certificate.verification': false,
                  'sasl.password': { file: '/run/secret' }, 'sasl.username': { env: 'WHO' },
                },
              },
              cloud: {
                project: 'p', survey: 'lsst', testID: 't1', region: 'us', deadLetters: 'pubsub://p/t',
                table: 'bigquery://p/d', pictures: 'gs://b', cutouts: 'gs://a', workers: 4, batch: '64', settle: 300, untilIdle: 10,
              },
            }
            """
        let configuration = try Configuration(text.utf8, file: "n.json5")
        #expect(Set(configuration.settings.keys) == Set(ConfigurationKey.all.map(\.path)))
        #expect(configuration.settings["sources"] == .list(["a.tar.gz", "-"]))
        #expect(configuration.settings["plots"] == .flag(false))
        #expect(
            configuration.settings["cloud.workers"] == .text("4")
                && configuration.settings["cloud.batch"] == .text("64"))
        #expect(configuration.settings["kafka.start"] == .text("1200"))
        #expect(
            configuration.properties.map(\.assignment) == [
                "security.protocol=SASL_SSL", "fetch.max.bytes=50000000", "enable.ssl.certificate.verification=false",
                "sasl.password=${file:/run/secret}", "sasl.username=${env:WHO}",
            ])
        #expect(configuration.properties.map(\.line) == [9, 9, 9, 10, 10])
    }

    @Test("the example in docs/configuration.md is right, and has every key")
    func example() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/configuration.md"), encoding: .utf8)
        let parts = page.components(separatedBy: "```")
        let example = try #require(parts.first { $0.hasPrefix("json5\n") }).dropFirst("json5\n".count)
        let configuration = try Configuration(example.utf8, file: "example")
        #expect(Set(configuration.settings.keys) == Set(ConfigurationKey.all.map(\.path)))
    }

    @Test("an option is a key's name with dashes, and a flag that is on by itself has the one that puts it off")
    func options() {
        let options = Dictionary(uniqueKeysWithValues: ConfigurationKey.all.map { ($0.path, $0.option) })
        #expect(options["schemaRegistry"] == "schema-registry" && options["dustMap"] == "dust-map")
        #expect(options["plots"] == "no-plots" && options["fits"] == "no-fits" && options["pure"] == "pure")
        #expect(options["kafka.untilEnd"] == "until-end" && options["kafka.properties"] == "kafka-property")
        #expect(options["cloud.testID"] == "test-id" && options["cloud.deadLetters"] == "dead-letters")
    }

    @Test(
        "says what is wrong, where, and what may have been meant",
        arguments: [
            ("[1]", "n.json5:1: a configuration is an object, { ... }, not a list"),
            ("{\n// x\n  dta: 'd'}", "n.json5:3: dta: unknown; did you mean data?"),
            ("{noPlots: true}", "n.json5:1: noPlots: unknown; did you mean plots: false?"),
            ("{'no-fits': true}", "n.json5:1: no-fits: unknown; did you mean fits: false?"),
            ("{'schema-registry': 'http://x'}", "n.json5:1: schema-registry: unknown; did you mean schemaRegistry?"),
            ("{group: 'g'}", "n.json5:1: group: unknown; did you mean kafka.group?"),
            ("{'kafka.group': 'g'}", "n.json5:1: kafka.group: unknown; did you mean kafka.group?"),
            ("{kafka: {gruop: 'g'}}", "n.json5:1: kafka.gruop: unknown; did you mean kafka.group?"),
            ("{kafka: {\ndata: 'g'}}", "n.json5:2: kafka.data: unknown; did you mean data?"),
            ("{zzzzzzzz: 1}", "n.json5:1: zzzzzzzz: unknown"), ("{'': 1}", "n.json5:1: unknown"),
            ("{kafka: 'host'}", "n.json5:1: kafka: must be an object, { ... }, not a text"),
            ("{pure: 'yes'}", "n.json5:1: pure: must be true or false, not a text"),
            ("{data: 4}", "n.json5:1: data: must be a text in quotes, not a number"),
            ("{data: ''}", "n.json5:1: data: is empty"),
            ("{data: 'a\\0b'}", "n.json5:1: data: holds a zero byte"),
            ("{sources: 'a'}", "n.json5:1: sources: must be a list, [ ... ], not a text"),
            ("{sources: ['a',\n 'b',\n 3]}", "n.json5:3: sources[2]: must be a text in quotes, not a number"),
            (
                "{schemaRegistry: 'registry'}",
                "n.json5:1: schemaRegistry: must be http://HOST[:PORT]/... or https://HOST[:PORT]/..."
            ),
            ("{kafka: {publish: 'kafka:///'}}", "n.json5:1: kafka.publish: must be kafka://HOST[:PORT]/..."),
            (
                "{kafka: {start: -1}}",
                "n.json5:1: kafka.start: must be 'committed', 'earliest', an offset, or a time as '2024-09-15T03:00:00Z'"
            ),
            (
                "{kafka: {\nfollow: true,\nuntilEnd: true}}",
                "n.json5:3: kafka.untilEnd: cannot be true while kafka.follow is, on line 2"
            ),
            ("{kafka: {properties: []}}", "n.json5:1: kafka.properties: must be an object, { ... }, not a list"),
            (
                "{kafka: {properties: {\n'sasl.mechanism': ['PLAIN']}}}",
                "n.json5:2: kafka.properties.sasl.mechanism: must be a text, a number, true or false, { file: '/path' } or { env: 'NAME' }"
            ),
            (
                "{kafka: {properties: {'sasl.password': {fiel: '/x'}}}}",
                "n.json5:1: kafka.properties.sasl.password: must be a value, { file: '/path' } or { env: 'NAME' }"
            ),
            (
                "{kafka: {properties: {'sasl.password': {file: 3}}}}",
                "n.json5:1: kafka.properties.sasl.password.file: must be a text in quotes, not a number"
            ),
            (
                "{kafka: {properties: {'sasl.password': '***'}}}",
                "n.json5:1: kafka.properties.sasl.password: stands for a secret that 'config show' has hidden"
            ),
            ("{cloud: {workers: 0}}", "n.json5:1: cloud.workers: must be a whole number from 1 to 256"),
            ("{cloud: {batch: 1.5}}", "n.json5:1: cloud.batch: must be a whole number from 1 to 1000"),
            ("{cloud: {deadLetters: 'dead'}}", "n.json5:1: cloud.deadLetters: must be pubsub://PROJECT/NAME"),
            ("{kafka: {properties: {'a=b': 1}}}", "n.json5:1: kafka.properties.a=b: is no property's name"),
            (
                "{kafka: {properties: {a: Infinity}}}",
                "n.json5:1: kafka.properties.a: must be a text, a number, true or false, { file: '/path' } or { env: 'NAME' }"
            ),
            ("{data: 'x'", "n.json5:1:11: the text ends where ',' or '}' should be"),
            ("{'\\u001b[2J\\n': 1}", "n.json5:1: ?[2J?: unknown"),
        ])
    func refuses(text: String, problem: String) { #expect(Self.problems(text) == [problem]) }

    @Test("lists all that is wrong, up to a bound")
    func all() {
        #expect(Self.problems("{dta: 'd',\n pure: 1,\n kafka: {group: 2}}").count == 3)
        #expect(Self.problems("{" + (0..<1_000).map { "x\($0): 1," }.joined() + "}").count == 50)
    }

    @Test("refuses what is no text or too long")
    func bytes() {
        let refusals: [(bytes: [UInt8], reason: String)] = [
            ([0x7B, 0xFF, 0x7D], "n.json5:1: not UTF-8"),
            (Array(repeating: 0x20, count: Configuration.longest + 1), "n.json5:1: longer than 1048576 bytes"),
        ]
        for (bytes, reason) in refusals {
            let error = #expect(throws: ConfigurationError.self) { try Configuration(bytes, file: "n.json5") }
            #expect(error?.description == reason)
        }
    }

    @Test("never repeats a property's value")
    func keepsSecrets() {
        let secret = "hunter2"
        for value in ["['\(secret)']", "{'\(secret)': 1}", "{file: ['\(secret)']}", "'\(secret)\\0'", "'\(secret)"] {
            let problems = Self.problems("{kafka: {properties: {'sasl.password': \(value)}}}")
            #expect(!problems.isEmpty && !problems.joined().contains(secret), "\(problems)")
        }
    }
}
