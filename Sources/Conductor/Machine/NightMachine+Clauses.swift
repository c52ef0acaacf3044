extension NightMachine {
    /// Whether every condition holds.
    var isProven: Bool { !clauses.isEmpty && clauses.allSatisfy(\.isMet) }

    /// The conditions that do not hold, as a reason.
    var openClauses: String {
        let open = clauses.filter { !$0.isMet }
        return open.isEmpty
            ? "everything is proven" : open.map { "\($0.name.title): \($0.value)" }.joined(separator: "; ")
    }

    /// The conditions by what was found.
    func clauses(_ found: NightObservation) -> [Clause] {
        [sunUp(found), quiet(found), lag(found), account(found), published(found), lateWindow(found)]
    }

    private func sunUp(_ found: NightObservation) -> Clause {
        let limit = "above \(Int(NightTimes.exposureLimit)) degrees, after the night"
        if let error = found.clockError { return Clause(.sunUp, value: error, limit: limit, isMet: false) }
        guard let altitude = found.sunAltitude else {
            return Clause(.sunUp, value: "unknown", limit: limit, isMet: false)
        }
        let isOver = found.time >= times.exposuresEnd
        // Near the poles the Sun may pass no altitude; the night's end stands for it.
        // By then it has been up; what comes in the next evening must not wait for the next morning.
        let hasRisen = found.time >= max(times.end, times.sunrise ?? times.end)
        let isUp = altitude >= NightTimes.exposureLimit || hasRisen || times.isPolar || times.nauticalDawn == nil
        return Clause(
            .sunUp, value: "\(Self.text(altitude)) degrees" + (isOver ? "" : ", before dawn"), limit: limit,
            isMet: isUp && isOver)
    }

    private func quiet(_ found: NightObservation) -> Clause {
        if case .unreachable(let detail) = found.stream {
            return Clause(.quiet, value: "not seen: \(detail)", limit: minutes(rules.quiet), isMet: false)
        }
        return Clause(
            .quiet, value: minutes(quietFor), limit: minutes(rules.quiet), isMet: quietFor >= rules.quiet)
    }

    private func lag(_ found: NightObservation) -> Clause {
        let limit = "0 messages"
        switch found.stream {
        case .unreachable(let detail):
            return Clause(.lag, value: "not seen: \(detail)", limit: limit, isMet: false)
        case .missing:
            return Clause(
                .lag, value: slice.partitions.isEmpty ? "no topic" : "the topic was deleted", limit: limit,
                isMet: slice.partitions.isEmpty)
        case .present(let partitions):
            var (lag, behind, unknown) = (Int64(0), 0, 0)
            for partition in partitions {
                guard let part = slice.partitions.first(where: { key($0) == partition.key }), let from = part.from,
                    !lacksEnd(partition.key, found)
                else {
                    unknown += 1
                    continue
                }
                let end = part.to ?? ends[partition.key] ?? partition.high
                let rest = max(0, end - max(from, partition.committed ?? from))
                lag += rest
                behind += rest > 0 ? 1 : 0
            }
            let value =
                unknown > 0
                ? "the night's offsets are unknown in \(unknown) partitions"
                : lag == 0 ? "0 messages" : "\(lag) messages in \(behind) partitions"
            return Clause(.lag, value: value, limit: limit, isMet: lag == 0 && unknown == 0)
        }
    }

    private func account(_ found: NightObservation) -> Clause {
        let limit = "received = duplicates + stored + dead letters, to the end of each partition"
        func clause(_ value: String, _ isMet: Bool) -> Clause {
            Clause(.account, value: value, limit: limit, isMet: isMet)
        }
        guard hasMessages else { return clause("nothing received", true) }
        if let failure = found.accountFailure { return clause(failure, false) }
        guard let account = found.account else { return clause("not read while the stream moves", false) }
        if let fault = account.faults.first { return clause(fault, false) }
        for part in slice.partitions {
            guard let from = part.from else { return clause("the night's begin is unknown", false) }
            let (end, position) = (part.to ?? ends[key(part)] ?? from, account.positions[key(part)] ?? 0)
            guard end <= from || position >= end else {
                return clause("\(key(part)): the ledger ends at \(position), the night at \(end)", false)
            }
        }
        return clause(
            "\(account.received) received = \(account.duplicates) duplicates + \(account.stored) stored + "
                + "\(account.deadLettered) dead letters",
            account.received == account.duplicates + account.stored + account.deadLettered)
    }

    private func published(_ found: NightObservation) -> Clause {
        guard hasMessages else {
            return Clause(.published, value: "nothing to publish", limit: "0 messages", isMet: true)
        }
        guard let account = found.account else {
            return Clause(.published, value: "not read while the stream moves", limit: "0 messages", isMet: false)
        }
        return Clause(
            .published, value: "\(account.unpublished) messages not published", limit: "0 messages",
            isMet: account.unpublished == 0)
    }

    private func lateWindow(_ found: NightObservation) -> Clause {
        let last = lastExposureEnd ?? times.exposuresEnd
        let seconds = (found.time - last) * 86_400
        return Clause(
            .lateWindow, value: seconds < 0 ? "exposures may go on" : "\(minutes(seconds)) after the last exposure",
            limit: minutes(rules.lateWindow),
            isMet: seconds >= rules.lateWindow)
    }

    private func minutes(_ seconds: Double) -> String { "\(Self.text(seconds / 60)) min" }

    /// With one decimal.
    private static func text(_ number: Double) -> String {
        guard abs(number) < 1e12 else { return "unknown" }
        let tenths = Int((abs(number) * 10).rounded())
        return "\(number < 0 && tenths > 0 ? "-" : "")\(tenths / 10).\(tenths % 10)"
    }
}

extension NightMachine {
    /// Whether the account is all that may be missing of the proof, so that it is worth its cost.
    package var isAccountMissing: Bool {
        guard hasMessages, !clauses.isEmpty else { return false }
        return clauses.allSatisfy { $0.isMet || [.account, .published, .lateWindow].contains($0.name) }
    }
}
