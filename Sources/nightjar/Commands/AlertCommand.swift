internal import Alerts
internal import Avro
internal import DataLayout
internal import FITS
internal import Foundation
internal import Query

/// `nightjar alert ID|NAME --data DIR`
struct AlertCommand: Command {
    static let name = "alert"
    static let summary = "one alert back from the archive; of an object its newest"
    static let operands = [
        Operand(
            "ID|NAME",
            "ZTF's candid or LSST's diaSourceId; ZTF's first ones are negative. Or an object's NAME")
    ]
    static let options: [any DeclaredOption] = [DataFolders.several, avro, original, cutouts, json]
    static let examples = [
        "nightjar alert -1215182915715015001 --data night",
        "nightjar alert ZTF24aaaaaaa --data night --avro alert.avro --cutouts images",
    ]

    private static let avro = Option<String>.text(
        "avro", "FILE", "writes it as an Avro container with the corrected schema; '-' is standard output")
    private static let original = Flag("original", "writes it to that FILE just as it was received")
    private static let cutouts = Option<String>.text(
        "cutouts", "DIR",
        "writes its images to DIR as FITS files, ID_science.fits, ID_template.fits and ID_difference.fits, and says what planes each has; made if missing"
    )
    private static let json = Flag(
        "json", "prints the record as one JSON object; ids and numbers beyond 2^53 as strings", key: "json")

    private let name: String
    private let data: DataFolders
    private let container, cutouts: String?
    private let isOriginal, isJSON: Bool

    init(_ arguments: Arguments) throws {
        name = arguments.operands[0]
        data = try DataFolders(arguments)
        container = try arguments.value(Self.avro)
        cutouts = try arguments.value(Self.cutouts)
        isOriginal = arguments.isOn(Self.original)
        isJSON = arguments.isOn(Self.json)
        if isOriginal && container == nil { throw UsageError("--original goes with --avro FILE") }
    }

    func run() throws -> ExitStatus {
        let reader = try data.open()
        let archived = try NamedObject.alert(name, in: reader)
        if let container {
            let bytes = isOriginal ? Array(try archived.received()) : try archived.container()
            if container == "-" { try Terminal.put(bytes[...]) } else { try WrittenFile.write(bytes, to: container) }
        }
        let areSound = try cutouts.map { try Self.writeCutouts(of: archived, to: $0) } ?? true
        if isJSON {
            var line: [UInt8] = []
            try AvroJSON.append(archived.body, schema: archived.schema, to: &line)
            try Terminal.put(json: line)
        } else if container == nil && cutouts == nil {
            try Self.describe(archived)
        }
        for damage in reader.damagedHeaders { Terminal.complain("\(damage)") }
        return areSound && reader.damagedHeaders.isEmpty ? .done : .failed
    }

    /// Writes the images that an alert has.
    ///
    /// - Returns: Whether it has some, and each is a FITS file.
    private static func writeCutouts(of archived: ArchivedAlert, to folder: String) throws -> Bool {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch let error as CocoaError {
            throw FileError(path: folder, detail: error.plain)
        }
        var (images, lacking): ([(name: String, bytes: [UInt8])], [String]) = ([], [])
        var decoder = AlertDecoder()
        try decoder.decode(archived.container()[...]) { decoded in
            let cutouts = decoded.alert.cutouts
            let all = [
                ("science", cutouts.science), ("template", cutouts.template), ("difference", cutouts.difference),
            ]
            images = all.compactMap { name, bytes in bytes.map { (name, Array($0)) } }
            lacking = all.filter { $0.1 == nil }.map(\.0)
        }
        if !images.isEmpty {
            for name in lacking { Terminal.info("the packet of the alert \(archived.id) has no \(name) image") }
        }
        if images.isEmpty { Terminal.complain("the alert \(archived.id) has no images") }
        var areSound = !images.isEmpty
        for (name, bytes) in images {
            let path = "\(folder)/\(archived.id)_\(name).fits"
            let file: ArraySlice<UInt8>
            do throws(FITSError) { file = try CutoutImage.file(of: bytes[...]) } catch {
                Terminal.complain("the \(name) image of the alert \(archived.id) is no FITS file: \(error.detail)")
                areSound = false
                continue
            }
            try WrittenFile.write(file, to: path)
            Terminal.info("\(path): \(parts(of: file))")
        }
        return areSound
    }

    /// What a cutout's file has: image, variance, mask and others, and which of them it lacks.
    private static func parts(of file: ArraySlice<UInt8>) -> String {
        do throws(FITSError) {
            let image = try CutoutImage(fits: file)
            var parts = image.parts.map(\.text)
            if let planes = image.mask?.planes.map(\.name) {
                parts.append("planes of the mask: " + planes.joined(separator: " "))
            }
            let lacking = [("variance", image.variance == nil), ("mask", image.mask == nil)].filter(\.1).map(\.0)
            if !lacking.isEmpty { parts.append("no " + lacking.joined(separator: ", no ")) }
            return parts.joined(separator: "; ")
        } catch { return "its image cannot be drawn: \(error.detail)" }
    }

    private static func describe(_ archived: ArchivedAlert) throws {
        var lines: [String] = []
        var decoder = AlertDecoder()
        try decoder.decode(archived.container()[...]) { decoded in lines = AlertText.lines(decoded.alert) }
        let checked = archived.isChecked ? "" : " (by an older Nightjar, without a checksum: not checked)"
        lines.append("archived in   \(archived.path)\(checked)")
        for line in lines { try Terminal.say(line) }
    }
}
