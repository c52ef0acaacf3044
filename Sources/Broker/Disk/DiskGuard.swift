internal import DataLayout
internal import Threads

/// Stops a run before its disk is full: what was read is committed, and nothing more is taken.
final class DiskGuard {
    /// How often the disk is asked again while a stream waits for room.
    private static let pause = Duration.seconds(2)

    private let folder: String
    private let waits: Bool
    private let stop: StopSignal
    private let monitor: RunMonitor
    private let log: @Sendable (String) -> Void
    private var watch: DiskWatch

    /// - Parameters:
    ///   - options: The run.
    ///   - stop: Ends a wait for room.
    ///   - monitor: Shows that intake is stopped.
    ///   - log: Logs each change.
    init(_ options: Run.Options, stop: StopSignal, monitor: RunMonitor, log: @escaping @Sendable (String) -> Void) {
        (folder, waits) = (options.folder, options.waitsForRoom)
        (self.stop, self.monitor, self.log) = (stop, monitor, log)
        watch = DiskWatch(options.reserve)
    }

    /// Looks at the disk before the next batch is taken.
    ///
    /// - Parameters:
    ///   - commit: Makes what was read durable.
    ///   - serve: Carries out what other processes ask for while a stream waits, such as `prune`, which gives room.
    /// - Throws: ``BrokerError``, with code `diskFull` where a run over files must end.
    func check(committing commit: () throws(BrokerError) -> Void, serving serve: () throws(BrokerError) -> Void)
        throws(BrokerError)
    {
        guard let disk = DiskState(of: folder) else { return }
        monitor.recordReserve(watch.reserve.bytes(of: disk.size))
        switch watch.look(at: disk) {
        case .goOn: return
        case .low:
            log("the disk of \(folder) gets full: \(Self.text(disk.free)) are left; intake stops at \(limit(disk))")
        case .ample: log("the disk of \(folder) has room again: \(Self.text(disk.free))")
        case .exhausted:
            try commit()
            guard waits else { throw full(disk) }
            try wait(disk, serving: serve)
        }
    }

    private func limit(_ disk: DiskState) -> String { Self.text(watch.reserve.bytes(of: disk.size)) }

    private func full(_ disk: DiskState) -> BrokerError {
        BrokerError(
            .diskFull, path: folder,
            detail:
                "the disk is full but for \(Self.text(disk.free)), and \(limit(disk)) stay free (--disk-reserve); what "
                + "was read is stored. Free space, as by 'nightjar prune', and give the same command again")
    }

    /// A stream goes on once there is room.
    private func wait(_ disk: DiskState, serving serve: () throws(BrokerError) -> Void) throws(BrokerError) {
        log(
            "the disk of \(folder) is full but for \(Self.text(disk.free)): intake waits until more than \(limit(disk)) are "
                + "free; 'nightjar prune' removes nights")
        monitor.recordWaitForRoom(true)
        defer { monitor.recordWaitForRoom(false) }
        while !stop.isSet {
            try serve()
            guard let now = DiskState(of: folder), watch.look(at: now) == .exhausted else {
                log("the disk of \(folder) has room again; intake goes on")
                return
            }
            monitor.waiting(.write, atMost: Self.pause) { _ = stop.wait(for: Self.pause) }
        }
    }

    private static func text(_ bytes: Int64) -> String {
        bytes >= 10_000_000_000
            ? "\(bytes / 1_000_000_000) GB" : bytes >= 10_000_000 ? "\(bytes / 1_000_000) MB" : "\(bytes / 1_000) kB"
    }
}
