internal import DataLayout
internal import Foundation
internal import LocalSockets

/// Hands work to the process that holds a folder's lock, over the socket `nightjar.sock` in the folder.
///
/// One frame of JSON asks, a ``FolderRequest``; frames of JSON answer, each a ``FolderMessage``, the last of which says how it
/// ended. The socket is for the folder's owner alone.
package enum Handover {
    /// Bytes of a request at most.
    static let longestRequest = 1 << 20
    /// Bytes of a frame of the answer at most.
    static let longestAnswer = 16 << 20
    /// How often a process that works on a request says so.
    static let sign = Duration.seconds(5)
    /// How long the other side may say nothing.
    static let patience = Duration.seconds(60)

    static func address(in folder: String) -> String { "\(folder)/nightjar.sock" }

    /// Asks the process that holds a folder to do something, and waits until it is done.
    ///
    /// - Parameters:
    ///   - folder: The data folder.
    ///   - request: What is to be done.
    ///   - output: Takes what the work says.
    /// - Returns: The exit status; `nil` where no process takes requests for this folder, so that the caller does it itself.
    /// - Throws: ``DataLayout/BrokerError`` where the process refuses, or ends or hangs before it has answered.
    package static func ask(
        _ folder: String, _ request: FolderRequest, output: (FolderMessage) throws -> Void
    ) throws -> Int32? {
        let address = address(in: folder)
        let connection: FrameConnection
        do throws(SocketError) { connection = try FrameConnection(to: address) } catch {
            guard error.code != .nobody else { return nil }
            throw BrokerError(.inUse, path: address, detail: error.detail)
        }
        do {
            try connection.send(Array(JSONEncoder().encode(request)), within: patience)
            while true {
                let frame = try connection.receive(limit: longestAnswer, within: patience)
                let message: FolderMessage
                do { message = try JSONDecoder().decode(FolderMessage.self, from: Data(frame)) } catch {
                    throw SocketError(
                        .refused, address, "an answer that this Nightjar does not know; is it of another version?")
                }
                switch message {
                case .line, .json, .complaint: try output(message)
                case .working: break
                case .done(let status): return status
                case .refused(let reason): throw BrokerError(.inUse, path: folder, detail: reason)
                case .ended: return nil
                }
            }
        } catch let error as SocketError { throw failure(error, folder) }
    }

    private static func failure(_ error: SocketError, _ folder: String) -> BrokerError {
        let detail: String
        switch error.code {
        case .closed:
            detail = "the process that writes to this folder ended before it answered; give the same command again"
        case .timedOut:
            detail =
                "the process that writes to this folder hangs: no answer for \(patience / .seconds(1)) s; end it, and give "
                + "the same command again"
        case .nobody, .refused, .system:
            detail = "the process that writes to this folder: \(error.detail)"
        }
        return BrokerError(.inUse, path: folder, detail: detail)
    }
}
