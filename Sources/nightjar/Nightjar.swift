internal import Configuration
internal import DataLayout
internal import Foundation

/// The command `nightjar`: 0 done, 1 the work failed, 2 the arguments make no sense.
@main
struct Nightjar {
    static func main() {
        // A reader that goes away (`nightjar avro cat … | head`) is no fault: writing to it fails with EPIPE instead.
        signal(SIGPIPE, SIG_IGN)
        Terminal.openStandardFiles()
        exit(status(of: Array(CommandLine.arguments.dropFirst())))
    }

    private static func status(of arguments: [String]) -> Int32 {
        do {
            return try Commands.run(arguments).rawValue
        } catch let error as UsageError {
            Terminal.complain("\(error)")
            Terminal.log("Try '\(Commands.helpCall(for: arguments))'.")
            return 2
        } catch let error as ConfigurationError {
            if let first = error.lines.first { Terminal.complain(first) }
            for line in error.lines.dropFirst() { Terminal.log(line) }
            return 2
        } catch let error as ClosedOutput {
            guard let reason = error.reason else { return 0 }
            Terminal.complain("standard output: \(reason)")
            return ExitStatus.failed.rawValue
        } catch let error as BrokerError {
            Terminal.complain("\(error)", ["code": error.code.rawValue, "path": error.path])
            return ExitStatus.failed.rawValue
        } catch {
            Terminal.complain("\(error)")
            return ExitStatus.failed.rawValue
        }
    }
}
