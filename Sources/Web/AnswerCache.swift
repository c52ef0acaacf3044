internal import DataLayout
internal import Threads

/// Answers that are made of the tables alone, kept for as long as the tables stay as they are: many users look at the same few
/// pages, and between two transactions of a run all of them get the same.
///
/// A request for an answer that another thread is making waits for it.
final class AnswerCache: Sendable {
    /// What an answer is for: a route and the values of its parameters.
    struct Key: Hashable {
        let path: String
        let values: ParameterValues
    }

    private struct Entry {
        /// `nil` while a thread makes it.
        var answer: WebAnswer?
        let state: TablesState
        var lastUse: UInt64
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var bytes = 0
        var uses: UInt64 = 0
    }

    /// Bytes of all answers, and of one.
    private static let (most, mostOfOne) = (24 << 20, 4 << 20)
    private let state = Monitor(State())

    /// The answer of a key, made where there is none for this state of the tables.
    ///
    /// - Throws: What `make` throws, which is kept for nobody.
    func answer(_ key: Key, _ now: TablesState, make: () throws -> WebAnswer) throws -> WebAnswer {
        let kept = state.wait { state -> WebAnswer?? in
            state.uses += 1
            if let entry = state.entries[key], entry.state == now {
                // Another thread makes it.
                guard let answer = entry.answer else { return nil }
                state.entries[key]?.lastUse = state.uses
                return .some(answer)
            }
            Self.remove(key, from: &state)
            state.entries[key] = Entry(answer: nil, state: now, lastUse: state.uses)
            return .some(nil)
        }
        if case let kept?? = kept { return kept }
        do {
            let answer = try make().packed
            state.change { keep(answer, key, now, in: &$0) }
            return answer
        } catch {
            state.change { state in
                if state.entries[key]?.state == now { Self.remove(key, from: &state) }
            }
            throw error
        }
    }

    private func keep(_ answer: WebAnswer, _ key: Key, _ now: TablesState, in state: inout State) {
        // A later state's answer may be in the making.
        guard state.entries[key]?.state == now else { return }
        guard answer.bytes <= Self.mostOfOne else { return Self.remove(key, from: &state) }
        state.entries[key]?.answer = answer
        state.bytes += answer.bytes
        guard state.bytes > Self.most else { return }
        // Those of other states are worth nothing, and then those that nobody asked for the longest.
        let made = state.entries.filter { $0.value.answer != nil }
        let order = made.sorted { left, right in
            let (old, new) = (left.value, right.value)
            return ((old.state == now ? 1 : 0), old.lastUse) < ((new.state == now ? 1 : 0), new.lastUse)
        }
        for (key, _) in order where state.bytes > Self.most / 2 { Self.remove(key, from: &state) }
    }

    private static func remove(_ key: Key, from state: inout State) {
        guard let entry = state.entries.removeValue(forKey: key) else { return }
        state.bytes -= entry.answer?.bytes ?? 0
    }
}
