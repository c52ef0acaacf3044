extension NightMachine {
    /// A partition of the slice.
    func key(_ partition: NightSlice.Partition) -> NightObservation.Partition.Key {
        NightObservation.Partition.Key(partition.topic, partition.number)
    }

    /// Whether the night has messages, as far as is known.
    var hasMessages: Bool {
        slice.partitions.contains { partition in
            guard let from = partition.from else { return false }
            return (partition.to ?? ends[key(partition)] ?? 0) > from
        }
    }

    /// Whether a partition's end is the survey's own, and not only where the night was found complete.
    func isFixed(_ partition: NightSlice.Partition) -> Bool {
        partition.to != nil && nightEnds[key(partition)] == partition.to
    }

    /// Whether the survey's own end of the night has passed, and is not known in a partition yet.
    func lacksEnd(_ key: NightObservation.Partition.Key, _ found: NightObservation) -> Bool {
        rules.isOneTopic && found.time >= times.end && nightEnds[key] == nil
    }

    /// Takes in the offsets.
    ///
    /// - Returns: Whether a night that was over has new messages.
    mutating func note(_ found: NightObservation) -> Bool {
        guard case .present(let partitions) = found.stream else {
            // What cannot be seen is not quiet; a topic that is not there is.
            if found.stream == .missing, slice.partitions.isEmpty {
                quietFor += max(0, found.elapsed)
            } else {
                quietFor = 0
            }
            if found.stream == .missing, hasMessages { loss = loss ?? "the topic was deleted" }
            return false
        }
        var (hasMoved, isLate) = (false, false)
        for partition in partitions {
            let index = add(partition)
            if let end = partition.nightEnd, nightEnds[partition.key] == nil { nightEnds[partition.key] = end }
            let end = end(of: partition, slice.partitions[index], found)
            if let known = ends[partition.key], end < known, !rules.isOneTopic {
                loss = loss ?? "the topic was made again: \(partition.key) had \(known) messages and has \(end)"
            }
            noteExpired(partition, slice.partitions[index])
            if ends[partition.key] != end { hasMoved = true }
            ends[partition.key] = end
            if state.isFinal, let to = slice.partitions[index].to, end > to { isLate = true }
            fix(index)
        }
        quietFor = hasMoved ? 0 : quietFor + max(0, found.elapsed)
        return isLate
    }

    /// What the stream has let go before it was read is lost.
    private mutating func noteExpired(_ partition: NightObservation.Partition, _ part: NightSlice.Partition) {
        guard let from = part.from, let lowest = part.lowest else { return }
        let next = max(from, lowest, partition.committed ?? from)
        let low = min(partition.low, part.to ?? .max)
        guard low > next else { return }
        loss = loss ?? "offsets \(next) to \(low - 1) of \(partition.key) expired before they were read"
    }

    /// The night's end in a partition by now.
    private func end(
        of partition: NightObservation.Partition, _ part: NightSlice.Partition, _ found: NightObservation
    ) -> Int64 {
        guard rules.isOneTopic else { return partition.high }
        // Before the night's begin is known, nothing of the partition is the night's.
        guard let from = part.from else { return 0 }
        // What comes after the noon may be the next night's.
        guard !lacksEnd(partition.key, found) else { return max(from, ends[partition.key] ?? from) }
        return max(from, min(partition.high, nightEnds[partition.key] ?? .max))
    }

    /// Adds a partition that was not seen before, and learns where the night begins in it.
    private mutating func add(_ partition: NightObservation.Partition) -> Int {
        let known = slice.partitions.firstIndex { key($0) == partition.key }
        let index = known ?? slice.partitions.endIndex
        if known == nil {
            slice.partitions.append(
                NightSlice.Partition(
                    topic: partition.key.topic, number: partition.key.number, from: rules.isOneTopic ? nil : 0))
        }
        if slice.partitions[index].from == nil { slice.partitions[index].from = partition.nightBegin }
        if let from = slice.partitions[index].from, slice.partitions[index].lowest == nil {
            slice.partitions[index].lowest = partition.low
            if partition.isBeginLost {
                loss =
                    loss
                    ?? "beginning lost: \(partition.key) begins at \(partition.low), and the night may have begun before"
            } else if partition.low > from {
                loss =
                    loss ?? "beginning lost: \(partition.key) begins at \(partition.low), and the night at \(from)"
            }
        }
        return index
    }

    /// The night's own end, once it is known, stays.
    private mutating func fix(_ index: Int) {
        guard !state.isFinal, slice.partitions[index].to == nil, let from = slice.partitions[index].from,
            let end = nightEnds[key(slice.partitions[index])]
        else { return }
        slice.partitions[index].to = max(end, from)
    }

    /// Sets the ends that are open to what was seen last.
    mutating func closeSlice() {
        for index in slice.partitions.indices where slice.partitions[index].to == nil {
            slice.partitions[index].to = ends[key(slice.partitions[index])]
        }
        slice.partitions.sort { ($0.topic, $0.number) < ($1.topic, $1.number) }
    }
}
