internal import Kafka
internal import Synchronization

/// The partitions that are assigned to this worker, and the claims on them.
///
/// Each time a partition is assigned, or read again, it gets a new ticket. A batch carries the ticket under which it was read:
/// one with an older ticket is stale, since the partition went to another worker or is read again from its last claim.
final class Ownership: Sendable {
    /// The group's state of a partition.
    struct Claimed {
        var claims = OffsetClaims()
        /// Offsets below this one are claimed by this worker already.
        var granted: Int64 = 0
        /// The group's committed offset as this worker last knew it; `nil` where it has none.
        var offset: Int64?
    }

    private struct State {
        var tickets: [KafkaPartition: Int] = [:]
        var claimed: [KafkaPartition: Claimed] = [:]
        var next = 1
        var mustSeek = false
    }

    private let state = Mutex(State())

    /// Adds partitions that were assigned.
    func acquire(_ partitions: [KafkaPartition: Claimed]) {
        state.withLock { state in
            for (partition, claimed) in partitions {
                state.tickets[partition] = state.next
                state.claimed[partition] = claimed
                state.next += 1
            }
        }
    }

    /// Removes partitions that were revoked.
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
                state.claimed[partition]?.claims = OffsetClaims(position.metadata)
                state.claimed[partition]?.offset = position.offset
            }
        }
    }

    /// Marks all partitions to be read again: all queued batches become stale.
    func reset() {
        state.withLock { state in
            state.tickets.removeAll()
            state.mustSeek = true
        }
    }

    /// Whether partitions must be read again; reset by the call.
    func consumeSeek() -> Bool {
        state.withLock { state in
            defer { state.mustSeek = false }
            return state.mustSeek
        }
    }
}
