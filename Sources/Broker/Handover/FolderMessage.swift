/// What the process that holds a folder answers to a request.
package enum FolderMessage: Codable, Hashable, Sendable {
    /// A line of the result.
    case line(String)
    /// The result as JSON.
    case json(String)
    /// Something is wrong.
    case complaint(String)
    /// It is alive; the request waits or is being carried out.
    case working
    /// The request was carried out, with the exit status of the command.
    case done(Int32)
    /// The request cannot be taken, and why.
    case refused(String)
    /// The process ends and has not begun with the request.
    case ended
}

/// Takes what a piece of work says, wherever its command runs.
package struct FolderOutput: Sendable {
    private let take: @Sendable (FolderMessage) -> Void

    /// Output to wherever `take` puts it.
    package init(_ take: @escaping @Sendable (FolderMessage) -> Void) { self.take = take }

    /// A line of the result.
    package func say(_ line: String) { take(.line(line)) }
    /// The result as JSON.
    package func put(json: String) { take(.json(json)) }
    /// Something is wrong.
    package func complain(_ line: String) { take(.complaint(line)) }
}
