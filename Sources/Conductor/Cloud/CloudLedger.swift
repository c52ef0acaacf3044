internal import Alerts
internal import CloudBroker
internal import Foundation
internal import GoogleAuth
internal import Query

/// What became of a night's messages on Google Cloud.
///
/// - A consumer commits an offset once Pub/Sub has acknowledged the message: the group's offsets are what the stages have been
///   given.
/// - No stage's subscription has an undelivered message: the stages acknowledge what is stored alone.
/// - An alert is stored where it has a row and an object. Rows are the night's by the time at which Kafka took the alert.
/// - The rows as they arrived tell the alerts that came more than once: those of one id and several of these times.
/// - What is left must be dead letters, each of which names its offset.
struct CloudLedger {
    /// Alerts of a night at most: their ids are held in memory.
    static let mostAlerts = 20_000_000
    /// How long objects may be read: a conductor that is silent for longer counts as hanging.
    private static let patience = Duration.seconds(1_200)
    /// Offsets that are named, of those that nothing is known of.
    private static let mostNamed = 10

    let names: CloudNames
    let clients: CloudAccounts.Clients
    let now: @Sendable () -> Date

    private var survey: Survey { names.survey }

    /// Reads the account of a night that has been read to its end.
    ///
    /// - Parameters:
    ///   - machine: The night.
    ///   - key: Its messages, and where the group has got to.
    ///   - quietSince: Since when nothing has been published.
    /// - Returns: The account, with a fault for each number that does not fit; where stages have something left, without the rows.
    /// - Throws: ``ControlError`` where a number cannot be had, with what is to be done.
    func account(
        of machine: NightMachine, _ key: AccountKey, quietSince: Date
    ) throws(ControlError) -> NightObservation.Account {
        var account = NightObservation.Account()
        account.positions = key.committed
        account.received = key.slice.partitions.reduce(0) { $0 + Int($1.count ?? 0) }
        guard account.received <= Self.mostAlerts else {
            throw ControlError(
                "account for the night", detail: "\(account.received) messages are more than \(Self.mostAlerts)",
                nextStep: "give night.stopAt, the time of day at which the consumers stop")
        }
        let left = try StageBacklog(names, clients.monitoring, now: now).left(after: quietSince)
        account.unpublished = left.reduce(0) { $0 + Int(clamping: $1.messages ?? 0) }
        let waiting = left.map(\.description).joined(separator: ", ")
        guard account.unpublished == 0 else {
            account.faults = ["the stages have \(waiting) left"]
            return account
        }
        guard left.isEmpty else {
            throw ControlError(
                "count what is left for the stages",
                detail: "Cloud Monitoring does not show \(waiting) for two minutes after the stream was read",
                nextStep: "its samples come some minutes late, and it is asked again")
        }
        return try stored(machine, key, account)
    }

    /// Adds what is stored.
    private func stored(
        _ machine: NightMachine, _ key: AccountKey, _ empty: NightObservation.Account
    ) throws(ControlError) -> NightObservation.Account {
        var account = empty
        let window = CloudWindow(machine)
        let rows = try CloudRows(names: names, client: clients.bigQuery).read(window)
        account.faults = rows.faults(names)
        account.stored = rows.rows.count
        // The next merge changes it: until then the objects are not worth their cost.
        guard rows.unmerged == 0 else { return account }
        let objects = try CloudObjects(names: names, client: clients.storage, deadline: .now + Self.patience)
            .read(of: rows.rows, in: window, topics: Set(key.slice.partitions.map(\.topic)).sorted())
        account.duplicates = max(0, rows.arrived - account.stored)
        account.lastExposureEnd = rows.last.map { time in
            survey.time.epoch(time).secondsSince1970UTC / 86_400 + 40_587
                + survey.stream.timeToExposureEnd / .seconds(86_400)
        }
        let digest = IdDigest(rows.rows.map(\.id))
        account.ids = NightObservation.Account.Ids(count: digest.count, sha256: digest.sha256)

        let ids = Set(rows.rows.map(\.id))
        let places = Set(ids.compactMap { objects.places[$0] })
        let missing = account.received - account.stored - account.duplicates
        // Also what is archived and has no row may be a dead letter, of the table's stage.
        let rowless = objects.ids.subtracting(ids)
        let letters =
            missing > 0 || !rowless.isEmpty
            ? try CloudLetters(names: names, client: clients.pubSub).places(
                in: key.slice, but: places, atLeast: missing)
            : []
        account.deadLettered = letters.count
        account.faults += faults(
            of: ids, objects, rowless.filter { id in objects.places[id].map { !letters.contains($0) } ?? true })
        if !account.addsUp { account.faults.append(difference(account, key.slice, places.union(letters))) }
        return account
    }

    /// What lacks its object, or its row.
    private func faults(of ids: Set<Int64>, _ objects: CloudObjects.Found, _ rowless: Set<Int64>) -> [String] {
        let numbers = "\(ids.count) alerts have a row and \(objects.ids.count) an object"
        var faults: [String] = []
        let lost = ids.subtracting(objects.ids)
        if let first = lost.min() {
            faults.append(
                "\(numbers): \(lost.count) of them are not in gs://\(names.archiveBucket), \(survey.idName) \(first) for one"
            )
        }
        if let first = rowless.min() {
            faults.append(
                "\(numbers): \(rowless.count) of them have no row in \(names.dataset).DIASource, \(survey.idName) \(first) "
                    + "for one; 'nightjar backfill' makes it")
        }
        return faults
    }

    /// Why the sum is not what was received, with the first messages of which nothing is known.
    private func difference(
        _ account: NightObservation.Account, _ slice: NightSlice, _ known: Set<CloudPlace>
    ) -> String {
        let sum = account.stored + account.duplicates + account.deadLettered
        let numbers =
            "\(account.received) messages were received and \(sum) have an outcome: \(account.stored) stored, "
            + "\(account.duplicates) repeated, \(account.deadLettered) dead letters"
        var named: [String] = []
        for part in slice.partitions {
            guard let from = part.from, let to = part.to, from < to, named.count < Self.mostNamed else { continue }
            for offset in from..<to where named.count < Self.mostNamed {
                let place = CloudPlace(topic: part.topic, partition: part.number, offset: offset)
                if !known.contains(place) { named.append("\(place)") }
            }
        }
        guard sum < account.received, !named.isEmpty else { return numbers }
        let few = account.duplicates == 0 ? "" : "or are repeated "
        return numbers + "; the first that have none \(few)are \(named.joined(separator: ", "))"
    }
}

/// The time in which Kafka took a night's alerts: microseconds since 1970, UTC.
struct CloudWindow: Sendable {
    let begin, end: Int64
    /// The night's 24 hours, modified Julian dates in UTC.
    let night: Range<Double>

    /// A topic that has one night may get alerts until the next night opens.
    init(_ machine: NightMachine) {
        let times = machine.times
        let last = machine.rules.isOneTopic ? times.end : max(times.end, times.opens + 1)
        func micros(_ mjd: Double) -> Int64 { Int64(((mjd - 40_587) * 86_400).rounded()) * 1_000_000 }
        (begin, end) = (micros(times.begin), micros(last))
        night = times.begin..<times.end
    }

    /// Its days as `YYYY-MM-DD`, UTC.
    var days: [String] {
        let day: Int64 = 86_400_000_000
        return (begin / day...max(begin, end - 1) / day).map { number in
            Date(timeIntervalSince1970: Double(number) * 86_400).formatted(.iso8601.year().month().day())
        }
    }
}

/// Where a message was on the survey's Kafka.
struct CloudPlace: Hashable, Sendable, CustomStringConvertible {
    let topic: String
    let partition: Int32
    let offset: Int64

    var description: String { "\(topic) [\(partition)] offset \(offset)" }
}
