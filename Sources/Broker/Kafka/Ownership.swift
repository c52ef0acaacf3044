internal import Kafka
internal import Synchronization

/// The partitions that this worker has now, and the notes on them.
///
/// Each time a partition comes, or is read anew, it gets another ticket. A batch carries the ticket of the time it was read
/// at: one of an older time is not taken, since the partition went to another worker or is read again from its last claim.
final class Ownership: Sendable {
    /// What the group knows of a partition.
    struct Claimed {
        var note = ClaimNote()
        /// Offsets below this one are granted to this worker already.
        var granted: Int64 = 0
        /// The group's offset as this worker last knew it; `nil` where the group never was in the partition.
        var offset: Int64?
    }

    private struct State {
        var tickets: [KafkaPartition: Int] = [:]
        var claims: [KafkaPartition: Claimed] = [:]
        var next = 1
        var mustSeek = false
    }

    private let state = Mutex(State())

    func take(_ claims: [KafkaPartition: Claimed]) {
        state.withLock { state in
            for (partition, claim) in claims {
                state.tickets[partition] = state.next
                state.claims[partition] = claim
                state.next += 1
            }
        }
    }

    func give(_ partitions: [KafkaPartition]) {
        state.withLock { state in
            for partition in partitions {
                state.tickets[partition] = nil
                state.claims[partition] = nil
            }
        }
    }

    func ticket(of partition: KafkaPartition) -> Int? { state.withLock { $0.tickets[partition] } }

    func claim(on partition: KafkaPartition) -> Claimed { state.withLock { $0.claims[partition] ?? Claimed() } }

    func claimed(_ positions: [KafkaPartition: KafkaPosition]) {
        state.withLock { state in
            for (partition, position) in positions {
                state.claims[partition]?.note = ClaimNote(position.note)
                state.claims[partition]?.offset = position.offset
            }
        }
    }

    /// What was read and not claimed is to be read again: no batch on its way is taken any more.
    func reset() {
        state.withLock { state in
            state.tickets.removeAll()
            state.mustSeek = true
        }
    }

    /// Whether partitions must be read anew; told once.
    func takeSeek() -> Bool {
        state.withLock { state in
            defer { state.mustSeek = false }
            return state.mustSeek
        }
    }
}
