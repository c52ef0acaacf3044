package import Foundation

/// What became of a night's messages, wherever their products are kept.
package protocol NightAccounts: AnyObject {
    /// Reads a night's account; one that cannot have changed is not read again.
    ///
    /// - Parameters:
    ///   - machine: The night.
    ///   - stream: Its stream, as it was seen.
    /// - Returns: The account, or why it could not be read.
    func read(
        _ machine: NightMachine, _ stream: NightObservation.Stream
    ) -> (account: NightObservation.Account?, failure: String?)

    /// Makes the receipt of a night.
    ///
    /// - Parameters:
    ///   - proof: What is known of the night.
    ///   - edition: From 1.
    ///   - date: When it is made.
    /// - Returns: The receipt, which is not written.
    /// - Throws: Why what it needs cannot be read.
    func receipt(of proof: NightProof, edition: Int, date: Date) throws -> NightReceipt
}

/// Under which an account that was read still holds: what the stream and its readers have reached.
struct AccountKey: Hashable {
    let night: Int
    /// The night's messages by now.
    let slice: NightSlice
    /// Where the group has got to.
    let committed: [NightObservation.Partition.Key: Int64]

    /// - Returns: `nil` where the stream is not seen.
    init?(_ machine: NightMachine, _ stream: NightObservation.Stream) {
        guard case .present(let partitions) = stream else { return nil }
        night = machine.times.night
        slice = NightSlice(
            machine.slice.partitions.map { part in
                var part = part
                let now = partitions.first { $0.key == machine.key(part) }
                let end = min(now?.high ?? part.from ?? 0, machine.nightEnds[machine.key(part)] ?? .max)
                part.to = part.to ?? max(part.from ?? 0, end)
                return part
            })
        var committed: [NightObservation.Partition.Key: Int64] = [:]
        for partition in partitions { committed[partition.key] = partition.committed }
        self.committed = committed
    }
}
