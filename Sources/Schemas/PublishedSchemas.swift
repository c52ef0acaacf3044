internal import Alerts
internal import Avro
internal import Synchronization

/// The published schemas that lie beside Nightjar, read when the first packet asks for one: most runs need none of them.
final class PublishedSchemas: Sendable {
    /// How long a folder that could not be used is left alone: a batch of packets is not as many attempts.
    private static let pause = Duration.milliseconds(500)

    private enum State {
        case unread
        case read([UInt32: AvroSchema])
        case unusable(SchemaError, until: ContinuousClock.Instant)
    }

    private let folder: String
    private let state = Mutex(State.unread)

    init(folder: String) { self.folder = folder }

    /// The schema with a number. A folder that is damaged gives no answer, and is read again until it is whole.
    func schema(_ id: UInt32) -> SchemaAnswer {
        state.withLock { state in
            if case .unusable(let error, let until) = state, ContinuousClock.now < until {
                return .unavailable("\(error)")
            }
            if case .read = state {} else { state = read() }
            switch state {
            case .read(let known): return known[id].map { .found($0) } ?? .unknown
            case .unusable(let error, _): return .unavailable("\(error)")
            case .unread: return .unknown
            }
        }
    }

    private func read() -> State {
        do throws(SchemaError) { return .read(try SchemaFiles.read(folder)) } catch {
            return .unusable(error, until: ContinuousClock.now + Self.pause)
        }
    }
}
