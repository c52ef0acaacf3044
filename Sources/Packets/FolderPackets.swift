/// Reads the packets in the files of a folder, file by file.
struct FolderPackets {
    let root: String
    let files: [FolderFile]
    private let limits: PacketLimits
    private var index = 0
    private var stream: PacketStream?  // of a tarball, or of a file longer than a packet
    private var bytesBefore: Int64 = 0
    private let total: Int64
    /// Skipped members of files that were read, and files of the folder that are not packets.
    private var skippedBefore: Int

    /// Errors of the listing that are not reported yet.
    private var unlisted: [SourceError]
    private let isStopped: @Sendable () -> Bool

    init(
        root: String, limits: PacketLimits, isStopped: @escaping @Sendable () -> Bool = { false }
    ) throws(SourceError) {
        self.root = root
        self.limits = limits
        self.isStopped = isStopped
        (files, unlisted, skippedBefore) = try FolderListing.files(in: root, limits: limits)
        total = files.reduce(0) { $0.addingReportingOverflow($1.size).partialValue }
    }

    var progress: Progress { Progress(bytesRead: bytesBefore + (stream?.bytesRead ?? 0), total: total) }
    var skipped: Int { skippedBefore + (stream?.skipped ?? 0) }

    /// Adds packets until the batch is full or the folder ends.
    ///
    /// - Parameter batch: The batch.
    /// - Returns: Whether more may follow.
    /// - Throws: ``SourceError`` for a file; the next call continues with the next file.
    mutating func add(to batch: inout BatchBuilder) throws(SourceError) -> Bool {
        while !batch.isFull {
            if stream != nil {
                guard try addFromStream(&batch) else { continue }
                if !batch.packets.isEmpty { return true }
                continue
            }
            guard index < files.count else {
                guard batch.packets.isEmpty, !unlisted.isEmpty else { return !unlisted.isEmpty }
                throw unlisted.removeFirst()
            }
            let file = files[index]
            if file.isPacket && file.size <= Int64(limits.containerBytes) {
                guard batch.packets.isEmpty else { return true }  // a batch has one array
                try addFiles(&batch)
                return true
            }
            guard batch.packets.isEmpty else { return true }
            index += 1
            let input = try ByteInput(file: file.name(below: root), name: "\(root)/\(file.path)")
            let bytes = try ByteStream(input, isStopped: isStopped)
            stream = PacketStream(bytes, name: file.path, member: file.path, limits: limits)
        }
        return true
    }

    /// Adds packets of the open stream and closes it at its end.
    private mutating func addFromStream(_ batch: inout BatchBuilder) throws(SourceError) -> Bool {
        do throws(SourceError) {
            if try stream?.add(to: &batch) == true { return true }
        } catch {
            closeStream()
            throw error
        }
        closeStream()
        return false
    }

    private mutating func closeStream() {
        skippedBefore += stream?.skipped ?? 0
        bytesBefore += stream?.bytesRead ?? 0
        stream = nil
    }

    /// Reads the next files into one array.
    private mutating func addFiles(_ batch: inout BatchBuilder) throws(SourceError) {
        let run = nextRun(batch)
        let capacity = files[run].reduce(0) { $0 + Int($1.size) }
        var ranges: [Range<Int>] = []
        var failure: SourceError?
        let bytes = [UInt8](unsafeUninitializedCapacity: max(capacity, 1)) { buffer, count in
            for file in files[run] {
                do throws(SourceError) {
                    let room = UnsafeMutableRawBufferPointer(buffer)[count..<(count + Int(file.size))]
                    let length = try read(file, into: UnsafeMutableRawBufferPointer(rebasing: room))
                    ranges.append(count..<(count + length))
                    count += length
                } catch {
                    failure = error
                    return
                }
            }
        }
        for (file, range) in zip(files[run], ranges) { batch.add(bytes[range], member: file.path, byte: 0) }
        index += ranges.count
        bytesBefore += Int64(bytes.count)
        guard let failure, ranges.isEmpty else { return }  // otherwise the next call fails at this file
        index += 1
        throw failure
    }

    /// The next files that fit into a batch; at least one.
    private func nextRun(_ batch: BatchBuilder) -> Range<Int> {
        var end = index
        var bytes: Int64 = 0
        while end < files.count, end - index < batch.maxPackets, files[end].isPacket,
            files[end].size <= Int64(limits.containerBytes),
            end == index || bytes + files[end].size <= Int64(batch.maxBytes)
        {
            bytes += files[end].size
            end += 1
        }
        return index..<max(end, index + 1)
    }

    /// Reads a file that was `size` bytes long when it was listed; it may be shorter now, but not longer.
    private func read(_ file: FolderFile, into output: UnsafeMutableRawBufferPointer) throws(SourceError) -> Int {
        let path = "\(root)/\(file.path)"
        let input = try ByteInput(file: file.name(below: root), name: path)
        guard let size = input.total, size <= file.size else {
            throw SourceError(.unreadable, path, "is being written: longer than when it was listed")
        }
        var filled = 0
        while filled < output.count {
            let count = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: output[filled...]))
            guard count > 0 else { break }
            filled += count
        }
        return filled
    }
}
