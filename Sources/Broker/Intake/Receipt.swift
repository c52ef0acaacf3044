package import Pipeline

/// An intake's handle of a batch, by which it recognises the batch when it is written.
///
/// The pipeline passes it on with the batch, and does not use it.
package protocol Receipt: Sendable {
    /// Called on the writing thread before packets of the batch are added to the open transaction. A batch may be written in
    /// parts, in order, and over several transactions.
    ///
    /// - Parameter positions: Numbers of the first and the last packet in their source.
    /// - Returns: Whether the packets count.
    func admit(_ positions: ClosedRange<Int>) -> Admission
}

/// Whether packets count.
package enum Admission {
    /// They count; their products are also published to this stream.
    case admitted(publishingTo: (any MessageStream<Never> & Sendable)? = nil)
    /// They do not: they are assigned to another worker, or are read again.
    case stale
}
