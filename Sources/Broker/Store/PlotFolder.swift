internal import Alerts
internal import DataLayout
internal import Foundation
internal import Glibc
internal import Pipeline

/// Stores plots as files: `plots/<objectId>/<id>.png` below the data folder.
struct PlotFolder {
    private let root: String
    private let writer: FileWriter

    /// - Parameters:
    ///   - root: The data folder.
    ///   - writer: The thread that writes files.
    init(_ root: String, writer: FileWriter) {
        self.root = root
        self.writer = writer
        // A killed run may have left it.
        unlink(Self.partial(in: root))
    }

    /// Queues a plot for writing. It can be drawn again from the archive, so no commit waits until it is on the disk.
    ///
    /// - Returns: Its path below the data folder.
    func put(_ plot: Plot) -> String {
        let path = PlotPath.of(plot.products.alert.decoded.alert)
        let (file, partial, png) = ("\(root)/\(path)", Self.partial(in: root), plot.png)
        writer.add(bytes: png.count) { () throws(BrokerError) in try Self.write(png, to: file, by: partial) }
        return path
    }

    /// The name of the plot that is being written: one at a time, by the thread that writes files.
    private static func partial(in folder: String) -> String { "\(folder)/plots/.partial" }

    private static func write(_ png: [UInt8], to path: String, by partial: String) throws(BrokerError) {
        let folder = (path as NSString).deletingLastPathComponent
        guard mkdir((folder as NSString).deletingLastPathComponent, 0o777) == 0 || errno == EEXIST,
            mkdir(folder, 0o777) == 0 || errno == EEXIST
        else { throw .system(.cannotWrite, path: folder) }
        try WholeFile.write(png, to: path, by: partial)
    }
}
