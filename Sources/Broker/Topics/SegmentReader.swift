internal import Avro
internal import Glibc

/// Reads single records of the segments, growing or closed.
final class SegmentReader {
    /// Files kept open.
    private static let filesKept = 16
    /// A record is no longer than a packet may be.
    private static let longestBlock: Int64 = 300 << 20

    private final class File {
        let descriptor: CInt
        let header: ContainerHeader

        init(descriptor: CInt, header: ContainerHeader) {
            self.descriptor = descriptor
            self.header = header
        }

        deinit { close(descriptor) }
    }

    private let root: String
    private var files: [(path: String, file: File)] = []

    init(root: String) { self.root = root }

    /// The one record of the block at `position`, and the schema it is written in.
    func record(path: String, position: Int64, length: Int64) throws(BrokerError) -> (ArraySlice<UInt8>, AvroSchema) {
        let file = try open(path)
        guard length > 0, length <= Self.longestBlock else {
            throw BrokerError(.damagedArchive, path: path, detail: "the index says a record of \(length) bytes")
        }
        let block = try Self.read(file.descriptor, position: position, count: Int(length), path: path)
        do {
            guard let header = try ContainerBlockHeader.parse(prefix: block[...]), header.blockBytes == block.count,
                header.count == 1
            else { throw AvroError(.corruptBlock, offset: Int(position), detail: "no block of one record is here") }
            guard SyncMarker(block.suffix(SyncMarker.count)) == file.header.sync else {
                throw AvroError(.syncMismatch, offset: Int(position), detail: "the block's end is damaged")
            }
            return (block[header.length..<header.length + header.dataBytes], file.header.schema)
        } catch { throw BrokerError(.damagedArchive, path: path, detail: "\(error)") }
    }

    private func open(_ path: String) throws(BrokerError) -> File {
        if let known = files.first(where: { $0.path == path }) { return known.file }
        // A segment may be closed, and so renamed, between the look-up and this.
        let names = [path, path + SegmentFile.openSuffix, path].map { "\(root)/\($0)" }
        var descriptor: CInt = -1
        for name in names where descriptor < 0 { descriptor = Glibc.open(name, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw .system(.cannotOpen, path: names[0]) }
        let beginning = try Self.read(descriptor, position: 0, count: AvroLimits.headerBytes, path: path, atMost: true)
        do {
            guard let header = try ContainerHeader.parse(prefix: beginning[...]) else {
                throw AvroError(.truncated, detail: "the header is cut")
            }
            let file = File(descriptor: descriptor, header: header)
            if files.count >= Self.filesKept { files.removeFirst() }
            files.append((path, file))
            return file
        } catch {
            close(descriptor)
            throw BrokerError(.damagedArchive, path: path, detail: "\(error)")
        }
    }

    private static func read(
        _ descriptor: CInt, position: Int64, count: Int, path: String, atMost: Bool = false
    ) throws(BrokerError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, Int(position) + filled)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failed = true }
                guard got > 0 else { return }
                filled += got
            }
        }
        if failed { throw .system(.cannotRead, path: path) }
        guard atMost || bytes.count == count else {
            throw BrokerError(
                .damagedArchive, path: path, detail: "the file ends within the record at byte \(position)")
        }
        return bytes
    }
}
