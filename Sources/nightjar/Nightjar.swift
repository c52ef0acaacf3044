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
            Terminal.complain("\(error)\nTry 'nightjar help'.")
            exit(2)
        } catch let error as ConfigurationError {
            Terminal.complain("\(error)")
            exit(2)
        } catch is ClosedOutput {
            exit(0)
        } catch {
            Terminal.complain("\(error)")
            exit(1)
        }
    }
}
