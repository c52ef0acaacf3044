internal import DataLayout
internal import Foundation
internal import LocalSockets
internal import Synchronization
internal import Threads

/// Takes requests of other processes for the folder that this one holds. A run asks it for the next one between two commits.
final class HandoverListener: Sendable {
    /// Requests that wait, or are read, at once.
    private static let most = 4
    /// How long a client may take to send its request.
    private static let sending = Duration.seconds(10)
    private static let poll = Duration.milliseconds(200)

    private struct State {
        var waiting: [PendingRequest] = []
        var open = 0
        var isClosed = false
    }

    private let listener: FrameListener
    private let state = Mutex(State())

    /// Begins to listen.
    ///
    /// - Parameter folder: The folder, whose lock this process holds: so a socket that is there is of a process that is gone.
    /// - Throws: ``LocalSockets/SocketError`` where it cannot.
    init(folder: String) throws(SocketError) {
        listener = try FrameListener(at: Handover.address(in: folder))
        Thread.detachNewThread { [self] in
            while !state.withLock({ $0.isClosed }) {
                if let client = listener.accept(within: Self.poll) { accept(client) }
            }
        }
    }

    /// The next request; those of clients that have gone meanwhile are dropped.
    func next() -> PendingRequest? {
        state.withLock { state in
            while let first = state.waiting.first {
                state.waiting.removeFirst()
                if first.begin() { return first }
            }
            return nil
        }
    }

    /// Accepts no more requests. Clients that wait get ``FolderMessage/ended``, and do the work themselves.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        listener.remove()
        for request in waiting { request.finish(.ended) }
        // Clients that have connected meanwhile.
        while let client = listener.accept(within: .zero) { Self.send(.ended, to: client) }
    }

    private func accept(_ client: FrameConnection) {
        let isFull = state.withLock { state in
            guard state.open < Self.most else { return true }
            state.open += 1
            return false
        }
        guard !isFull else {
            return Self.send(
                .refused("\(Self.most) other requests wait already; give the command again later"), to: client)
        }
        Thread.detachNewThread { [self] in
            serve(client)
            state.withLock { $0.open -= 1 }
        }
    }

    private func serve(_ client: FrameConnection) {
        guard let frame = try? client.receive(limit: Handover.longestRequest, within: Self.sending) else { return }
        let request: FolderRequest
        do { request = try JSONDecoder().decode(FolderRequest.self, from: Data(frame)) } catch {
            return Self.send(.refused("this request is not known; is the command of another version?"), to: client)
        }
        let pending = PendingRequest(request, from: client)
        let isQueued = state.withLock { state in
            if !state.isClosed { state.waiting.append(pending) }
            return !state.isClosed
        }
        guard isQueued else { return Self.send(.ended, to: client) }
        pending.answer()
    }

    private static func send(_ message: FolderMessage, to client: FrameConnection) {
        guard let frame = try? JSONEncoder().encode(message) else { return }
        try? client.send(Array(frame), within: .seconds(1))
    }
}

/// A request that waits or is being carried out; a thread of its own sends what comes of it, so that a client which does not
/// read holds up no run.
final class PendingRequest: Sendable {
    /// Messages that a client has not read yet, at most.
    private static let most = 10_000

    private struct State {
        var messages: [FolderMessage] = []
        var left = 0
        var end: FolderMessage?
        var hasBegun = false
        var hasGone = false
    }

    let request: FolderRequest
    private let client: FrameConnection
    private let state = Monitor(State())

    init(_ request: FolderRequest, from client: FrameConnection) {
        self.request = request
        self.client = client
    }

    /// Whether it is still wanted; from now on it is carried out, whatever becomes of the client.
    func begin() -> Bool {
        state.withLock { state in
            guard !state.hasGone, !client.isClosed else { return false }
            state.hasBegun = true
            return true
        }
    }

    /// Where the work says what it has to say.
    var output: FolderOutput {
        FolderOutput { [self] message in
            state.change { state in
                if state.messages.count < Self.most { state.messages.append(message) } else { state.left += 1 }
            }
        }
    }

    /// How it ended.
    func finish(_ end: FolderMessage) { state.change { $0.end = end } }

    /// Sends what comes of it until it ends.
    func answer() {
        while true {
            let (messages, end) =
                state.wait(for: Handover.sign) { state -> ([FolderMessage], FolderMessage?)? in
                    guard !state.messages.isEmpty || state.end != nil else { return nil }
                    defer { state.messages = [] }
                    return (state.messages, state.end)
                } ?? ([.working], nil)
            do {
                for message in messages { try send(message) }
                guard let end else { continue }
                let left = state.withLock { $0.left }
                if left > 0 { try send(.complaint("\(left) more lines were left out")) }
                return try send(end)
            } catch {
                return state.withLock { $0.hasGone = true }
            }
        }
    }

    private func send(_ message: FolderMessage) throws {
        try client.send(Array(JSONEncoder().encode(message)), within: Handover.patience)
    }
}
