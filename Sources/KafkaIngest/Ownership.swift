internal import Kafka
internal import Synchronization

/// The partitions that this worker has now, and the claims on them.
///
/// Each time a partition comes, or is read again, it gets another ticket. A batch carries the ticket of the time it was read
/// at: one of an older time does not count, since the partition went to another worker or is read again from its last claim.
final class Ownership: Sendable {
    /// What the group knows of a partition.
    struct Claimed {
        var claims = OffsetClaims()
        /// Offsets below this one are granted to this worker already.
        var granted: Int64 = 0
        /// The group's offset as this worker last knew it; `nil` where the group never was in the partition.
        var offset: Int64?
    }

    private struct State {
        var tickets: [KafkaPartition: Int] = [:]
        var claimed: [KafkaPartition: Claimed] = [:]
        var next = 1
        var mustSeek = false
    }

    private let state = Mutex(State())

    /// These partitions are read from now on.
    func acquire(_ partitions: [KafkaPartition: Claimed]) {
        state.withLock { state in
            for (partition, claimed) in partitions {
                state.tickets[partition] = state.next
                state.claimed[partition] = claimed
                state.next += 1
            }
        }
    }

    /// These go to another worker.
    func release(_ partitions: [KafkaPartition]) {
        state.withLock { state in
            for partition in partitions {
                state.tickets[partition] = nil
                state.claimed[partition] = nil
            }
        }
    }

    func ticket(of partition: KafkaPartition) -> Int? { state.withLock { $0.tickets[partition] } }

    func claimed(of partition: KafkaPartition) -> Claimed {
        state.withLock { $0.claimed[partition] ?? Claimed() }
    }

    /// The group has committed these positions for this worker.
    func record(_ positions: [KafkaPartition: KafkaPosition]) {
        state.withLock { state in
            for (partition, position) in positions {
                state.claimed[partition]?.claims = OffsetClaims(position.note)
                state.claimed[partition]?.offset = position.offset
            }
        }
    }

    /// What was read and not claimed is to be read again: no batch on its way counts any more.
    func reset() {
        state.withLock { state in
            state.tickets.removeAll()
            state.mustSeek = true
        }
    }

    /// Whether partitions must be read again; answered once.
    func consumeSeek() -> Bool {
        state.withLock { state in
            defer { state.mustSeek = false }
            return state.mustSeek
        }
    }
}
