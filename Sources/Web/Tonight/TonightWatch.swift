internal import Alerts
internal import DataLayout
internal import Foundation
internal import HTTP
internal import JSON
internal import Query
internal import Synchronization
internal import Threads

/// Looks at the present night for all who follow it: once for all of them, and not at all where nobody does, but for the rates.
final class TonightWatch: Sendable {
    /// An answer, and what of it is compared with the next.
    private struct Look: Sendable {
        let time: ContinuousClock.Instant
        let body: [UInt8]
        let compared: [UInt8]
    }

    private struct State {
        /// By survey.
        var rates: [String: TonightRates] = [:]
        var skies: [String: TonightSky] = [:]
        var look: Look?
    }

    /// Seconds between two looks while somebody follows.
    private static let step = 2.0
    /// Seconds after which an event is sent although nothing has changed.
    private static let longestSilence = 10.0
    /// Followers at most.
    private static let mostFollowers = 256

    let feed = EventFeed(most: mostFollowers)
    private let readers: ReaderPool
    private let given: [String]
    private let free: @Sendable () -> Double?
    private let state = Mutex(State())
    private let hasEnded = Monitor(false)

    /// Begins to look.
    ///
    /// - Parameters:
    ///   - readers: The data folders.
    ///   - given: The folders as they were named: a conductor's files lie in them.
    ///   - free: The free bytes of the disk.
    init(_ readers: ReaderPool, given: [String], free: @escaping @Sendable () -> Double?) {
        (self.readers, self.given, self.free) = (readers, given, free)
        Thread.detachNewThread { [weak self, hasEnded] in
            var (sampled, published): (ContinuousClock.Instant?, ContinuousClock.Instant?)
            var compared: [UInt8] = []
            while hasEnded.wait(for: .seconds(Self.step), until: { $0 ? () : nil }) == nil {
                guard let self else { return }
                let now = ContinuousClock.now
                if sampled.map({ now - $0 >= .seconds(TonightRates.step) }) ?? true {
                    self.sample()
                    sampled = now
                }
                guard self.feed.count > 0 else { continue }
                // What cannot be read now is said to whoever asks; those who follow see that nothing comes.
                guard let look = try? self.look() else {
                    self.feed.publish(EventFeed.beat)
                    continue
                }
                let isDue = published.map { now - $0 >= .seconds(Self.longestSilence) } ?? true
                guard isDue || look.compared != compared else { continue }
                self.feed.publish(EventFeed.event("tonight", data: look.body))
                (published, compared) = (now, look.compared)
            }
        }
    }

    /// Ends it, and what others follow.
    func end() {
        hasEnded.change { $0 = true }
        feed.close()
    }

    private static var now: Double { Date().timeIntervalSince1970 / 86_400 + 40_587 }

    private func sample() {
        guard let nights = try? readers.read({ try TonightNight.all($0, in: given) }) else { return }
        let free = free()
        state.withLock { state in
            for night in nights {
                let known = state.rates[night.survey.name].flatMap { $0.isOf(night.night) ? $0 : nil }
                var rates = known ?? TonightRates(night: night.night)
                rates.add(night.counts, mjd: Self.now, free: free)
                state.rates[night.survey.name] = rates
            }
        }
    }

    /// The present nights as JSON; that of others who asked just now serves all.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    func body() throws -> [UInt8] {
        if let look = state.withLock({ $0.look }), .now - look.time < .seconds(Self.step) { return look.body }
        return try look().body
    }

    private func look() throws -> Look {
        let nights = try readers.read { try TonightNight.all($0, in: given) }
        let now = Self.now
        // The night that is under way comes first, then the newest.
        let sorted = nights.sorted { ($0.isActive ? 1 : 0, $0.night) > ($1.isActive ? 1 : 0, $1.night) }
        let known = state.withLock { $0.rates }
        let rates = sorted.map { known[$0.survey.name] ?? TonightRates(night: $0.night) }
        let written = JSONTree.list(try zip(sorted, rates).map { try $0.json(perSecond: $1.perSecond) })
        let compared = written.bytes
        let body: JSONTree = [
            "now_mjd_utc": .number(now), "state": .text(sorted.first?.state ?? "idle"),
            "nights": .written(compared), "skies": .list(sorted.map { sky($0)?.json(now: now) ?? .null }),
            "rates": .list(rates.map(\.json)),
        ]
        let look = Look(time: .now, body: body.bytes, compared: compared)
        state.withLock { $0.look = look }
        return look
    }

    private func sky(_ night: TonightNight) -> TonightSky? {
        let key = "\(night.survey.name) \(night.night)"
        if let sky = state.withLock({ $0.skies[key] }) { return sky }
        guard let sky = TonightSky(night: night.night, of: night.survey) else { return nil }
        state.withLock { state in
            if state.skies.count > 8 { state.skies = [:] }
            state.skies[key] = sky
        }
        return sky
    }
}
