internal import Configuration
internal import Foundation

/// The command `nightjar`: 0 done, 1 the work failed, 2 the words make no sense.
@main
struct Nightjar {
    static func main() {
        // A reader that goes away (`nightjar avro cat … | head`) is no fault: writing to it fails with EPIPE instead.
        signal(SIGPIPE, SIG_IGN)
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            try Verb.run(words)
        } catch let error as UsageError {
            Terminal.complain("\(error)")
            Terminal.note(Verb.hint(words))
            exit(2)
        } catch let error as ConfigurationError {
            if let first = error.lines.first { Terminal.complain(first) }
            for line in error.lines.dropFirst() { Terminal.note(line) }
            exit(2)
        } catch is ClosedOutput {
            exit(0)
        } catch {
            Terminal.complain("\(error)")
            exit(1)
        }
    }
}
