internal import Alerts
internal import DataLayout
internal import Escaping
internal import Foundation
internal import Glibc
internal import Pipeline

/// Keeps plots as files: `plots/<objectId>/<id>.png` below the data folder.
struct PlotFolder {
    private let root: String
    private let writer: FileWriter

    /// - Parameters:
    ///   - root: The data folder.
    ///   - writer: The thread that writes files.
    init(_ root: String, writer: FileWriter) {
        self.root = root
        self.writer = writer
        // A run that was killed may have left it.
        unlink(Self.partial(in: root))
    }

    /// A plot is drawn again from what the tables hold, so it is not waited for until it is on the disk.
    ///
    /// - Returns: Its path below the data folder.
    func put(_ plot: Plot) -> String {
        let path = Self.path(of: plot.products.alert.decoded.alert)
        let (file, partial, png) = ("\(root)/\(path)", Self.partial(in: root), plot.png)
        writer.add(bytes: png.count) { () throws(BrokerError) in try Self.write(png, to: file, by: partial) }
        return path
    }

    /// What could leave the folder in an object's name is written as %XX.
    static func path(of alert: Alert) -> String {
        let object = (alert.objectId ?? "unnamed").utf8.prefix(80)
        let name = PercentEncoding.escape(object, keeping: "-_", digits: .lowercase)
        return "plots/\(name.isEmpty ? "unnamed" : name)/\(alert.id).png"
    }

    /// The name of a plot that is being written: there is one at a time, by the one thread that writes files.
    private static func partial(in folder: String) -> String { "\(folder)/plots/.partial" }

    private static func write(_ png: [UInt8], to path: String, by partial: String) throws(BrokerError) {
        let folder = (path as NSString).deletingLastPathComponent
        guard mkdir((folder as NSString).deletingLastPathComponent, 0o777) == 0 || errno == EEXIST,
            mkdir(folder, 0o777) == 0 || errno == EEXIST
        else { throw .system(.cannotWrite, path: folder) }
        try WholeFile.write(png, to: path, by: partial)
    }
}
