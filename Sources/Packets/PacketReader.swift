/// Reads the packets of one source in batches, by one thread; every call blocks until packets are available.
///
/// A batch's bytes are one array that its packets are slices of: a tarball is inflated straight into it. Memory is
/// bounded by the batch, one packet at the packet limit, and the batches that the caller holds on to.
package final class PacketReader {
    private enum Content {
        case stream(PacketStream)
        case folder(FolderPackets)
        case ended
    }
    /// The source's name, without secrets.
    package let name: String
    /// The source's key in a ledger: equal for equal data under the same file name, in any folder. A folder's key depends on
    /// its files' modification times too.
    package let fingerprint: String
    /// Tar members and files of a folder that are not packets, such as links and texts.
    package private(set) var skipped = 0
    /// Packets returned so far.
    package private(set) var count = 0
    /// How far the source has been read.
    package private(set) var progress = Progress(bytesRead: 0, total: nil)

    private var content: Content
    private var last: PacketLocation?

    /// Opens a source and reads its first bytes.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - limits: Bounds on packets and folders.
    ///   - isStopped: Checked while a call waits; ends the source with ``SourceError/Code/stopped``.
    ///   - log: Logs each retry of a remote source in a line.
    /// - Throws: ``SourceError`` if it does not exist, cannot be read, or is a folder without packets.
    package init(
        source: Source, limits: PacketLimits = PacketLimits(),
        isStopped: @escaping @Sendable () -> Bool = { false }, log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(SourceError) {
        let name = source.name
        self.name = name
        let input: ByteInput
        switch source {
        case .folder(let path):
            let folder = try FolderPackets(root: path, limits: limits, isStopped: isStopped)
            fingerprint = Fingerprint.of(folder.files)
            content = .folder(folder)
            progress = folder.progress
            return
        case .file(let path): input = try ByteInput(file: path, name: name)
        case .standardInput: input = ByteInput(standardInput: name)
        case .remote(let source): input = ByteInput(try source.open(log), name: name)
        }
        let stream = try ByteStream(input, isStopped: isStopped)
        fingerprint = Fingerprint.of(stream, name: name)
        content = .stream(PacketStream(stream, name: name, member: nil, limits: limits))
        progress = Progress(bytesRead: input.bytesRead, total: input.total)
    }

    /// Waits for the next packets.
    ///
    /// - Parameters:
    ///   - maxPackets: Packets at most.
    ///   - maxBytes: Bytes at most, unless the first packet alone is longer.
    /// - Returns: At least one packet; `nil` when the source has ended.
    /// - Throws: ``SourceError`` where the source is cut off or damaged, once all whole packets before it were returned.
    ///   The next call continues with the next file of a folder; any other source has ended.
    package func nextBatch(maxPackets: Int, maxBytes: Int) throws(SourceError) -> PacketBatch? {
        precondition(maxPackets > 0 && maxBytes > 0)
        while true {
            var batch = BatchBuilder(source: name, firstOrdinal: count, maxPackets: maxPackets, maxBytes: maxBytes)
            let mayFollow: Bool
            do throws(SourceError) { mayFollow = try add(to: &batch) } catch {
                if case .stream = content { content = .ended }
                throw error.after(count, last: last)
            }
            if !mayFollow { content = .ended }
            guard !batch.packets.isEmpty else {
                if mayFollow { continue }
                return nil
            }
            count += batch.packets.count
            last = batch.packets.last?.location
            return PacketBatch(packets: batch.packets, progress: progress)
        }
    }

    private func add(to batch: inout BatchBuilder) throws(SourceError) -> Bool {
        // Moved out while it changes, so that its arrays have one owner.
        let current = content
        content = .ended
        switch current {
        case .ended: return false
        case .stream(var stream):
            defer {
                skipped = stream.skipped
                progress = Progress(bytesRead: stream.bytesRead, total: stream.total)
                content = .stream(stream)
            }
            return try stream.add(to: &batch)
        case .folder(var folder):
            defer {
                skipped = folder.skipped
                progress = folder.progress
                content = .folder(folder)
            }
            return try folder.add(to: &batch)
        }
    }
}
