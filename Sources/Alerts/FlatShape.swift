/// How a survey's nested packet becomes one flat row, as in the original broker's table `DIASource`: the packet's plain
/// fields, those of the record that is the detection, and the ids of earlier ones.
package struct FlatShape: Sendable {
    /// The record of the alert's own detection.
    package let record: String
    /// The list of earlier ones.
    package let history: String
    /// The field of each that is its id.
    package let id: String
    /// The column of their ids, joined by commas.
    package let joined: String
}

extension Survey {
    package var flatShape: FlatShape {
        switch self {
        case .ztf: ZTFLayout.flat
        case .lsst: LSSTLayout.flat
        }
    }
}
