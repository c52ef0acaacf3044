import Foundation
import Kafka
import Testing

@Suite struct TopicNameTests {
    @Test(
        "the night's date is put into a name and a pattern",
        arguments: [
            ("ztf_{yyyyMMdd}_programid1", "ztf_20240915_programid1"), ("lsst-{yyyy-MM-dd}", "lsst-2024-09-15"),
            ("{yyyy}.{MM}.{dd}", "2024.09.15"), ("^ztf_{yyyyMMdd}_programid[1-3]$", "^ztf_20240915_programid[1-3]$"),
            ("^ztf_[0-9]{8}_programid1$", "^ztf_[0-9]{8}_programid1$"), ("alerts", "alerts"),
        ])
    func templates(template: String, expected: String) throws {
        #expect(try "\(KafkaTopicName(template, night: "20240915"))" == expected)
        #expect(try "\(KafkaTopicName(template, night: "2024-09-15"))" == expected)
    }

    @Test("without a night it is today's in UTC")
    func today() throws {
        // Midnight may come in between.
        let format = Date.VerbatimFormatStyle(
            format: "\(year: .defaultDigits)\(month: .twoDigits)\(day: .twoDigits)", timeZone: .gmt,
            calendar: Calendar(identifier: .gregorian))
        let before = Date.now.formatted(format)
        let name = try "\(KafkaTopicName("{yyyyMMdd}"))"
        #expect([before, Date.now.formatted(format)].contains(name))
    }

    @Test(
        "what makes no sense is said",
        arguments: [
            ("ztf_{yyyymmdd}", nil, "{yyyymmdd} is no date"), ("ztf_{", nil, "'{' has no '}'"),
            ("a{}b", nil, "no date"),
            ("ztf_{-}", nil, "no date"), ("ztf/x", nil, "is no topic's name"), ("", nil, "is no topic's name"),
            ("..", nil, "is no topic's name"), ("ztf 1", nil, "is no topic's name"), ("^ztf_(", nil, "is no pattern"),
            ("ztf", "2024-0915", "is no date"), ("ztf", "2024-09-31", "is no date"), ("ztf", "20240931", "is no date"),
            ("ztf", "2024091", "is no date"),
            (String(repeating: "a", count: 250), nil, "is no topic's name"),
        ] as [(String, String?, String)])
    func refused(template: String, night: String?, words: String) {
        #expect { try KafkaTopicName(template, night: night) } throws: {
            ($0 as? KafkaError)?.code == .configuration && "\($0)".contains(words)
        }
    }

    @Test func matching() throws {
        let name = try KafkaTopicName("ztf_1")
        #expect(name.matches("ztf_1") && !name.matches("ztf_10") && !name.isPattern)
        let pattern = try KafkaTopicName("^ztf_[0-9]{8}_programid1$")
        #expect(pattern.matches("ztf_20240915_programid1") && !pattern.matches("ztf_20240915_programid12"))
        #expect(!pattern.matches("xztf_20240915_programid1") && pattern.isPattern)
    }
}

@Test(
    "servers are named as Kafka's clients name them",
    arguments: [
        ("h", "h:9092"), ("h:1", "h:1"), ("SASL_SSL://h:9094", "h:9094"), ("[::1]:9093", "[::1]:9093"),
        ("[::1]", "[::1]:9092"), ("h:", nil), ("h:0", nil), ("h:65536", nil), (":9092", nil), ("", nil), ("[::1", nil),
    ] as [(String, String?)])
func serverAddresses(text: String, expected: String?) {
    #expect(KafkaServerAddress(text)?.description == expected)
}
