package import Alerts
package import DataLayout
package import Foundation
internal import Glibc

/// The conductor's files: a state of each night, what was done, and holds.
///
/// `SURVEY-NIGHT.json` is one night's state, replaced as a whole; `acts.log` has a line for each act and is only added to;
/// `SURVEY.hold` is there while somebody holds a survey's workers.
package struct NightFiles: Sendable {
    /// The folder of them.
    package let folder: String

    /// The files below a survey's data folder.
    package init(data: String) { folder = "\(data)/nights" }

    /// The files in a folder of nights.
    package init(folder: String) { self.folder = folder }

    /// What a night's file has.
    package struct Record: Codable, Sendable {
        /// The format that this Nightjar writes.
        package static let latestFormat = 1
        /// The format of the file.
        package var format = latestFormat
        /// The night's machine.
        package var machine: NightMachine
        /// What is known of the night, for those who read it.
        package var proof: NightProof
        /// The workers, as they were found last.
        package var workers: [WorkerStatus]
        /// How far the night's partitions are read, as it was found last.
        package var partitions: [Reach]
        /// When it was written, by this machine's clock.
        package var written: Date
        /// The process that conducts it.
        package var process: Int32

        /// How far a partition is read.
        package struct Reach: Codable, Hashable, Sendable {
            /// The topic's name.
            package let topic: String
            /// The partition's number.
            package let number: Int32
            /// The night's first offset; `nil` while it is unknown.
            package let from: Int64?
            /// Where the group has got to; `nil` where it has committed nothing.
            package let committed: Int64?
            /// The night's end by now.
            package let end: Int64

            /// Messages of the night that are still to be read.
            package var lag: Int64 { max(0, end - max(from ?? end, committed ?? 0)) }
        }

        /// A night's file.
        ///
        /// - Parameters:
        ///   - machine: The night.
        ///   - date: When it was looked at, by the conductor's clock.
        ///   - workers: What was found of the workers.
        ///   - committed: Where the group has got to.
        package init(
            machine: NightMachine, date: Date, workers: [WorkerStatus],
            committed: [NightObservation.Partition.Key: Int64] = [:]
        ) {
            partitions = machine.slice.partitions.map { part in
                let key = machine.key(part)
                return Reach(
                    topic: part.topic, number: part.number, from: part.from, committed: committed[key],
                    end: part.to ?? machine.ends[key] ?? part.from ?? 0)
            }
            self.machine = machine
            proof = NightProof(
                survey: machine.survey, night: machine.times.night, state: machine.state, reason: machine.reason,
                slice: machine.slice, clauses: machine.clauses, lastExposure: machine.lastExposureEnd, date: date,
                account: machine.keptAccount)
            proof.loss = machine.loss
            self.workers = workers
            written = .now
            process = getpid()
        }
    }

    private static let longest = 64 << 20

    private func path(_ survey: String, _ night: Int) -> String { "\(folder)/\(survey)-\(night).json" }

    // MARK: - Nights

    /// Writes a night's state.
    ///
    /// - Parameters:
    ///   - record: The state.
    ///   - isSynced: Whether it must be on the disk when this returns, as before something is done.
    /// - Throws: ``DataLayout/BrokerError`` where it cannot be written.
    package func save(_ record: Record, isSynced: Bool) throws(BrokerError) {
        try FolderMaking.make(folder, failing: .cannotCreate)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        let path = path(record.machine.survey, record.machine.times.night)
        let bytes: [UInt8]
        do { bytes = Array(try encoder.encode(record)) + [UInt8(ascii: "\n")] } catch {
            throw BrokerError(.cannotWrite, path: path, detail: "the night's state has a number that JSON cannot hold")
        }
        try WholeFile.write(bytes, to: path, by: path + ".part", isSynced: isSynced)
    }

    /// Reads a night's state; `nil` where the night has none.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where it is damaged.
    package func load(_ survey: String, _ night: Int) throws(BrokerError) -> Record? {
        let path = path(survey, night)
        guard RegularFile.exists(path) else { return nil }
        let data: Data
        do { data = try Data(contentsOf: URL(filePath: path)) } catch {
            throw BrokerError(
                .cannotRead, path: path, detail: "\(error.localizedDescription) Let this user read it")
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let damage = BrokerError(
            .damagedNight, path: path,
            detail: "the night's state is damaged; move the file away, and the night is conducted from the start")
        guard data.count <= Self.longest, let head = try? decoder.decode(Head.self, from: data) else { throw damage }
        guard head.format <= Record.latestFormat else {
            throw BrokerError(
                .newerDataFolder, path: path,
                detail: "a newer Nightjar has written this night's state, in format \(head.format); use that one")
        }
        guard let record = try? decoder.decode(Record.self, from: data), record.machine.isSound,
            record.machine.survey == survey, record.machine.times.night == night
        else { throw damage }
        return record
    }

    /// What every format has.
    private struct Head: Decodable { let format: Int }

    /// Puts a damaged state aside, so that the night is conducted from the start.
    ///
    /// - Returns: Where it is now.
    /// - Throws: ``DataLayout/BrokerError`` where it cannot be moved.
    package func setAside(_ survey: String, _ night: Int) throws(BrokerError) -> String {
        let path = path(survey, night)
        for number in 1...100 {
            let aside = "\(path).damaged-\(number)"
            // Only the holder of the folder's lock puts files aside.
            guard access(aside, F_OK) != 0 else { continue }
            guard rename(path, aside) == 0 else { break }
            return aside
        }
        throw .system(.cannotWrite, path: path)
    }

    /// The nights that have a state, ascending.
    package func nights(of survey: String) -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("\(survey)-"), name.hasSuffix(".json") else { return nil }
            return Int(name.dropFirst(survey.count + 1).dropLast(5)).flatMap { CalendarDate(yyyymmdd: $0)?.yyyymmdd }
        }.sorted()
    }

    /// The surveys that have nights here.
    package var surveys: [Survey] { Survey.all.filter { !nights(of: $0.name).isEmpty } }

    // MARK: - Acts

    /// Adds a line to the log of what was done.
    package func log(_ date: Date, _ survey: String, _ night: Int, _ number: Int?, _ text: String) throws(BrokerError) {
        try FolderMaking.make(folder, failing: .cannotCreate)
        let path = "\(folder)/acts.log"
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .system(.cannotWrite, path: path) }
        defer { close(file) }
        let number = number.map { " \($0)" } ?? ""
        let plain = text.map { $0.isNewline ? " " : $0 }
        let line = Array("\(date.formatted(.iso8601)) \(survey) \(night)\(number): \(String(plain))\n".utf8)
        let written = line.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        guard written == line.count else { throw .system(.cannotWrite, path: path) }
    }

    // MARK: - Holds

    private func hold(_ survey: String) -> String { "\(folder)/\(survey).hold" }

    /// Whether somebody holds a survey's workers.
    package func isHeld(_ survey: String) -> Bool { access(hold(survey), F_OK) == 0 }

    /// Holds a survey's workers, or lets them go.
    ///
    /// - Parameters:
    ///   - survey: The survey's name.
    ///   - isHeld: Whether they are to be held.
    /// - Returns: Whether that was not so before.
    /// - Throws: ``DataLayout/BrokerError`` where the file cannot be made or removed.
    package func setHold(_ survey: String, _ isHeld: Bool) throws(BrokerError) -> Bool {
        guard isHeld != self.isHeld(survey) else { return false }
        try FolderMaking.make(folder, failing: .cannotCreate)
        let path = hold(survey)
        if isHeld {
            try WholeFile.write([], to: path, by: path + ".part", isSynced: true)
        } else {
            guard unlink(path) == 0 || errno == ENOENT else { throw .system(.cannotWrite, path: path) }
        }
        return true
    }

    // MARK: - The lock

    private var lockPath: String { "\(folder)/conductor.lock" }

    /// Keeps another conductor out of the folder until this one ends.
    ///
    /// - Returns: Holds the lock as long as it lives.
    /// - Throws: ``DataLayout/BrokerError/Code/inUse`` where another conductor has it.
    package func lock() throws(BrokerError) -> LockFile {
        try FolderMaking.make(folder, failing: .cannotCreate)
        return try LockFile(lockPath) { "another conductor (process \($0)) conducts this folder; stop it first" }
    }

    /// Whether a conductor has the folder now.
    package var isConducted: Bool { LockFile.state(of: lockPath).isHeld }
}
