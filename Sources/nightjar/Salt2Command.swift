internal import Broker
internal import DataLayout
internal import Foundation
internal import Query
internal import Salt2
internal import Synchronization

/// `nightjar salt2 fit|flux|refit|plot`
enum Salt2Command {
    private static let linesAtOnce = 512
    private static let bytesAtOnce = 8 << 20

    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(
            words, withValue: Models.values.union(["out", "width"]), repeatable: ["data"], flags: Models.flags)
        switch call.operands.first {
        case "fit" where call.operands.count <= 2: try answer(call) { $0.fit($1) }
        case "flux" where call.operands.count <= 2: try answer(call) { $0.flux($1) }
        case "refit" where call.operands.count == 1: try refit(call)
        case "plot" where call.operands.count == 2: try plot(call)
        default:
            throw UsageError(
                "say 'salt2 fit [FILE]', 'salt2 flux [FILE]', 'salt2 refit --data DIR' or "
                    + "'salt2 plot ID|NAME --data DIR --out FILE.png'",
                mistyped: call.operands.first, among: ["fit", "flux", "refit", "plot"])
        }
    }

    private static func answer(
        _ call: Invocation, _ work: @Sendable (_ lines: Salt2Lines, _ line: [UInt8]) -> [UInt8]
    ) throws {
        let lines = try Models.lines(call)
        var reader = try LineReader(path: call.operands.count == 2 ? call.operands[1] : "-")
        while true {
            let batch = try reader.nextBatch(count: linesAtOnce, bytes: bytesAtOnce)
            guard !batch.isEmpty else { return }
            try Terminal.put(json: answers(to: batch) { work(lines, $0) })
        }
    }

    // MARK: - Archived alerts

    private static func refit(_ call: Invocation) throws {
        let folders = try call.dataFolders()
        guard folders.count == 1 else { throw UsageError("one data folder at a time is fitted again") }
        guard let options = try Models.options(call, isNeeded: true) else { return }
        var isSound = true
        let outcome = try SupernovaRefit.run(folder: folders[0], options: options) { damage in
            Terminal.complain("\(damage)")
            isSound = false
        }
        try Terminal.say("fitted \(outcome.fitted); \(outcome.failed) could not be")
        if !isSound { exit(1) }
    }

    private static func plot(_ call: Invocation) throws {
        let folders = try call.dataFolders()
        let path = try call.required("out", "FILE.png, FILE.svg or FILE.pdf")
        let width = try call.number("width", in: 300...8_000) ?? 900
        let form: SupernovaRefit.Form
        switch (path as NSString).pathExtension.lowercased() {
        case "png": form = .png(width: width)
        case "svg": form = .svg
        case "pdf": form = .pdf
        default: throw UsageError("--out \(path): a picture is a .png, .svg or .pdf file")
        }
        guard let options = try Models.options(call, isNeeded: true) else { return }
        let alert = try NamedObject.alert(call.operands[1], in: DataReader(folders))
        let picture = try SupernovaRefit.picture(of: alert.id, folder: alert.folder.path, options: options, form: form)
        do { try Data(picture).write(to: URL(fileURLWithPath: path)) } catch let error as CocoaError {
            throw FileError(path: path, detail: error.plain)
        }
    }

    // MARK: - Lines

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
        return answers.withLock { Array($0.joined(separator: [UInt8(ascii: "\n")])) }
    }
}
