/// Bounds on the resources of hostile bytes. Real packets stay far below all of them.
package enum AvroLimits {
    /// Bytes of a schema's text; the largest survey schema (LSST with broker fields) has 0.2 MB.
    package static let schemaBytes = 1 << 20
    /// Bytes of memory of a schema's types; those of the largest survey schema have 0.4 MB.
    package static let schemaMemory = 4 << 20
    /// Nested JSON arrays and objects in a schema's text: a record in a record has four.
    package static let jsonDepth = 320
    /// Records, arrays, maps and unions nested in a schema, and in a value of a recursive schema.
    package static let depth = 64
    /// Fields of all records of one schema.
    package static let fields = 20_000
    /// Bytes of one name.
    package static let nameBytes = 1_024
    /// Bytes of one body: offsets are 32 bits.
    package static let bodyBytes = Int(UInt32.max)
    /// Items of one array without bytes (`null`, a record without fields), which the body's length does not bound.
    package static let emptyItems = 65_536
    /// Values that a walk may visit in addition to those that the body's length allows.
    package static let freeSteps = 1_000_000
    /// Bytes of a container's header: magic, metadata and sync marker.
    package static let headerBytes = 2 << 20
    /// Entries of a container's metadata.
    package static let metadataEntries = 1_024
    /// Instructions of one compiled projection.
    package static let instructions = 100_000
    /// Values in all rows of a record's projected lists: a hostile schema has short rows that become wide. A thousand
    /// detections of LSST have 30,000.
    package static let listValues = 1 << 20
    /// Blocks of a container that hold no record.
    package static let emptyBlocks = 1_024
}
