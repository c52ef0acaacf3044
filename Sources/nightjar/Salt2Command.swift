internal import Foundation
internal import Salt2
internal import Synchronization

/// `nightjar salt2 fit|flux [FILE] [--models DIR]`
enum Salt2Command {
    private static let linesAtOnce = 512
    private static let bytesAtOnce = 8 << 20

    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(words, withValue: ["models"])
        guard let verb = call.operands.first, ["fit", "flux"].contains(verb), call.operands.count <= 2 else {
            throw UsageError("say 'salt2 fit' or 'salt2 flux', with a FILE or standard input")
        }
        let lines = try lines(Models.folder(call))
        var reader = try LineReader(path: call.operands.count == 2 ? call.operands[1] : "-")
        while true {
            let batch = try reader.nextBatch(count: linesAtOnce, bytes: bytesAtOnce)
            guard !batch.isEmpty else { return }
            try Terminal.put(answers(to: batch) { verb == "fit" ? lines.fit($0) : lines.flux($0) }[...])
        }
    }

    private static func lines(_ folder: String) throws -> Salt2Lines {
        do {
            let library = try ModelLibrary(folder: folder)
            // Found missing here rather than in each line.
            _ = try library.fitter()
            return Salt2Lines(library: library)
        } catch {
            throw FileError(
                path: error.place,
                detail: "\(error.detail); scripts/fetch-models brings the models, --models DIR says where they are")
        }
    }

    /// The answers in the order of the lines, worked out on all cores.
    private static func answers(
        to batch: [LineReader.Line], _ work: @Sendable (_ line: [UInt8]) -> [UInt8]
    ) -> [UInt8] {
        let answers = Mutex([[UInt8]](repeating: [], count: batch.count))
        DispatchQueue.concurrentPerform(iterations: batch.count) { index in
            let answer: [UInt8]
            switch batch[index] {
            case .bytes(let line): answer = work(line)
            case .tooLong:
                answer = Array(#"{"id":null,"error":"a line of more than \#(LineReader.longestLine) bytes"}"#.utf8)
            }
            answers.withLock { $0[index] = answer }
        }
        return answers.withLock { Array($0.joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")] }
    }
}
