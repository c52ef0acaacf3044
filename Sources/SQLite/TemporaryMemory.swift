internal import CSQLite
internal import Foundation
internal import Synchronization

/// A temporary file that lies in memory, of a statement from outside: what it sorts, groups and joins is bounded, and nothing is
/// written to a disk.
///
/// SQLite keeps 2 MB of a temporary table in its own cache, however large the main cache is, and wants a file for the rest.
final class TemporaryMemory {
    /// What one file may hold, bytes.
    static let mostOfOne = 32 << 20
    /// What all of the process may hold at a time, bytes.
    static let mostOfAll = 64 << 20
    private static let used = Atomic(0)

    private var bytes: UnsafeMutableRawPointer?
    private var capacity = 0
    private var length = 0

    deinit {
        free(bytes)
        Self.used.subtract(capacity, ordering: .relaxed)
    }

    // MARK: - What a file does

    /// Fills what lies behind the end with zeros, as SQLite asks.
    private func read(_ target: UnsafeMutableRawBufferPointer, at offset: Int) -> CInt {
        let found = max(0, min(target.count, length - offset))
        if found > 0, let bytes {
            target.copyMemory(from: UnsafeRawBufferPointer(start: bytes + offset, count: found))
        }
        guard found < target.count else { return SQLITE_OK }
        UnsafeMutableRawBufferPointer(rebasing: target[found...]).initializeMemory(as: UInt8.self, repeating: 0)
        return SQLITE_IOERR | (2 << 8)  // SQLITE_IOERR_SHORT_READ
    }

    private func write(_ source: UnsafeRawBufferPointer, at offset: Int) -> CInt {
        let end = offset + source.count
        guard end <= capacity || grow(to: end), let bytes else { return SQLITE_FULL }
        if offset > length { memset(bytes + length, 0, offset - length) }
        if let start = source.baseAddress { memcpy(bytes + offset, start, source.count) }
        length = max(length, end)
        return SQLITE_OK
    }

    private func grow(to size: Int) -> Bool {
        guard size <= Self.mostOfOne else { return false }
        let wanted = min(Self.mostOfOne, max(size, capacity * 2, 1 << 16))
        let more = wanted - capacity
        guard Self.used.add(more, ordering: .relaxed).newValue <= Self.mostOfAll, let moved = realloc(bytes, wanted)
        else {
            Self.used.subtract(more, ordering: .relaxed)
            return false
        }
        (bytes, capacity) = (moved, wanted)
        return true
    }

    // MARK: - As SQLite calls it

    /// How much of an open file SQLite has to set aside.
    static let size = CInt(2 * MemoryLayout<UnsafeRawPointer>.stride)

    /// Opens one in the place that SQLite set aside: its methods, then the object.
    static func open(_ file: UnsafeMutablePointer<sqlite3_file>) {
        let place = UnsafeMutableRawPointer(file)
        file.pointee.pMethods = UnsafePointer(methods)
        place.storeBytes(
            of: Unmanaged.passRetained(TemporaryMemory()).toOpaque(),
            toByteOffset: MemoryLayout<UnsafeRawPointer>.stride,
            as: UnsafeMutableRawPointer.self)
    }

    private static func object(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Unmanaged<TemporaryMemory>? {
        file.map {
            Unmanaged.fromOpaque(
                UnsafeRawPointer($0).load(
                    fromByteOffset: MemoryLayout<UnsafeRawPointer>.stride, as: UnsafeMutableRawPointer.self))
        }
    }

    /// Written once, before it is first used.
    nonisolated(unsafe) private static let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        methods.initialize(to: sqlite3_io_methods())
        methods.pointee.iVersion = 1
        methods.pointee.xClose = { file in
            object(file)?.release()
            return SQLITE_OK
        }
        methods.pointee.xRead = { file, target, count, offset in
            object(file)?.takeUnretainedValue()
                .read(UnsafeMutableRawBufferPointer(start: target, count: Int(count)), at: Int(offset)) ?? SQLITE_IOERR
        }
        methods.pointee.xWrite = { file, source, count, offset in
            object(file)?.takeUnretainedValue()
                .write(UnsafeRawBufferPointer(start: source, count: Int(count)), at: Int(offset)) ?? SQLITE_IOERR
        }
        methods.pointee.xTruncate = { file, size in
            guard let file = object(file)?.takeUnretainedValue() else { return SQLITE_IOERR }
            file.length = min(file.length, Int(size))
            return SQLITE_OK
        }
        methods.pointee.xFileSize = { file, size in
            size?.pointee = Int64(object(file)?.takeUnretainedValue().length ?? 0)
            return SQLITE_OK
        }
        methods.pointee.xSync = { _, _ in SQLITE_OK }
        methods.pointee.xLock = { _, _ in SQLITE_OK }
        methods.pointee.xUnlock = { _, _ in SQLITE_OK }
        methods.pointee.xCheckReservedLock = { _, isLocked in
            isLocked?.pointee = 0
            return SQLITE_OK
        }
        methods.pointee.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        methods.pointee.xSectorSize = { _ in 4_096 }
        methods.pointee.xDeviceCharacteristics = { _ in 0 }
        return methods
    }()
}
