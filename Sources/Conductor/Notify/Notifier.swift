package import Foundation
internal import HTTP
internal import Threads

/// Tells people that a night has changed its state: by a webhook, by a command, or both.
///
/// Notifications are sent in their order by one thread, so that a slow receiver never holds up a night. Failures are logged and
/// change nothing. A webhook's address is a secret: whoever has it can write there. No error and no log shows it.
package final class Notifier: Sendable {
    /// How often and how long it is tried.
    package struct Limits: Sendable {
        /// Tries of the webhook.
        package var tries = 3
        /// Between two of them; the second wait is twice as long.
        package var pause: Duration = .seconds(2)
        /// For one answer of the webhook.
        package var answer: Duration = .seconds(10)
        /// For the command; it is killed after that.
        package var command: Duration = .seconds(30)

        /// The usual limits.
        package init() {}
    }

    private struct Queue {
        var waiting: [NightNotification] = []
        var seen: Set<String> = []
        /// The keys in their order, so that the oldest is forgotten.
        var order: [String] = []
        var isSending = false
        var isClosed = false

        /// The next to send; `.some(nil)` once it is closed.
        mutating func next() -> NightNotification?? {
            if isClosed { return .some(nil) }
            guard !waiting.isEmpty else { return nil }
            isSending = true
            return .some(waiting.removeFirst())
        }
    }

    private static let longestQueue = 64
    private static let mostSeen = 4_096
    private static let longestAnswer = 64 << 10  // bytes

    private let webhook: URL?
    private let command: ChildProgram?
    private let limits: Limits
    private let http: HTTPClient
    private let stop = StopSignal()
    private let queue = Monitor(Queue())
    private let log: @Sendable (String) -> Void

    /// Sends to these places; to none where both are `nil`.
    ///
    /// - Parameters:
    ///   - webhook: An https address that takes Slack's form, `{"text": ...}`; http on this machine alone.
    ///   - command: A program and its arguments, which no shell looks at.
    ///   - limits: How often and how long it is tried.
    ///   - log: Takes a line about each failure.
    /// - Throws: ``ControlError`` for an address that is none, and for a program that is not there.
    package init(
        webhook: URL?, command: [String]?, limits: Limits = Limits(), log: @escaping @Sendable (String) -> Void
    ) throws(ControlError) {
        if let webhook, !Self.isUsable(webhook) {
            throw ControlError(
                "notify", detail: "the webhook is no https address",
                nextStep: "copy it again from Slack, or from what else takes its form")
        }
        self.webhook = webhook
        do throws(ChildProgram.Failure) {
            self.command = if let command { try ChildProgram(command) } else { nil }
        } catch {
            throw ControlError(
                "notify", detail: "\(error)", nextStep: "give the command's path, and its arguments each by itself")
        }
        self.limits = limits
        self.log = log
        http = HTTPClient()
        guard webhook != nil || command != nil else { return }
        Thread.detachNewThread { [queue, stop, weak self] in
            while let next = queue.wait(until: { $0.next() }), let notification = next {
                self?.deliver(notification)
                queue.change { $0.isSending = false }
                if stop.isSet { return }
            }
        }
    }

    deinit {
        stop.set()
        queue.change { $0.isClosed = true }
    }

    private static func isUsable(_ url: URL) -> Bool {
        guard let host = url.host(), !host.isEmpty else { return false }
        return url.scheme == "https"
            || url.scheme == "http" && ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host)
    }

    /// Takes a notification to be sent; one that was taken already is not sent again.
    package func send(_ notification: NightNotification) {
        guard webhook != nil || command != nil else { return }
        let dropped: NightNotification? = queue.change { queue in
            guard queue.seen.insert(notification.key).inserted else { return nil }
            queue.order.append(notification.key)
            if queue.order.count > Self.mostSeen { queue.seen.remove(queue.order.removeFirst()) }
            queue.waiting.append(notification)
            return queue.waiting.count > Self.longestQueue ? queue.waiting.removeFirst() : nil
        }
        if let dropped { log("notification dropped, as \(Self.longestQueue) wait already: \(dropped.text)") }
    }

    /// Waits until everything was sent or given up, at most so long.
    ///
    /// - Returns: Whether nothing is left.
    @discardableResult
    package func finish(within limit: Duration) -> Bool {
        queue.wait(for: limit) { $0.waiting.isEmpty && !$0.isSending ? () : nil } != nil
    }

    // MARK: - Sending

    private func deliver(_ notification: NightNotification) {
        if let webhook { post(notification, to: webhook) }
        if let command { run(command, notification) }
    }

    private func post(_ notification: NightNotification, to webhook: URL) {
        let body = try? JSONEncoder().encode(["text": Self.escaped(notification.text)])
        let request = HTTPRequest(
            .post, webhook.absoluteString, headers: [HTTPHeader("Content-Type", "application/json; charset=utf-8")],
            body: [UInt8](body ?? Data()))
        var pause = limits.pause
        var reason = ""
        for number in 1...max(1, limits.tries) {
            do throws(HTTPError) {
                let response = try http.send(request, limit: Self.longestAnswer, deadline: limits.answer)
                guard !(200..<300).contains(response.status) else { return }
                reason = "it answered with status \(response.status)"
                // A wrong address stays wrong; too many requests, and a server's own errors, pass.
                guard response.status == 429 || response.status >= 500 else { break }
            } catch { reason = Self.reason(error) }
            guard number < limits.tries, !stop.wait(for: pause) else { break }
            pause *= 2
        }
        log("the webhook did not take a notification (\(reason)); check its address. Not sent: \(notification.text)")
    }

    private func run(_ command: ChildProgram, _ notification: NightNotification) {
        do throws(ChildProgram.Failure) {
            let outcome = try command.run(limit: limits.command, variables: notification.variables)
            guard outcome.status != 0 else { return }
            log("the command of notifications ended with status \(outcome.status), for: \(notification.text)")
        } catch { log("the command of notifications failed: \(error), for: \(notification.text)") }
    }

    /// What kept it from being sent, without the address, whose path is the secret.
    private static func reason(_ error: HTTPError) -> String {
        switch error.code {
        case .unreachable: "it cannot be reached"
        case .untrusted: "its certificate is not trusted"
        case .timedOut: "it did not answer in time"
        case .tooLong: "its answer was too long"
        case .invalidAddress: "its address is none"
        default: "the connection broke"
        }
    }

    /// Slack reads these three characters as its own.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
