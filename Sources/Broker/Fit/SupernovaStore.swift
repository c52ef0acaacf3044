internal import Alerts
internal import Foundation
internal import Glibc
internal import SQLite
internal import Stages

/// Keeps what the SALT2 stage found: a row, a message and a picture for each fit, in the open transaction.
final class SupernovaStore {
    private let folder: String
    private let segments: SegmentStore
    private var tables: [Survey: Salt2Table] = [:]

    init(folder: String, database: Database, segments: SegmentStore) throws(BrokerError) {
        self.folder = folder
        self.segments = segments
        // A run that was killed may have left it.
        unlink(Self.partial(in: folder))
        for survey in Survey.all { tables[survey] = try Salt2Table(survey: survey, database: database) }
    }

    /// - Returns: The message.
    @discardableResult func store(
        _ result: SupernovaFit, of alert: Alert, message: ArraySlice<UInt8>, schema: Salt2MessageSchema
    ) throws(BrokerError) -> ArraySlice<UInt8> {
        var path: String?
        if let picture = result.picture {
            let relative = Self.path(of: alert)
            let place = "\(folder)/\(relative)"
            let partial = Self.partial(in: folder)
            segments.writer.add(bytes: picture.count) { () throws(BrokerError) in
                try Self.write(picture, to: place, by: partial)
            }
            path = relative
        }
        let row = Salt2Row(alert, result, path: path)
        try tables[alert.survey]?.insert(row)
        let product = schema.message(alert: message, row: row)[...]
        _ = try segments.append(
            product, to: Topic(alert.survey, .salt2), survey: alert.survey, schema: schema.segment)
        return product
    }

    /// `plots/<objectId>/<candid>.png`; what could leave the folder in an object's name is written as %XX.
    static func path(of alert: Alert) -> String {
        let name = (alert.objectId ?? "unnamed").utf8.prefix(80).map { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return "plots/\(name.isEmpty ? "unnamed" : name.joined())/\(alert.id).png"
    }

    /// The name of a picture that is being written: there is one at a time, by the one thread that writes files.
    private static func partial(in folder: String) -> String { "\(folder)/plots/.partial" }

    /// A picture is drawn again from what the tables hold, so it is not waited for until it is on the disk.
    private static func write(_ picture: [UInt8], to path: String, by partial: String) throws(BrokerError) {
        let folder = (path as NSString).deletingLastPathComponent
        guard mkdir((folder as NSString).deletingLastPathComponent, 0o777) == 0 || errno == EEXIST,
            mkdir(folder, 0o777) == 0 || errno == EEXIST
        else { throw .system(.cannotWrite, path: folder) }
        try WholeFile.write(picture, to: path, by: partial)
    }
}
