internal import Alerts
internal import Broker
internal import Conductor
internal import DataLayout
internal import Foundation
internal import Kafka
internal import PacketDownloads
internal import Packets
internal import Pipeline
internal import Query
internal import Threads

/// `nightjar night check NIGHT --against SOURCE --data DIR`
struct NightCheckCommand: Command {
    static let name = "night check"
    static let summary = "compares a night with its stream, or with the survey's archive of it"
    static let details = """
        Of a stream it reads the offsets of the night's receipt again, without joining a group; of a tarball, folder or file \
        all packets. Names each alert that one side lacks. Dead letters count as accounted for. --fill takes in what the \
        folders lack, by the rules of a run: also beside a run, which does it between two commits. Exit status: 0 both sides are equal, 1 they are not.
        """
    static let operands = [NightWord.operand]
    static let options: [any DeclaredOption] =
        [against, DataFolders.several, ConductedNight.survey, fill, json] + KafkaConnection.properties
        + FolderJobs.fillOptions
    static let examples = [
        "nightjar night check 20240915 --against kafka://broker:9092/ztf_20240915_programid1 --data night",
        "nightjar night check 20240915 --against ztf_public_20240915.tar.gz --data worker-1 --data worker-2 --fill",
    ]

    private static let against = Option<String>.text(
        "against", "SOURCE", "kafka://HOST:PORT/TOPIC, a tarball, a folder or a file of packets"
    ).required
    private static let fill = Flag("fill", "takes in what the folders lack", isCommandLineOnly: true)
    private static let json = Flag("json", "prints JSON", key: "json")
    /// Differences that are shown as text.
    private static let shown = 100

    private let night: Int
    private let address: String
    private let data: DataFolders
    private let survey: Survey?
    private let fills, isJSON: Bool
    private let connection: KafkaConnection
    private let schemas: SchemaOptions
    private let options: [String]

    init(_ arguments: Arguments) throws {
        night = try NightWord.parse(arguments.operands[0])
        address = try arguments.required(Self.against)
        data = try DataFolders(arguments)
        survey = try arguments.value(ConductedNight.survey)
        fills = arguments.isOn(Self.fill)
        isJSON = arguments.isOn(Self.json)
        connection = try KafkaConnection(arguments, night: night)
        schemas = try SchemaOptions(arguments)
        // A wrong one is said before anything is read.
        _ = try ModelOptions(arguments)
        options = HandedOptions.words(FolderJobs.fillOptions, of: arguments)
    }

    func run() throws -> ExitStatus {
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        let night = try ConductedNight(self.night, of: survey, in: data)
        guard !night.reader.folders.isEmpty else {
            throw BrokerError(
                .cannotRead, path: night.folder,
                detail: "only the night's receipts are here; on Google Cloud 'nightjar sql --bigquery' reads its rows")
        }
        var receipt = try night.receipt(edition: nil)
        let source = try source(receipt)
        let schemaOfID = try schemas.source(of: night.survey, stop: stop)
        var check = try NightCheck(
            of: night.survey, night: night.night, spans: receipt.spans, in: night.reader, against: source,
            schemaOfID: schemaOfID, stop: stop)
        var filled: Int?
        if fills, !check.missing.isEmpty {
            try fill(check.missing, of: source, check, night, stop: stop)
            filled = check.missing.count
            receipt = try night.receipt(edition: nil)
            check = try NightCheck(
                of: night.survey, night: night.night, spans: receipt.spans, in: night.reader, against: source,
                schemaOfID: schemaOfID, stop: stop)
            filled = filled.map { $0 - check.missing.count }
        }
        let answer = Answer(check, receipt, address: shownAddress, filled: filled, isStored: night.lastEdition != nil)
        if isJSON { try Terminal.put(report: answer) } else { try say(answer) }
        return check.isEqual ? .done : .failed
    }

    private var shownAddress: String {
        address.hasPrefix("kafka://") ? address : (try? Source.parse(address).name) ?? address
    }

    // MARK: - The source

    private func source(_ receipt: NightReceipt) throws -> NightSource {
        guard address.hasPrefix("kafka://") else { return .files(try Source.parse(address)) }
        let (configuration, name) = try connection.stream(address)
        guard let name else { throw UsageError("\(address): a stream is named as kafka://HOST:PORT/TOPIC") }
        let spans = receipt.spans.filter { name.matches($0.topic) }
        // Without a conductor nobody knows which offsets are the night's: all of the topic is.
        if !spans.isEmpty, receipt.state != nil { return .stream(configuration, spans) }
        let topic = "\(name)"
        let marks = try KafkaAdmin(configuration).watermarks(of: topic)
        return .stream(
            configuration,
            marks.map {
                NightAccount.Span(
                    topic: $0.key.topic, partition: Int($0.key.number), from: Int($0.value.low), to: Int($0.value.high))
            })
    }

    // MARK: - Filling

    /// Takes missing alerts in, each into the folder that has its partition accounted for beyond it.
    ///
    /// - Throws: What keeps them out.
    private func fill(
        _ missing: [NightCheck.Missing], of source: NightSource, _ check: NightCheck, _ night: ConductedNight,
        stop: StopSignal
    ) throws {
        var byFolder: [Int: [NightCheck.Missing]] = [:]
        var keys: [Int: [KafkaPartition?: SourceKey]] = [:]
        for alert in missing {
            guard let partition = alert.partition else {
                byFolder[0, default: []].append(alert)
                // A source of its own, since these are not all of the archive's packets.
                keys[0, default: [:]][nil] = SourceKey(name: "\(shownAddress) (filled)", fingerprint: check.fingerprint)
                continue
            }
            guard
                let holder = try night.reader.holder(of: partition.topic, Int(partition.number), beyond: alert.position)
            else {
                throw BrokerError(
                    .intake, path: night.reader.paths,
                    detail:
                        "\(partition) is not read as far as offset \(alert.position); 'nightjar run' reads on from there, "
                        + "or, where the group was used before and is beyond it, by another --group"
                )
            }
            byFolder[holder.folder, default: []].append(alert)
            keys[holder.folder, default: [:]][partition] = holder.source
        }
        for (index, alerts) in byFolder.sorted(by: { $0.key < $1.key }) {
            let folder = night.reader.folders[index].path
            // In the folder, since the process that holds it may be another user's.
            let kept = HandedOptions.absolute("\(folder)/fill-\(ProcessInfo.processInfo.processIdentifier)")
            defer { try? FileManager.default.removeItem(atPath: kept) }
            try KeptPackets.keep(alerts, of: source, as: keys[index] ?? [:], in: kept, stop: stop)
            let status = try FolderJobs.run(
                .fill(sources: [kept], options: options + schemas.words(of: night.survey)), in: folder, isAside: true)
            guard status == .done else {
                throw BrokerError(
                    .intake, path: folder, detail: "not all of what is missing was taken in; the reason is above")
            }
        }
    }

    // MARK: - The answer

    private struct Answer: Encodable {
        struct Side: Encodable {
            let count: Int
            let sha256: String
        }
        struct Missing: Encodable {
            let id: String?
            let topic: String?
            let partition: Int32?
            let position: Int
            let member: String?
            let fault: String?
        }

        let survey: String
        let night: Int
        let against: String
        let equal: Bool
        let packets: Int
        let source, folders: Side
        let elsewhere, deadLetters: Int
        let missing: [Missing]
        let extra: [String]
        let unread: [String]
        let receipt: String?
        let filled: Int?

        init(_ check: NightCheck, _ receipt: NightReceipt, address: String, filled: Int?, isStored: Bool) {
            (survey, night, against) = (receipt.survey, receipt.night, address)
            equal = check.isEqual
            packets = check.packets
            source = Side(count: check.source.count, sha256: check.source.sha256)
            folders = Side(count: check.folders.count, sha256: check.folders.sha256)
            (elsewhere, deadLetters) = (check.elsewhere, check.deadLetters)
            missing = check.missing.map {
                Missing(
                    id: $0.id.map { String($0) }, topic: $0.partition?.topic, partition: $0.partition?.number,
                    position: $0.position, member: $0.member, fault: $0.fault)
            }
            extra = check.extra.map { String($0) }
            unread = check.unread
            self.receipt = isStored ? receipt.ids.sha256 : nil
            self.filled = filled
        }
    }

    private func say(_ answer: Answer) throws {
        try Terminal.say(
            "\(answer.survey) night \(answer.night): " + (answer.equal ? "equal" : "NOT equal")
                + " to \(answer.against)")
        let digest = { (side: Answer.Side) in "\(ReportText.grouped(side.count)) alerts, SHA-256 \(side.sha256)" }
        try Terminal.say("  source   \(digest(answer.source)), of \(ReportText.grouped(answer.packets)) packets")
        try Terminal.say("  folders  \(digest(answer.folders))")
        if let receipt = answer.receipt { try Terminal.say("  receipt  SHA-256 \(receipt)") }
        if let filled = answer.filled { try Terminal.say("  \(filled) missing packets were taken in") }
        if answer.deadLetters > 0 { try Terminal.say("  \(answer.deadLetters) of the source are dead letters") }
        if answer.elsewhere > 0 {
            try Terminal.say("  \(answer.elsewhere) of the source are stored, but not as the night's")
        }
        for line in answer.unread { try Terminal.say("  \(line)") }
        for missing in answer.missing.prefix(Self.shown) {
            let place = missing.topic.map { "\($0)[\(missing.partition ?? 0)] offset \(missing.position)" }
            let site = place ?? "packet \(missing.position)" + (missing.member.map { ", \($0)" } ?? "")
            try Terminal.say(
                "  not stored: " + (missing.id ?? "a packet that cannot be read") + ", \(site)"
                    + (missing.fault.map { ": \($0)" } ?? ""))
        }
        for id in answer.extra.prefix(Self.shown) { try Terminal.say("  not in the source: \(id)") }
        let others = max(0, answer.missing.count - Self.shown) + max(0, answer.extra.count - Self.shown)
        if others > 0 { try Terminal.say("  and \(others) more; --json names all") }
        if answer.filled ?? 0 > 0, answer.receipt != nil {
            Terminal.info("'nightjar night report \(answer.night) --anew' accounts for the night with them")
        }
        if !answer.missing.isEmpty && !fills { Terminal.info("--fill takes in what the folders lack") }
    }
}
