/// The bytes of a source that another machine has, in order.
package protocol RemoteBytes: AnyObject {
    /// The length of all of them, bytes, once it is known.
    var length: Int64? { get }

    /// Waits for the next bytes.
    ///
    /// - Parameter output: Where they are written; not empty.
    /// - Returns: Bytes read; 0 at the end.
    /// - Throws: ``SourceError``.
    func read(into output: UnsafeMutableRawBufferPointer) throws(SourceError) -> Int
}

/// A tarball or a container on another machine.
package struct RemoteSource: Hashable, Sendable {
    /// Opens it; it is given what logs each retry in a line.
    package typealias Opener =
        @Sendable (_ log: @escaping @Sendable (String) -> Void) throws(SourceError) -> any RemoteBytes

    /// Its address, which may hold secrets.
    let address: String
    /// Its address as it may be shown.
    let name: String
    let open: Opener

    /// - Parameters:
    ///   - address: Its address.
    ///   - name: Its address without secrets.
    ///   - open: Opens it.
    package init(address: String, name: String, open: @escaping Opener) {
        self.address = address
        self.name = name
        self.open = open
    }

    package static func == (left: Self, right: Self) -> Bool { left.address == right.address }
    package func hash(into hasher: inout Hasher) { hasher.combine(address) }
}
