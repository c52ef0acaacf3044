internal import JSON
internal import Foundation
internal import Synchronization

/// Standard output takes no more.
struct ClosedOutput: Error {
    /// Why; `nil` where its reader has gone, and there is no one left to tell.
    let reason: String?
}

/// What the command says: results on standard output, all else on standard error.
///
/// Text is given line by line, and each line is escaped here (``ShownText``): what comes from outside needs no care before.
enum Terminal {
    /// Whether a person watches standard error.
    static let isInteractive = isatty(STDERR_FILENO) == 1
    /// Whether the last line of standard error is one that was drawn.
    private static let isDrawn = Mutex(false)

    /// Columns of standard error's terminal, now.
    static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// How much is said on standard error.
    static let level = Mutex(LogLevel.info)
    /// How lines on standard error are written.
    static let format = Mutex(LogFormat.text)
    /// What was logged last, in a format for programs.
    private static let repetition = Mutex(LogRepetition())

    /// Whether progress is drawn over the last line, for a person.
    static var draws: Bool { isInteractive && format.withLock { $0 } == .text }

    /// Puts `/dev/null` in the place of a standard file that was closed: a file of the run's would else get its number, and
    /// what is said would be written into it.
    ///
    /// One that is closed by `exec` was not handed down: before `main` Foundation has opened an event there, for a run loop
    /// that this program does not have.
    static func openStandardFiles() {
        for descriptor in STDIN_FILENO...STDERR_FILENO {
            let flags = fcntl(descriptor, F_GETFD)
            guard flags < 0 || flags & FD_CLOEXEC != 0 else { continue }
            let null = open("/dev/null", O_RDWR)
            guard null >= 0, null != descriptor else { continue }
            dup2(null, descriptor)
            close(null)
        }
    }

    /// Says what fails.
    static func complain(_ line: String, _ fields: KeyValuePairs<String, String> = [:]) {
        log(line, .error, fields, prefix: "nightjar: ")
    }
    /// Says what a reader should know, and how far the work is, unless only errors are asked for.
    ///
    /// - Parameters:
    ///   - line: What people read.
    ///   - fields: What programs read beside it, as `topic`; a text for people goes without them.
    static func info(_ line: String, _ fields: KeyValuePairs<String, String> = [:]) {
        if level.withLock({ $0 }) >= .info { log(line, .info, fields) }
    }
    /// Says what helps to find a fault.
    static func debug(_ line: String) { if level.withLock({ $0 }) >= .debug { log(line, .debug, prefix: "debug: ") } }
    /// Whether progress is shown.
    static var isQuiet: Bool { level.withLock { $0 } < .info }

    /// A line on standard error, whatever the level.
    ///
    /// - Parameters:
    ///   - line: What people read.
    ///   - level: What a program takes it for.
    ///   - fields: What programs read beside it.
    ///   - prefix: What people read before the line.
    static func log(
        _ line: String, _ level: LogLevel = .error, _ fields: KeyValuePairs<String, String> = [:], prefix: String = ""
    ) {
        let format = format.withLock { $0 }
        guard format == .text else {
            let event = LogEvent(level: level, message: line, fields: fields.map { ($0, $1) })
            let lines = repetition.withLock { $0.lines(of: event, at: .now) }.map { $0.line(format) }
            return isDrawn.withLock { _ in for line in lines { write(line + "\n", to: STDERR_FILENO) } }
        }
        let line = prefix + line
        isDrawn.withLock { isDrawn in
            let clear = isDrawn ? "\r\u{1B}[K" : ""
            isDrawn = false
            write(clear + ShownText.line(line) + "\n", to: STDERR_FILENO)
        }
    }

    /// Draws over the last line; nothing takes it away.
    static func draw(_ line: String) {
        isDrawn.withLock { isDrawn in
            isDrawn = !line.isEmpty
            write("\r\u{1B}[K" + ShownText.line(line), to: STDERR_FILENO)
        }
    }

    /// A line on standard output.
    static func say(_ line: String) throws(ClosedOutput) { try put(ArraySlice((ShownText.line(line) + "\n").utf8)) }

    /// JSON on standard output, and a newline.
    static func put(json bytes: [UInt8]) throws(ClosedOutput) {
        try put((ShownText.json(bytes) + [UInt8(ascii: "\n")])[...])
    }

    /// A value as JSON in one line on standard output.
    static func put(encoded value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try put(json: Array(encoder.encode(value)))
    }

    /// A report as JSON in one line on standard output, its members in the report's own order.
    static func put(report: some Encodable) throws { try put(json: OrderedJSON.bytes(of: report)) }

    /// The bytes of a file to standard output, all of them, as they are.
    static func put(_ bytes: ArraySlice<UInt8>) throws(ClosedOutput) {
        guard write(bytes, to: STDOUT_FILENO) else {
            throw ClosedOutput(reason: errno == EPIPE ? nil : String(cString: strerror(errno)))
        }
    }

    private static func write(_ text: String, to descriptor: CInt) { _ = write(ArraySlice(text.utf8), to: descriptor) }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: CInt) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Foundation.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }
}
