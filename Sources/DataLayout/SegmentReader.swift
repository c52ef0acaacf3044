internal import Avro
internal import Compression
internal import Glibc
internal import SQLite
internal import Pipeline

/// Reads single records of the segments, growing or closed.
final class SegmentReader {
    /// Files kept open.
    private static let filesKept = 16
    /// A record is no longer than a packet may be.
    static let longestBlock: Int64 = 300 << 20

    /// One open segment.
    final class File {
        let descriptor: CInt
        let sync: SyncMarker
        let schema: AvroSchema

        init(descriptor: CInt, sync: SyncMarker, schema: AvroSchema) {
            self.descriptor = descriptor
            self.sync = sync
            self.schema = schema
        }

        deinit { close(descriptor) }
    }

    private let root: String
    private let findSchema: Statement
    private var files: [(path: String, file: File)] = []
    /// Segments whose headers are not as they were written. Their records are read with the schema that the database keeps.
    private(set) var damagedHeaders: [BrokerError] = []

    init(root: String, database: Database) throws(BrokerError) {
        self.root = root
        do { findSchema = try database.prepare("SELECT json FROM schemas WHERE fingerprint = ?") } catch {
            throw BrokerError(error)
        }
    }

    /// The record of a block, and the schema it is written in.
    ///
    /// - Throws: ``BrokerError``, of code `damagedArchive` where this record is not as it was written or cannot be read.
    func record(at location: RecordLocation) throws(BrokerError) -> (ArraySlice<UInt8>, AvroSchema) {
        let path = "\(root)/\(location.segment.path)"
        guard location.isPossible else {
            throw BrokerError(
                .damagedArchive, path: path,
                detail: "the index says a record of \(location.length) bytes at \(location.position)")
        }
        let file = try open(location.segment, path: path)
        let block = try Self.read(file.descriptor, position: location.position, count: Int(location.length), path: path)
        return (try Self.body(of: block[...], at: location, sync: file.sync, path: path), file.schema)
    }

    /// The record of a block's bytes, which must be as they were written.
    static func body(
        of block: ArraySlice<UInt8>, at location: RecordLocation, sync: SyncMarker, path: String
    ) throws(BrokerError) -> ArraySlice<UInt8> {
        if let checksum = location.checksum {
            let sum = CRC32C.of(block)
            guard sum == checksum else {
                throw BrokerError(
                    .damagedArchive, path: path,
                    detail:
                        "the \(block.count) bytes from \(location.position) on have the CRC32C \(digits(sum)), "
                        + "but had \(digits(checksum)) when they were written")
            }
        }
        do {
            guard let header = try ContainerBlockHeader.parse(prefix: block), header.blockBytes == block.count,
                header.count == 1
            else {
                throw AvroError(.corruptBlock, offset: Int(location.position), detail: "no block of one record is here")
            }
            guard SyncMarker(block.suffix(SyncMarker.count)) == sync else {
                throw AvroError(.syncMismatch, offset: Int(location.position), detail: "the block's end is damaged")
            }
            return block.dropFirst(header.length).prefix(header.dataBytes)
        } catch { throw BrokerError(.damagedArchive, path: path, detail: "\(error)") }
    }

    /// A checksum as `crc32c` and other tools write it.
    static func digits(_ checksum: UInt32) -> String {
        let digits = String(checksum, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    // MARK: - Files

    /// A segment, whose header is compared with what it must be.
    func open(_ segment: SegmentName, path: String) throws(BrokerError) -> File {
        if let known = files.first(where: { $0.path == segment.path }) { return known.file }
        // A segment may be closed, and so renamed, between the look-up and this.
        var descriptor: CInt = -1
        for name in [path, path + SegmentName.openSuffix, path] where descriptor < 0 {
            descriptor = try RegularFile.open(name)
        }
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw .system(.cannotOpen, path: path) }
            throw BrokerError(.damagedArchive, path: path, detail: "the file is missing")
        }
        do throws(BrokerError) {
            let beginning = try Self.read(
                descriptor, position: 0, count: AvroLimits.headerBytes, path: path, atMost: true)
            let schema = try schema(of: segment, beginning: beginning, path: path)
            let file = File(descriptor: descriptor, sync: segment.sync, schema: schema)
            if files.count >= Self.filesKept { files.removeFirst() }
            files.append((segment.path, file))
            return file
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// The schema of a segment, whose header must be as it was written.
    private func schema(
        of segment: SegmentName, beginning: [UInt8], path: String
    ) throws(BrokerError) -> AvroSchema {
        let damage = BrokerError(
            .damagedArchive, path: path, detail: "the segment's header is not as it was written")
        if let schema = try storedSchema(segment.fingerprint) {
            if !beginning.starts(with: segment.header(schema)) {
                damagedHeaders.append(
                    BrokerError(
                        .damagedArchive, path: path,
                        detail: damage.detail + "; its records are read with the schema in nightjar.db"))
            }
            return schema
        }
        // A segment of an older Nightjar: its fingerprint and name say what its header must be.
        guard let schema = try? ContainerHeader.parse(prefix: beginning[...])?.schema,
            SegmentSchema(schema).fingerprint == segment.fingerprint, beginning.starts(with: segment.header(schema))
        else { throw damage }
        return schema
    }

    private func storedSchema(_ fingerprint: String) throws(BrokerError) -> AvroSchema? {
        findSchema.bind(0, fingerprint)
        defer { findSchema.reset() }
        do { return try findSchema.step() ? Self.schema(findSchema.blob(0), fingerprint) : nil } catch {
            throw BrokerError(error)
        }
    }

    /// A schema's text as the database keeps it, where it is the schema that has the fingerprint.
    static func schema(_ json: [UInt8]?, _ fingerprint: String) -> AvroSchema? {
        guard let json, let schema = try? AvroSchema.parse(json[...]),
            SegmentSchema(schema).fingerprint == fingerprint
        else { return nil }
        return schema
    }

    private static func read(
        _ descriptor: CInt, position: Int64, count: Int, path: String, atMost: Bool = false
    ) throws(BrokerError) -> [UInt8] {
        var failure: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, Int(position) + filled)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                guard got > 0 else { return }
                filled += got
            }
        }
        if failure == EIO {
            throw BrokerError(
                .damagedArchive, path: path, detail: "the disk cannot read the \(count) bytes from \(position) on")
        }
        if failure != 0 {
            errno = failure
            throw .system(.cannotRead, path: path)
        }
        guard atMost || bytes.count == count else {
            throw BrokerError(
                .damagedArchive, path: path,
                detail: "the file ends before byte \(position + Int64(count)), where a record ends")
        }
        return bytes
    }
}
