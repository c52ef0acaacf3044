/// Which offsets of a partition each worker of a group has claimed last.
///
/// The group's committed offset carries it as its note. A worker claims what it read just before it commits its own tables:
/// where it dies in between, the note tells it, when it comes back, what it still owes. The claim is the group's, so that no
/// other worker takes the same messages.
struct ClaimNote: Equatable {
    /// Workers kept; the one that claimed longest ago is dropped.
    private static let mostWorkers = 64

    private(set) var claims: [(worker: String, range: Range<Int64>)] = []

    init() {}

    /// Reads a note; what is none of ours is an empty one.
    init(_ text: String) {
        for word in text.split(separator: ",").prefix(Self.mostWorkers) {
            let parts = word.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "=" || $0 == "-" })
            guard parts.count == 3, let from = Int64(parts[1]), let to = Int64(parts[2]), from >= 0, from <= to
            else { continue }
            claims.append((String(parts[0]), from..<to))
        }
    }

    var text: String {
        claims.map { "\($0.worker)=\($0.range.lowerBound)-\($0.range.upperBound)" }.joined(separator: ",")
    }

    subscript(worker: String) -> Range<Int64>? { claims.first { $0.worker == worker }?.range }

    /// The note once a worker has claimed a range.
    func claiming(_ range: Range<Int64>, by worker: String) -> ClaimNote {
        var note = self
        note.claims.removeAll { $0.worker == worker }
        note.claims.insert((worker, range), at: 0)
        if note.claims.count > Self.mostWorkers { note.claims.removeLast() }
        return note
    }

    static func == (left: ClaimNote, right: ClaimNote) -> Bool { left.text == right.text }
}
