internal import Foundation
internal import LocalSockets

/// Tells systemd, or whoever started this program in its way, how it is (sd_notify(3)): a datagram to `$NOTIFY_SOCKET`.
final class ServiceNotifier: Sendable {
    private let socket: DatagramSocket
    /// Within this time the next sign of life must come; `nil` where nobody waits for one.
    let watchdog: Duration?

    /// `nil` where nobody is to be told, or the address makes no sense.
    ///
    /// - Parameters:
    ///   - environment: With `NOTIFY_SOCKET`, and `WATCHDOG_USEC` and `WATCHDOG_PID` where a watchdog waits.
    ///   - process: This process's id: a watchdog may wait for another one.
    init?(environment: [String: String] = ProcessInfo.processInfo.environment, process: Int32 = getpid()) {
        guard let address = environment["NOTIFY_SOCKET"], address.hasPrefix("/") || address.hasPrefix("@"),
            let socket = try? DatagramSocket(to: address)
        else { return nil }
        self.socket = socket
        let isMeant = environment["WATCHDOG_PID"].map { Int32($0) == process } ?? true
        let limit = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdog = isMeant && limit > 0 ? .microseconds(limit) : nil
    }

    /// The program does its work from now on.
    func ready() { send("READY=1") }

    /// What it is doing, in a line.
    func status(_ line: String) { send("STATUS=" + ShownText.line(line)) }

    /// It is alive.
    func alive() { send("WATCHDOG=1") }

    /// It ends in order.
    func stopping() { send("STOPPING=1") }

    /// Nobody who can be told is no fault of the work.
    private func send(_ message: String) { try? socket.send(message) }
}
