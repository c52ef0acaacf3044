internal import Alerts
internal import Classifier
internal import Filters
internal import ONNX
internal import Query

/// `nightjar classifier list`
struct ClassifierListCommand: Command {
    static let name = "classifier list"
    static let summary = "the models that can score alerts: whose alerts, and what of"
    static let options: [any DeclaredOption] = ClassifierOptions.ofFolder
    static let examples = [
        "nightjar classifier list --classifiers classifiers",
        "nightjar classifier list --classifiers /etc/nightjar/classifiers",
    ]

    private let options: ClassifierOptions

    init(_ arguments: Arguments) throws { options = try ClassifierOptions(arguments) }

    func run() throws -> ExitStatus {
        for description in try options.descriptions() {
            let surveys = description.surveys.map(\.title).joined(separator: ", ")
            try Terminal.say(
                "\(description.name): \(description.classes.joined(separator: ", ")); for \(surveys); \(description.version)"
            )
        }
        return .done
    }
}

/// `nightjar classifier check FILE...`
struct ClassifierCheckCommand: Command {
    static let name = "classifier check"
    static let summary = "whether classifiers can be used: descriptions, their models, and whether these go together"
    static let details = """
        A description is a file NAME.json5, which says what goes into an ONNX model and what comes out; docs/classifiers.md has its fields.
        """
    static let operands = [Operand("FILE", "a file NAME.json5", count: .many)]
    static let options: [any DeclaredOption] = ClassifierOptions.ofRuntime
    static let examples = [
        "nightjar classifier check classifiers/mine.json5",
        "nightjar classifier check mine.json5 --models models --onnxruntime /opt/onnxruntime/lib/libonnxruntime.so.1",
    ]

    private let paths: [String]
    private let options: ClassifierOptions

    init(_ arguments: Arguments) throws {
        paths = arguments.operands
        options = try ClassifierOptions(arguments)
    }

    func run() throws -> ExitStatus {
        let runtime = try options.runtime()
        Terminal.debug("ONNX Runtime \(runtime.version) is \(runtime.path)")
        var areSound = true
        for path in paths {
            do {
                let description = try ClassifierDescription(path: path)
                _ = try options.classifier(description, runtime)
                let surveys = description.surveys.map(\.title).joined(separator: ", ")
                try Terminal.say("\(path): \(description.classes.joined(separator: ", ")) for \(surveys)")
                for field in description.unknownFields {
                    Terminal.info("\(path): no packet that Nightjar knows has the field \(field)")
                }
            } catch let error as ClassifierError {
                Terminal.complain("\(error)")
                areSound = false
            }
        }
        return areSound ? .done : .failed
    }
}

/// `nightjar classifier try ID|NAME --data DIR`
struct ClassifierTryCommand: Command {
    static let name = "classifier try"
    static let summary = "the scores of one archived alert by each classifier of its survey"
    static let details = """
        An alert that lacks what a model needs has no score: too few epochs in the model's bands, no cutouts, or no reddening where the \
        model takes one and --dust-map is not given.
        """
    static let operands = [Operand("ID|NAME", "an alert's id, or an object's name for its newest alert")]
    static let options: [any DeclaredOption] =
        [DataFolders.several] + ClassifierOptions.ofFolder + ClassifierOptions.ofRuntime + [ModelOptions.dustMap]
        + OutputFormat.options
    static let examples = [
        "nightjar classifier try ZTF24aaaaaaa --data night",
        "nightjar classifier try 170032915988086813 --data lsst --dust-map dust --format csv",
    ]

    private let name: String
    private let data: DataFolders
    private let options: ClassifierOptions
    private let models: ModelOptions
    private let format: OutputFormat

    init(_ arguments: Arguments) throws {
        name = arguments.operands[0]
        data = try DataFolders(arguments)
        options = try ClassifierOptions(arguments)
        models = try ModelOptions(arguments)
        format = try OutputFormat(arguments, standard: .table)
    }

    func run() throws -> ExitStatus {
        let alert = try ArchivedDecoding.alert(name, in: data)
        let (reddening, runtime) = (try models.reddening(), try options.runtime())
        let points = LightCurvePoint.points(of: alert.alert)
        let detection = alert.alert.detection
        let dust = reddening.flatMap { map in detection.ra.flatMap { ra in detection.dec.flatMap { map(ra, $0) } } }
        let columns = ["classifier", "version", "class", "score"]
        var output = RowOutput(columns: columns, format: format)
        for description in try options.descriptions()
        where description.surveys.contains(where: { $0 === alert.schema.survey }) {
            let classifier = try options.classifier(description, runtime)
            guard let scores = try classifier.scores(of: alert, lightCurve: points, reddening: dust) else {
                let dustless = description.needsReddening && dust == nil
                Terminal.info(
                    "\(description.name): no score: the alert lacks what the model needs"
                        + (dustless ? ", such as the reddening (--dust-map)" : ""))
                continue
            }
            for (word, score) in zip(classifier.classes, scores) {
                let row: [AlertQuery.Value] = [
                    .text(classifier.name), .text(classifier.version), .text(word),
                    .real((score * 1e6).rounded() / 1e6),
                ]
                let json = try CutValues.json(row, of: columns)
                try output.print(row.map { $0.text ?? "" }, json: json)
            }
        }
        try output.finish()
        return .done
    }
}
