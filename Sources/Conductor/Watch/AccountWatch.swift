package import Alerts
internal import DataLayout
package import Foundation
internal import Pipeline
internal import Query

/// Reads what the workers' data folders say of a night.
package final class AccountWatch: NightAccounts {
    private let survey: Survey
    /// The folders, as they are now.
    private let folders: () -> [String]
    private var last: (key: AccountKey, account: NightObservation.Account)?

    /// The folders of a survey's workers.
    package init(_ survey: Survey, folders: @escaping () -> [String]) {
        self.survey = survey
        self.folders = folders
    }

    /// Reads a night's account; one that cannot have changed is not read again.
    ///
    /// - Parameters:
    ///   - machine: The night.
    ///   - stream: Its stream, as it was seen.
    /// - Returns: The account, or why it could not be read.
    package func read(
        _ machine: NightMachine, _ stream: NightObservation.Stream
    ) -> (account: NightObservation.Account?, failure: String?) {
        guard let key = AccountKey(machine, stream) else { return (nil, nil) }
        if let last, last.key == key { return (last.account, nil) }
        do throws(BrokerError) {
            let account = try read(machine, key.slice)
            last = account.faults.isEmpty && account.unpublished == 0 ? (key, account) : nil
            return (account, nil)
        } catch { return (nil, "\(error)") }
    }

    /// Makes the receipt of a night out of what the folders have.
    ///
    /// - Parameters:
    ///   - proof: What is known of the night.
    ///   - edition: From 1.
    ///   - date: When it is made.
    /// - Returns: The receipt, which is not written.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func receipt(of proof: NightProof, edition: Int, date: Date) throws -> NightReceipt {
        try NightReceipt.make(
            proof: proof, night: proof.night, survey: survey, reader: try DataReader(folders()), edition: edition,
            date: date)
    }

    private func read(
        _ machine: NightMachine, _ slice: NightSlice
    ) throws(BrokerError) -> NightObservation.Account {
        let paths = folders()
        var account = NightObservation.Account()
        guard !paths.isEmpty else { return account }
        let reader = try DataReader(paths)
        var spans: [NightAccount.Span] = []
        for part in slice.partitions {
            guard let from = part.from, let to = part.to else { continue }
            let position = try reader.position(inTopic: part.topic, partition: Int(part.number))
            account.positions[machine.key(part)] = Int64(position)
            spans.append(
                NightAccount.Span(topic: part.topic, partition: Int(part.number), from: Int(from), to: Int(to)))
        }
        let found = try reader.account(of: survey, night: machine.times.night, spans: spans)
        account.received = found.counts[.received]
        account.stored = found.counts[.stored]
        account.duplicates = found.counts[.duplicates]
        account.deadLettered = found.counts[.deadLettered]
        account.faults = found.faults
        account.unpublished = try reader.alertsWithoutRow(of: survey)
        let last = try reader.lastTime(of: survey, in: machine.times.begin..<machine.times.end)
        account.lastExposureEnd = last.map { epoch in
            epoch.secondsSince1970UTC / 86_400 + 40_587 + survey.stream.timeToExposureEnd / .seconds(86_400)
        }
        return account
    }
}
