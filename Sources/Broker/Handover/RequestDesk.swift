internal import DataLayout
internal import LocalSockets

/// Serves the requests of other processes while a run writes.
final class RequestDesk {
    private let listener: HandoverListener?
    private let work: FolderWork?
    private let log: @Sendable (String) -> Void

    /// - Parameters:
    ///   - options: The run, whose folder this process holds by now.
    ///   - log: Logs what is done, and why nothing can be.
    init(_ options: Run.Options, log: @escaping @Sendable (String) -> Void) {
        self.log = log
        work = options.requests
        guard options.requests != nil else {
            listener = nil
            return
        }
        do throws(SocketError) { listener = try HandoverListener(folder: options.folder) } catch {
            // As on a file system without sockets: the run works, and other commands wait for its end.
            log("other commands cannot ask for work in this folder while this runs: \(error)")
            listener = nil
        }
    }

    /// Carries out the next request, if there is one.
    func serve(_ scheduler: CommitScheduler) throws(BrokerError) {
        guard let work, let pending = listener?.next() else { return }
        log("begins with \(pending.request.name), as another process asks")
        // Whatever happens, the other process gets an answer.
        var end = FolderMessage.ended
        defer { pending.finish(end) }
        let output = pending.output
        let isDone = try scheduler.pause { folder in end = .done(work(pending.request, folder, output)) }
        if isDone { log("continues after \(pending.request.name)") }
    }

    /// Takes no more requests.
    func close() { listener?.close() }
}
