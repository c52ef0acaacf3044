internal import Glibc
internal import Synchronization

/// What happens where a mapped file is cut while it is read: the system sends SIGBUS, since there is nothing left to read.
///
/// The process ends as it would anyway, but says of which file. It cannot go on: nobody knows what it has read of the file by then.
/// Any other SIGBUS goes to the previous handler.
enum BusErrors {
    private struct Mapping {
        var start: UInt = 0
        var end: UInt = 0
        var complaint: UnsafeMutablePointer<CChar>?
    }

    /// Mappings that are watched at most; of others the signal ends the process as ever.
    private static let most = 1_024
    /// Written under ``lock``. The handler only reads it: it may not wait for a lock, and allocates nothing.
    nonisolated(unsafe) private static let mappings = {
        let mappings = UnsafeMutablePointer<Mapping>.allocate(capacity: most)
        mappings.initialize(repeating: Mapping(), count: most)
        return mappings
    }()
    nonisolated(unsafe) private static let before = {
        let before = UnsafeMutablePointer<sigaction>.allocate(capacity: 1)
        before.initialize(to: sigaction())
        return before
    }()
    private static let lock = Mutex(false)

    /// Watches a mapping of a file.
    static func watch(_ bytes: UnsafeRawBufferPointer, _ path: String) {
        lock.withLock { isInstalled in
            guard let place = (0..<most).first(where: { mappings[$0].complaint == nil }) else { return }
            let start = UInt(bitPattern: bytes.baseAddress)
            mappings[place].complaint = strdup(
                "nightjar: \(path): this catalogue was cut or written to while it was read: it is replaced by 'nightjar catalogue add' or a rename\n"
            )
            mappings[place].end = start + UInt(bytes.count)
            mappings[place].start = start
            if !isInstalled {
                isInstalled = true
                install()
            }
        }
    }

    /// Forgets a mapping.
    static func forget(_ bytes: UnsafeRawBufferPointer) {
        lock.withLock { _ in
            let start = UInt(bitPattern: bytes.baseAddress)
            guard let place = (0..<most).first(where: { mappings[$0].start == start }) else { return }
            mappings[place].start = 0
            mappings[place].end = 0
            free(mappings[place].complaint)
            mappings[place].complaint = nil
        }
    }

    private static func install() {
        var action = sigaction()
        action.sa_flags = SA_SIGINFO
        action.__sigaction_handler.sa_sigaction = { _, info, _ in
            guard let info = info?.pointee else { return }
            // A signal that somebody sent has no address.
            BusErrors.handle(info.si_code > 0 ? UInt(bitPattern: info._sifields._sigfault.si_addr) : nil)
        }
        sigaction(SIGBUS, &action, before)
    }

    private static func handle(_ address: UInt?) {
        if let address {
            for place in 0..<most where address >= mappings[place].start && address < mappings[place].end {
                if let complaint = mappings[place].complaint { write(STDERR_FILENO, complaint, strlen(complaint)) }
                _exit(1)
            }
        }
        sigaction(SIGBUS, before, nil)
        // A fault happens again once this returns.
        if address == nil { raise(SIGBUS) }
    }
}
