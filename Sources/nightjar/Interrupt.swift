internal import Foundation

/// Ctrl-C, SIGTERM and SIGHUP ask the work to stop in order. A second Ctrl-C or SIGTERM ends the process at once; a terminal
/// that closes may send more than one SIGHUP.
final class Interrupt {
    private let sources: [any DispatchSourceSignal]

    init(_ ask: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "interrupt")
        sources = [SIGINT, SIGTERM, SIGHUP].compactMap { number in
            // `nohup` has SIGHUP ignored already, and is to be heeded.
            guard number != SIGHUP || !Self.isIgnored(number) else { return nil }
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                ask()
                if number != SIGHUP { signal(number, SIG_DFL) }
            }
            source.resume()
            return source
        }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        // Addresses of functions, of which these two are numbers.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
