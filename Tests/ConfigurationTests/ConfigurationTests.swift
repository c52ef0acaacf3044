import Configuration
import Testing

@Suite struct ConfigurationTests {
    /// One of each kind, as the command's options make them.
    private static let keys = ConfigurationKeys([
        ConfigurationKey("sources", .list), ConfigurationKey("data", .text),
        ConfigurationKey("schemaRegistry", .address(["http://", "https://"])),
        ConfigurationKey("pure", .flag(standard: false)), ConfigurationKey("fits", .flag(standard: true)),
        ConfigurationKey("plots", .flag(standard: true)),
        ConfigurationKey("logLevel", .choice(["error", "info"])),
        ConfigurationKey("kafka.group", .text), ConfigurationKey("kafka.start", .start),
        ConfigurationKey("kafka.untilEnd", .flag(standard: false), excludes: "kafka.follow"),
        ConfigurationKey("kafka.follow", .flag(standard: false), excludes: "kafka.untilEnd"),
        ConfigurationKey("kafka.publish", .address(["kafka://"])), ConfigurationKey("kafka.properties", .properties),
        ConfigurationKey("cloud.deadLetters", .address(["pubsub://"])),
        ConfigurationKey("cloud.workers", .number(1...256)), ConfigurationKey("cloud.batch", .number(1...1_000)),
    ])

    private static func problems(_ text: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try Configuration(text.utf8, file: "n.json5", keys: keys)
            return []
        } catch { return error.description.split(separator: "\n").map { String($0) } }
    }

    @Test("reads every key, and ignores the origins")
    func whole() throws {
        let text = """
            {
              sources: ['a.tar.gz', "-"], data: 'night', schemaRegistry: 'https://registry/',
              pure: true, fits: true, plots: false, logLevel: 'error', origins: {data: '--data'},
              kafka: {
                group: 'g', start: 1200, untilEnd: false, follow: true, publish: 'kafka://host:9092/',
                properties: {
                  'security.protocol': 'SASL_SSL', "fetch.max.bytes": 5e7, 'enable.ssl.certificate.verification': false,
                  'sasl.password': { file: '/run/secret' }, 'sasl.username': { env: 'WHO' },
                },
              },
              cloud: { deadLetters: 'pubsub://p/t', workers: 4, batch: '64' },
            }
            """
        let configuration = try Configuration(text.utf8, file: "n.json5", keys: Self.keys)
        #expect(Set(configuration.settings.keys) == Set(Self.keys.all.map(\.path)))
        #expect(configuration.list("sources") == ["a.tar.gz", "-"] && configuration.list("data") == nil)
        #expect(configuration.settings["plots"] == .flag(false) && configuration.settings["logLevel"] == .text("error"))
        #expect(
            configuration.settings["cloud.workers"] == .text("4")
                && configuration.settings["cloud.batch"] == .text("64"))
        #expect(configuration.settings["kafka.start"] == .text("1200"))
        #expect(
            configuration.properties.map(\.assignment) == [
                "security.protocol=SASL_SSL", "fetch.max.bytes=50000000", "enable.ssl.certificate.verification=false",
                "sasl.password=${file:/run/secret}", "sasl.username=${env:WHO}",
            ])
        #expect(configuration.properties.map(\.line) == [7, 7, 7, 8, 8])
        #expect(configuration.line("kafka.group") == 5 && configuration.line("data") == 2)
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
            ("{logLevel: 'loud'}", "n.json5:1: logLevel: must be one of 'error', 'info'"),
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
                "n.json5:1: kafka.properties.sasl.password: is the placeholder that 'config show' prints for a secret"
            ),
            ("{cloud: {workers: 0}}", "n.json5:1: cloud.workers: must be a whole number from 1 to 256"),
            ("{cloud: {batch: 1.5}}", "n.json5:1: cloud.batch: must be a whole number from 1 to 1000"),
            ("{cloud: {deadLetters: 'dead'}}", "n.json5:1: cloud.deadLetters: must be pubsub://PROJECT/NAME"),
            ("{kafka: {properties: {'a=b': 1}}}", "n.json5:1: kafka.properties.a=b: is not a valid property name"),
            (
                "{kafka: {properties: {a: Infinity}}}",
                "n.json5:1: kafka.properties.a: must be a text, a number, true or false, { file: '/path' } or { env: 'NAME' }"
            ),
            ("{data: 'x'", "n.json5:1:11: the text ends where ',' or '}' should be"),
            ("{'\\u001b[2J\\n': 1}", "n.json5:1: ?[2J?: unknown"),
        ])
    func refuses(text: String, problem: String) { #expect(Self.problems(text) == [problem]) }

    @Test("lists all problems, up to a bound")
    func all() {
        #expect(Self.problems("{dta: 'd',\n pure: 1,\n kafka: {group: 2}}").count == 3)
        #expect(Self.problems("{" + (0..<1_000).map { "x\($0): 1," }.joined() + "}").count == 50)
    }

    @Test("refuses files that are not UTF-8 or too long")
    func bytes() {
        let refusals: [(bytes: [UInt8], reason: String)] = [
            ([0x7B, 0xFF, 0x7D], "n.json5:1: not UTF-8"),
            (Array(repeating: 0x20, count: Configuration.longest + 1), "n.json5:1: longer than 1048576 bytes"),
        ]
        for (bytes, reason) in refusals {
            let error = #expect(throws: ConfigurationError.self) {
                try Configuration(bytes, file: "n.json5", keys: Self.keys)
            }
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
