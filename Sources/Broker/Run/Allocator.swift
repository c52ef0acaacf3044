internal import CLinux

/// The C library's allocator.
enum Allocator {
    /// Keeps freed memory for the next packets. The system clears each page that is returned to it before it hands it out again,
    /// which takes a tenth of a run's time.
    static func keepMemory() {
        // 32 MB is the most that glibc accepts for one allocation; a run's queues hold less than 256 MB.
        _ = mallopt(CInt(NIGHTJAR_MMAP_THRESHOLD), 32 << 20)
        _ = mallopt(CInt(NIGHTJAR_TRIM_THRESHOLD), 256 << 20)
    }
}
