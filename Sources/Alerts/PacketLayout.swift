internal import Avro

/// How a survey's packets are recognised, and where they keep what.
package struct PacketLayout: Sendable {
    /// Whether a record is an alert of the survey; asked in the order of ``Survey/all``.
    let matches: @Sendable (AvroRecord) -> Bool
    /// Why a record is no alert of the survey though it looks like one; `nil` where it does not.
    let nearMiss: @Sendable (AvroRecord) -> String?
    /// The paths of the fields that ``Survey/read`` wants first, in its order.
    let paths: @Sendable (AvroRecord) -> [String]
    /// The history lists, in the order in which ``Survey/read`` and the tables count them; the first has the detections.
    let lists: @Sendable (AvroRecord) -> [Projection.List]
    /// The top-level fields that hold images.
    package let cutouts: [String]
    /// The fields that the alert table takes.
    let columns: ColumnList
    /// How its fields make a flat row.
    package let flat: DIASourceLayout

    init(
        cutouts: [String], columns: ColumnList, flat: DIASourceLayout,
        matches: @escaping @Sendable (AvroRecord) -> Bool,
        nearMiss: @escaping @Sendable (AvroRecord) -> String? = { _ in nil },
        paths: @escaping @Sendable (AvroRecord) -> [String],
        lists: @escaping @Sendable (AvroRecord) -> [Projection.List]
    ) {
        self.matches = matches
        self.nearMiss = nearMiss
        self.paths = paths
        self.lists = lists
        self.cutouts = cutouts
        self.columns = columns
        self.flat = flat
    }
}

/// How a survey's nested packet becomes one flat row, as in the original broker's table `DIASource`: the packet's plain
/// fields, those of the record that is the detection, and the ids of earlier ones.
package struct DIASourceLayout: Sendable {
    /// The record of the alert's own detection.
    package let record: String
    /// The list of earlier ones.
    package let history: String
    /// The field of each that is its id.
    package let id: String
    /// The column of their ids, joined by commas.
    package let joined: String
    /// The column of the object's id.
    package let object: String
    /// Where the packet's top has no column of the object's id, the path that it is copied from.
    package let objectSource: String?
}
