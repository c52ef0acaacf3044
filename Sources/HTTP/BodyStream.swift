/// A response's body that comes piece by piece, as long as its client stays.
package protocol BodyStream: AnyObject, Sendable {
    /// Copies what there is next.
    ///
    /// - Parameters:
    ///   - buffer: Where to.
    ///   - pause: Called before nothing is returned: the reader then waits until it is woken. It must be called under the lock
    ///     under which `wake` is called, so that no wake is lost between the two.
    /// - Returns: The bytes copied, 0 where there is nothing now; `nil` at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, pausing pause: () -> Void) -> Int?

    /// Tells how a reader is woken that was paused.
    func attach(wake: @escaping @Sendable () -> Void)

    /// The client is gone, or has the whole body: no call follows.
    func detach()
}
