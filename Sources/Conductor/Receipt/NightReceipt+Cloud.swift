internal import Alerts
package import CloudBroker
package import Foundation
internal import Pipeline

extension NightReceipt {
    /// Makes the receipt of a night on Google Cloud, which has no data folders, out of the account that proved it.
    ///
    /// - Parameters:
    ///   - proof: What the conductor knows of the night, with the account where it was read.
    ///   - names: The set's names.
    ///   - edition: From 1.
    ///   - date: When it is made.
    /// - Returns: The receipt, which is not written.
    package static func make(cloud proof: NightProof, names: CloudNames, edition: Int, date: Date) -> NightReceipt {
        let account = proof.account
        var receipt = NightReceipt(
            survey: proof.survey, title: names.survey.title, night: proof.night, edition: edition, date: date,
            state: proof.state, reason: proof.reason, clauses: proof.clauses,
            ids: Ids(
                name: names.survey.idName, count: account?.ids?.count ?? 0, sha256: account?.ids?.sha256 ?? ""))
        receipt.isStream = !proof.slice.partitions.isEmpty
        receipt.parts = proof.slice.partitions.map { part in
            let from = max(0, Int(clamping: part.from ?? part.lowest ?? 0))
            let position = account?.positions[NightObservation.Partition.Key(part.topic, part.number)]
            let to = max(from, Int(clamping: part.to ?? position ?? 0))
            return Part(
                source: "kafka:\(part.topic)", partition: Int(part.number), from: from, to: to, packets: to - from,
                counts: [Counts.Counter.received.name: to - from], missing: [])
        }
        receipt.counts = [Counts.Counter.received.name: receipt.parts.reduce(0) { $0 + ($1.packets ?? 0) }]
        if let account {
            receipt.counts = [
                Counts.Counter.received.name: account.received, Counts.Counter.stored.name: account.stored,
                Counts.Counter.duplicates.name: account.duplicates,
                Counts.Counter.deadLettered.name: account.deadLettered,
            ]
            receipt.faults = account.faults
            if account.faults.isEmpty, !account.addsUp {
                receipt.faults = ["\(account.received) messages were received, and not all have an outcome"]
            }
        } else if receipt.isStream, receipt.parts.contains(where: { $0.packets ?? 0 > 0 }) {
            let clause = proof.clauses.first { $0.name == .account }
            receipt.faults = [
                "the rows and objects were not counted: \(clause?.value ?? "the night was not read to its end")"
            ]
        }
        receipt.faults = unknownEnds(proof.slice) + receipt.faults
        receipt.addsUp = receipt.faults.isEmpty
        receipt.blindSpots = cloudBlindSpots(names, hasAccount: account != nil)
        return receipt
    }

    private static func unknownEnds(_ slice: NightSlice) -> [String] {
        slice.partitions.flatMap { part in
            let name = "kafka:\(part.topic), partition \(part.number)"
            var unknown: [String] = []
            if let from = part.from, let lowest = part.lowest, lowest > from {
                unknown.append(
                    "\(name): the server no longer had the offsets \(from) to \(lowest - 1): the beginning is lost")
            }
            if part.from == nil { unknown.append("\(name): where the night begins is unknown") }
            if part.to == nil { unknown.append("\(name): where the night ends is unknown") }
            return unknown
        }
    }

    private static func cloudBlindSpots(_ names: CloudNames, hasAccount: Bool) -> [String] {
        var spots = [
            "Alerts that the survey did not make or send: its own losses before the stream are not in the stream.",
            "Messages that a producer of the survey gave up before the server had taken them: they have no offset.",
            "What an offset without a message was: a transaction's mark or a message that expired counts as received.",
            "Messages that reached the topic after the night's last offset was read.",
            "What the stages wrote into the objects and rows: the account tells that each alert has both, not their bytes.",
            "The filter's and the fits' numbers, schemas, latencies, reasons of dead letters, and the counts of one partition: "
                + "they are in Google Cloud's metrics and tables, and not here.",
        ]
        if hasAccount {
            spots.append(
                "The ids are those of the night's rows in \(names.dataset).\(AlertTable.source.rawValue); a dead letter's is "
                    + "not known.")
        }
        return spots
    }
}
