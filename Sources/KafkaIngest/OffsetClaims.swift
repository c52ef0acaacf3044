/// Which offsets of a partition each worker of a group has claimed last.
///
/// They are the metadata of the group's committed offset. A worker claims what it read just before it commits its own tables:
/// if it dies in between, it finds there, when it restarts, what it has still to store. The claim is a commit of the group, so
/// that no other worker processes the same messages.
struct OffsetClaims: Equatable {
    /// Workers kept; the one that claimed longest ago is dropped.
    private static let mostWorkers = 64

    private(set) var claims: [(worker: String, range: Range<Int64>)] = []

    init() {}

    /// Parses metadata; text of other programs yields no claims.
    init(_ text: String) {
        for claim in text.split(separator: ",").prefix(Self.mostWorkers) {
            let parts = claim.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "=" || $0 == "-" })
            guard parts.count == 3, let from = Int64(parts[1]), let to = Int64(parts[2]), from >= 0, from <= to
            else { continue }
            claims.append((String(parts[0]), from..<to))
        }
    }

    var text: String {
        claims.map { "\($0.worker)=\($0.range.lowerBound)-\($0.range.upperBound)" }.joined(separator: ",")
    }

    subscript(worker: String) -> Range<Int64>? { claims.first { $0.worker == worker }?.range }

    /// The claims after a worker has claimed a range.
    func claiming(_ range: Range<Int64>, by worker: String) -> OffsetClaims {
        var claims = self
        claims.claims.removeAll { $0.worker == worker }
        claims.claims.insert((worker, range), at: 0)
        if claims.claims.count > Self.mostWorkers { claims.claims.removeLast() }
        return claims
    }

    static func == (left: OffsetClaims, right: OffsetClaims) -> Bool { left.text == right.text }
}
