internal import CLinux

/// The C library's allocator.
enum Allocator {
    /// Keeps the memory of packets that were written for those that come: given back to the system and taken again, each of its
    /// pages is cleared anew, which costs a tenth of a run.
    static func keepMemory() {
        // 32 MB is the most that glibc accepts for one allocation; a run's queues hold less than 256 MB.
        _ = mallopt(CInt(NIGHTJAR_MMAP_THRESHOLD), 32 << 20)
        _ = mallopt(CInt(NIGHTJAR_TRIM_THRESHOLD), 256 << 20)
    }
}
