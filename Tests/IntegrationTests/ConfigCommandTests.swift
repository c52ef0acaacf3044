import Foundation
import TestSupport
import Testing

/// The configuration file as the command takes it.
@Suite struct ConfigCommandTests {
    private static func file(_ text: String, in folder: TemporaryFolder) throws -> String {
        try folder.write(text.utf8, to: "night.json5")
    }

    private static func shown(_ words: [String]) throws -> [String: Any] {
        let outcome = try NightjarProcess(["config", "show"] + words, environment: ["NIGHTJAR_MODELS": "/m"]).outcome()
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
        return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test("a run by the file alone is the run by the same words")
    func run() throws {
        let night = try SmallNight(alerts: 60)
        let folder = try TemporaryFolder()
        let file = try Self.file(
            "{sources: ['\(night.path)'], data: '\(folder.file("file"))', fits: false, json: true}", in: folder)
        let byFile = try RunReport(try NightjarProcess.run("run", "--config", file))
        #expect(byFile.account == night.account)
        let byWords = try NightjarProcess.run(
            "run", night.path, "--data", folder.file("words"), "--no-fits", "--json")
        #expect(try RunReport(byWords).account == byFile.account)
        let differences = try Contents(folder.file("file")).differences(from: Contents(folder.file("words")))
        #expect(differences == [])

        // The folder is asked by file too, and the words' folder comes first.
        let ledger = try NightjarProcess.run("ledger", "--config", file)
        #expect(ledger.status == 0 && ledger.output.contains(night.path), "\(ledger)")
        let other = try NightjarProcess.run("ledger", "--config", file, "--data", folder.file("nothing"))
        #expect(other.status == 1 && other.errors.contains("nothing: there is no such data folder"), "\(other)")
    }

    @Test("words come before the file, and the file before what holds by itself")
    func order() throws {
        let folder = try TemporaryFolder()
        let file = try Self.file(
            """
            {data: 'd', pure: true, plots: false, quiet: true, model: 'salt3', kafka: {
                group: 'g', follow: true, start: 7, properties: {'a.b': 'file', 'c.d': 5}}}
            """, in: folder)
        let none = try Self.shown([])
        #expect(none["plots"] as? Bool == true && none["pure"] as? Bool == false && none["data"] is NSNull)
        #expect(none["model"] is NSNull && none["models"] as? String == "/m")
        let same = try Self.shown([file])
        #expect(same["data"] as? String == "d" && same["model"] as? String == "salt3")
        #expect(same["pure"] as? Bool == true && same["plots"] as? Bool == false)
        let kafka = try #require(same["kafka"] as? [String: Any])
        #expect(
            kafka["start"] as? String == "7" && kafka["group"] as? String == "g" && kafka["follow"] as? Bool == true)
        #expect(kafka["properties"] as? [String: String] == ["a.b": "file", "c.d": "5"])

        let words = try Self.shown([
            file, "--data", "w", "--no-pure", "--plots", "--until-end", "--kafka-property", "a.b=word",
            "--kafka-property=e.f=x=y",
        ])
        #expect(words["data"] as? String == "w" && words["quiet"] as? Bool == true)
        #expect(words["pure"] as? Bool == false && words["plots"] as? Bool == true)
        let wordsKafka = try #require(words["kafka"] as? [String: Any])
        #expect(wordsKafka["follow"] as? Bool == false && wordsKafka["untilEnd"] as? Bool == true)
        #expect(wordsKafka["properties"] as? [String: String] == ["a.b": "word", "c.d": "5", "e.f": "x=y"])
    }

    @Test("what is shown is a configuration that says the same")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let file = try Self.file(
            """
            {sources: ['a', '-'], plots: false, kafka: {start: 'earliest', publish: 'kafka://h/', properties: {
                'sasl.password': {env: 'WORD'}, 'ssl.key.pem': {file: '/k'}}}}
            """, in: folder)
        let shown = try NightjarProcess.run("config", "show", file)
        let again = try folder.write(shown.output.utf8, to: "again.json")
        func values(_ output: String) throws -> NSDictionary {
            var values = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
            #expect(values.removeValue(forKey: "origins") != nil)
            return values as NSDictionary
        }
        let second = try NightjarProcess.run("config", "show", again)
        #expect(try values(second.output) == values(shown.output))
    }

    @Test("a group of the example's name is noticed") func exampleName() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "deploy/config/lsst.json5").path
        let folder = try TemporaryFolder()
        try folder.write("secret".utf8, to: "password")
        let text = try String(contentsOfFile: file, encoding: .utf8).replacing(
            "/etc/nightjar/secrets/lsst-password", with: folder.file("password"))
        let check = try NightjarProcess.run("config", "check", Self.file(text, in: folder))
        #expect(check.status == 1 && check.errors.contains("NAME stands for your own name"), "\(check)")
        let mine = try Self.file(text.replacing("NAME", with: "caltech"), in: folder)
        let sound = try NightjarProcess.run("config", "check", mine)
        #expect(sound.status == 0, "\(sound)")
    }

    @Test("no secret is ever printed")
    func secrets() throws {
        let folder = try TemporaryFolder()
        let secret = "hunter2"
        let kept = try folder.write("\(secret)\n".utf8, to: "word")
        let file = try Self.file(
            """
            {sources: ['https://me:\(secret)@host/a?sig=\(secret)'], schemaRegistry: 'https://\(secret)@host/', kafka: {
                properties: {
                    'sasl.password': '\(secret)', 'ssl.key.password': {file: '\(kept)'}, 'ssl.key.pem': {env: 'WORD'},
                    'sasl.oauthbearer.config': '\(secret)'}}}
            """, in: folder)
        for words in [
            ["check", file], ["show", file], ["show", file, "--kafka-property", "sasl.password=\(secret)"],
        ] {
            let outcome = try NightjarProcess(["config"] + words, environment: ["WORD": secret]).outcome()
            #expect(outcome.status == 0 && !(outcome.output + outcome.errors).contains(secret), "\(outcome)")
        }
        let kafka = try #require(try Self.shown([file])["kafka"] as? [String: Any])
        let properties = try #require(kafka["properties"] as? [String: Any])
        #expect(properties["sasl.password"] as? String == "***")
        #expect(properties["ssl.key.password"] as? [String: String] == ["file": kept])
        #expect(properties["ssl.key.pem"] as? [String: String] == ["env": "WORD"])
    }

    @Test("what is wrong is said by file, line and key: status 1 of check, 2 of a run")
    func wrong() throws {
        let folder = try TemporaryFolder()
        let file = try Self.file("{\n  dta: 'd',\n  kafka: {\n    start: 'never' },\n}", in: folder)
        let complaint = """
            \(file):2: dta: unknown; did you mean data?
            \(file):4: kafka.start: must be 'committed', 'earliest', an offset, or a time as '2024-09-15T03:00:00Z'

            """
        let check = try NightjarProcess.run("config", "check", file)
        #expect(check.status == 1 && check.output == "" && check.errors == complaint, "\(check)")
        let run = try NightjarProcess.run("run", "x.tar", "--config", file, "--data", folder.file("d"))
        #expect(run.status == 2 && run.output == "" && run.errors == "nightjar: " + complaint, "\(run)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("d")))
    }

    @Test("check says which secret is missing")
    func missing() throws {
        let folder = try TemporaryFolder()
        for (value, reason) in [
            ("{file: '/no/such'}", "/no/such: No such file or directory"),
            ("{env: 'NO_SUCH_WORD'}", "the environment has no variable NO_SUCH_WORD"),
        ] {
            let file = try Self.file("{kafka: {properties: {\n'sasl.password': \(value)}}}", in: folder)
            let check = try NightjarProcess.run("config", "check", file)
            #expect(
                check.status == 1 && check.errors == "\(file):2: kafka.properties.sasl.password: \(reason)\n",
                "\(check)")
        }
    }

    @Test("check says which properties librdkafka does not take, each with its line, and no value that is only named")
    func refusedProperties() throws {
        let folder = try TemporaryFolder()
        let kept = try folder.write("hunter2".utf8, to: "word")
        let file = try Self.file(
            """
            {kafka: {properties: {
            'sasl.mechanizm': 'PLAIN',
            'client.id': 'right',
            'security.protocol': {file: '\(kept)'},
            'fetch.max.bytes': -5}}}
            """, in: folder)
        let check = try NightjarProcess.run("config", "check", file)
        #expect(check.status == 1 && !check.errors.contains("hunter2"), "\(check)")
        #expect(check.complaints.count == 3)
        #expect(
            check.errors.hasPrefix(
                "\(file):2: kafka.properties.sasl.mechanizm: librdkafka has no such property; "
                    + "did you mean sasl.mechanism?\n"
                    + "\(file):4: kafka.properties.security.protocol: the value that it names is not accepted\n"
                    + "\(file):5: kafka.properties.fetch.max.bytes: "), "\(check)")
    }

    @Test(
        "words that make no sense",
        arguments: [
            ["config"], ["config", "check"], ["config", "show", "a", "b"],
            ["run", "x", "--data", "d", "--pure", "--no-pure"],
            ["config", "show", "--no-data"],
        ])
    func usage(words: [String]) throws {
        let outcome = try NightjarProcess(words).outcome()
        #expect(outcome.status == 2 && outcome.output == "", "\(outcome)")
    }

    @Test("a file that cannot be read is said so", arguments: ["/no/such.json5", "/"])
    func unreadable(path: String) throws {
        for words in [["config", "check", path], ["run", "x.tar", "--data", "d", "--config", path]] {
            let outcome = try NightjarProcess(words).outcome()
            #expect(outcome.status == 1 && outcome.errors.hasPrefix("nightjar: \(path): "), "\(outcome)")
        }
    }
}
