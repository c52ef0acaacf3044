/// Something that a conductor is to do for a night.
package enum NightAct: Codable, Hashable, Sendable {
    /// Start the workers.
    case startWorkers
    /// Have the workers finish and end.
    case stopWorkers
    /// End a worker that hangs, and start it again.
    case replaceWorker(String)
    /// Write the receipt's edition of this number.
    case writeReceipt(edition: Int)
    /// Tell people.
    case notify(NightState, reason: String)

    /// An act with its number: what was done once is not done again.
    package struct Numbered: Codable, Hashable, Sendable {
        /// Counts from 1 in each night.
        package let number: Int
        /// What is to be done.
        package let act: NightAct
    }
}

extension NightAct: CustomStringConvertible {
    package var description: String {
        switch self {
        case .startWorkers: "start the workers"
        case .stopWorkers: "stop the workers"
        case .replaceWorker(let name): "replace \(name), which hangs"
        case .writeReceipt(let edition): "write edition \(edition) of the receipt"
        case .notify(let state, let reason): "notify: \(state.rawValue): \(reason)"
        }
    }
}
