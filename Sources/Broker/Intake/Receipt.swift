package import Pipeline

/// What an intake gives out with a batch, to know it again when it is written.
///
/// It travels with the batch through the pipeline, which does not look into it.
package protocol Receipt: Sendable {
    /// Called on the writing thread before packets of the batch go into the open transaction. A batch may be written in
    /// parts, in order, and over several transactions.
    ///
    /// - Parameter positions: Numbers in their source of the first and the last packet.
    /// - Returns: Whether they count.
    func admit(_ positions: ClosedRange<Int>) -> Admission
}

/// Whether packets count.
package enum Admission {
    /// They count; their products go to this stream, too.
    case admitted(publishingTo: (any MessageStream<Never> & Sendable)? = nil)
    /// They do not: another worker has them now, or they are read again.
    case stale
}
