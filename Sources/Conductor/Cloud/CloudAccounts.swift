package import BigQuery
package import CloudBroker
package import CloudControl
package import CloudStorage
package import Foundation
package import GoogleAuth
package import PubSub

/// Reads what became of a night on Google Cloud, where there are no data folders: see ``CloudLedger``.
package final class CloudAccounts: NightAccounts {
    /// Whom it asks.
    package struct Clients: Sendable {
        let bigQuery: BigQueryClient
        let storage: StorageClient
        let monitoring: MonitoringClient
        let pubSub: PubSubClient

        /// These clients.
        package init(
            bigQuery: BigQueryClient, storage: StorageClient, monitoring: MonitoringClient, pubSub: PubSubClient
        ) {
            self.bigQuery = bigQuery
            self.storage = storage
            self.monitoring = monitoring
            self.pubSub = pubSub
        }

        /// The services, or the emulators that the environment names.
        ///
        /// - Parameter environment: The process's environment.
        /// - Throws: ``GoogleCloudError`` where there are no credentials.
        package init(
            environment: [String: String] = ProcessInfo.processInfo.environment
        ) throws(GoogleCloudError) {
            self.init(
                bigQuery: try BigQueryClient(environment: environment),
                storage: try StorageClient(environment: environment),
                monitoring: try MonitoringClient(environment: environment),
                pubSub: try PubSubClient(environment: environment))
        }
    }

    private typealias Outcome = (account: NightObservation.Account?, failure: String?)

    private let ledger: CloudLedger
    private let pace: Duration
    private let now: @Sendable () -> Date
    /// When the stream was first seen where it is now.
    private var seen: (key: AccountKey, date: Date)?
    /// What was read last of it, and when it is read again at the earliest.
    private var last: (again: ContinuousClock.Instant, outcome: Outcome)?
    /// How often rows and objects were read of it, which costs money: each time they are left alone for twice as long.
    private var readings = 0

    /// The longest time for which they are left alone.
    private static let longestPace = Duration.seconds(1_800)

    /// The account of a survey's broker.
    ///
    /// - Parameters:
    ///   - names: The set's names.
    ///   - clients: Whom to ask.
    ///   - pace: How long after an account that proves nothing it is read again, at first.
    ///   - now: The present.
    package init(
        _ names: CloudNames, _ clients: Clients, pace: Duration, now: @escaping @Sendable () -> Date = { Date() }
    ) {
        ledger = CloudLedger(names: names, clients: clients, now: now)
        self.pace = pace
        self.now = now
    }

    /// Reads a night's account; a proof that cannot have changed is not read again.
    ///
    /// - Parameters:
    ///   - machine: The night.
    ///   - stream: Its stream, as it was seen.
    /// - Returns: The account, or why it could not be read.
    package func read(
        _ machine: NightMachine, _ stream: NightObservation.Stream
    ) -> (account: NightObservation.Account?, failure: String?) {
        guard let key = AccountKey(machine, stream) else { return (nil, nil) }
        if seen?.key != key {
            seen = (key, now())
            (last, readings) = (nil, 0)
        }
        if let last, last.outcome.account?.isProof == true || .now < last.again { return last.outcome }
        let outcome: Outcome
        do throws(ControlError) {
            outcome = (try ledger.account(of: machine, key, quietSince: seen?.date ?? now()), nil)
        } catch { outcome = (nil, "\(error)") }
        if outcome.account?.ids != nil { readings = min(readings + 1, 10) }
        last = (.now + max(pace, min(pace * (1 << readings), Self.longestPace)), outcome)
        return outcome
    }

    /// Makes the receipt of a night out of the account that was read last.
    ///
    /// - Parameters:
    ///   - proof: What is known of the night.
    ///   - edition: From 1.
    ///   - date: When it is made.
    /// - Returns: The receipt, which is not written.
    package func receipt(of proof: NightProof, edition: Int, date: Date) -> NightReceipt {
        NightReceipt.make(cloud: proof, names: ledger.names, edition: edition, date: date)
    }
}

extension NightObservation.Account {
    /// Whether it proves that all is there.
    var isProof: Bool { faults.isEmpty && unpublished == 0 && addsUp }

    /// Whether what was received has a final state.
    var addsUp: Bool { received == stored + duplicates + deadLettered }
}
