package import Alerts
internal import Foundation

/// What a file `NAME.json5` says of a classifier: the model, what goes into it, and what comes out.
package struct ClassifierDescription: Sendable {
    /// What a name of a classifier or a class is.
    static var namePattern: Regex<Substring> { /[a-z][a-z0-9_]{0,30}/ }
    private static let suffix = ".json5"
    /// Bytes of a file at most.
    private static let longest = 1 << 16

    /// The file's own name, without `.json5`.
    package let name: String
    /// The file.
    package let path: String
    /// What distinguishes the model from others of the name: a release, a date.
    package let version: String
    /// Whose alerts it is for.
    package let surveys: [Survey]
    /// The model, in ONNX's format.
    package let model: PinnedFile
    /// What goes into each input of the model, by the input's name, in the description's order.
    let inputs: [(name: String, content: InputContent)]
    /// The output that has the scores; `nil` for the first.
    let output: String?
    /// What each score is of, in the output's order.
    package let classes: [String]

    /// Reads a file.
    ///
    /// - Throws: ``ClassifierError``, with line and field, for what is no description.
    package init(path: String) throws(ClassifierError) {
        let last = URL(filePath: path).lastPathComponent
        guard last.hasSuffix(Self.suffix), last.dropLast(Self.suffix.count).wholeMatch(of: Self.namePattern) != nil
        else {
            throw ClassifierError(
                path, "a description is a file NAME.json5; a name is a small letter, then at most 30 of a-z, 0-9 and _")
        }
        try self.init(
            try PinnedFile.read(path, atMost: Self.longest), name: String(last.dropLast(Self.suffix.count)), path: path)
    }

    init(_ bytes: [UInt8], name: String, path: String) throws(ClassifierError) {
        let whole = try DescribedValue(bytes, file: path)
        let object = try whole.object(["version", "surveys", "model", "inputs", "output", "classes"])
        (self.name, self.path) = (name, path)
        version = try object.required("version", of: whole).text()
        var surveys: [Survey] = []
        for word in try object.required("surveys", of: whole).list(1...Survey.all.count) {
            guard let survey = Survey.named(try word.text()) else { throw word.wrong("is none of \(Survey.names)") }
            surveys.append(survey)
        }
        self.surveys = surveys
        model = try PinnedFile(try object.required("model", of: whole))
        var inputs: [(String, InputContent)] = []
        for (name, value) in try object.required("inputs", of: whole).members(1...8) {
            inputs.append((name, try InputContent(value, surveys: surveys)))
        }
        self.inputs = inputs
        output = try object["output"]?.text()
        let list = try object.required("classes", of: whole)
        var classes: [String] = []
        for word in try list.list(1...64) { classes.append(try word.name()) }
        guard Set(classes).count == classes.count else { throw list.wrong("a class is named twice") }
        self.classes = classes
    }

    /// The descriptions of a folder, by their names; none where there is no folder.
    ///
    /// - Throws: ``ClassifierError`` for the first that cannot be read.
    package static func all(in folder: String) throws(ClassifierError) -> [ClassifierDescription] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var all: [ClassifierDescription] = []
        for file in files.sorted() where file.hasSuffix(suffix) {
            all.append(try ClassifierDescription(path: "\(folder)/\(file)"))
        }
        return all
    }

    /// Whether the light curve of an alert is asked for.
    package var needsLightCurve: Bool {
        inputs.contains { if case .lightCurve = $0.content { true } else { false } }
    }

    /// Whether the reddening by our galaxy at an alert's place is asked for.
    package var needsReddening: Bool {
        inputs.contains { if case .lightCurve(let curve) = $0.content { curve.needsReddening } else { false } }
    }

    /// Fields that are asked for and that no packet of its surveys has, as far as Nightjar knows these.
    package var unknownFields: [String] {
        let known = Set(surveys.flatMap { $0.tables.firstColumns + $0.tables.otherColumns }.map(\.path))
        return inputs.flatMap { (input) -> [String] in
            if case .fields(let fields) = input.content { fields.paths.filter { !known.contains($0) } } else { [] }
        }
    }
}
