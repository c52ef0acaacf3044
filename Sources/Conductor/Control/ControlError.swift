/// Why workers could not be started, stopped or asked, and what to do about it.
package struct ControlError: Error, Hashable, CustomStringConvertible {
    /// What was to be done, such as `start nightjar-worker@1.service`.
    package let action: String
    /// What went wrong.
    package let detail: String
    /// What an operator does next.
    package let nextStep: String

    /// A failure with its next step.
    package init(_ action: String, detail: String, nextStep: String) {
        self.action = action
        self.detail = detail
        self.nextStep = nextStep
    }

    package var description: String { "cannot \(action): \(detail); \(nextStep)" }
}

extension ControlError {
    /// Checks that a text is a topic's name by Kafka's rule, before it goes into a file or another machine's settings.
    ///
    /// - Throws: ``ControlError`` where it is none.
    static func check(topic: String) throws(ControlError) {
        let isSound =
            (1...249).contains(topic.utf8.count) && topic != "." && topic != ".."
            && topic.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        guard isSound else {
            throw ControlError(
                "start workers", detail: "a topic's name has 1 to 249 letters, digits, '.', '_' and '-'",
                nextStep: "correct the topic in the configuration")
        }
    }
}
