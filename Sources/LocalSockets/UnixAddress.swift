internal import Glibc

/// The address of a socket of this machine: a path, or behind `@` an abstract name, which is no file (unix(7)).
struct UnixAddress {
    /// As it is given.
    let text: String
    /// The bytes of the address.
    private let bytes: [UInt8]
    /// The open folder that a long path goes through; held for as long as the address is used.
    private let folder: OpenedFolder?

    /// Bytes of an address, the zero behind a path among them.
    private static let most = MemoryLayout.size(ofValue: sockaddr_un().sun_path)

    /// - Parameter text: A path of any length, or `@` and a name.
    /// - Throws: ``SocketError`` where it is empty, has a zero byte, or its folder cannot be opened.
    init(_ text: String) throws(SocketError) {
        guard !text.isEmpty, !text.utf8.contains(0) else {
            throw SocketError(.refused, text, "this is no address of a socket")
        }
        self.text = text
        if text.hasPrefix("@") {
            bytes = [0] + text.utf8.dropFirst()
            folder = nil
            guard bytes.count <= Self.most else {
                throw SocketError(.refused, text, "an abstract name has \(Self.most - 1) bytes at most")
            }
            return
        }
        guard text.utf8.count >= Self.most else {
            bytes = Array(text.utf8) + [0]
            folder = nil
            return
        }
        // The kernel's limit is on what it is told, not on what that leads to.
        let slash = text.lastIndex(of: "/")
        let parent = slash.map { $0 == text.startIndex ? "/" : String(text[..<$0]) } ?? "."
        let name = slash.map { String(text[text.index(after: $0)...]) } ?? text
        let folder = try OpenedFolder(parent, for: text)
        bytes = Array("/proc/self/fd/\(folder.descriptor)/\(name)".utf8) + [0]
        self.folder = folder
        guard bytes.count <= Self.most else { throw SocketError(.refused, text, "the file's name is too long") }
    }

    /// Calls what takes an address, such as `bind`.
    func callAsFunction(_ call: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = MemoryLayout<sockaddr_un>.size - Self.most + bytes.count
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(length)) }
        }
        withExtendedLifetime(folder) {}
        return status
    }
}

/// A folder that is held open.
private final class OpenedFolder {
    let descriptor: CInt

    init(_ path: String, for address: String) throws(SocketError) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(address, "its folder cannot be opened") }
    }

    deinit { close(descriptor) }
}
