/// Bounds on what hostile bytes may ask for. Real packets stay far below every one of them.
package enum AvroLimits {
    /// Bytes of a schema's text; the largest survey schema (LSST with broker fields) has 0.2 MB.
    package static let schemaBytes = 1 << 20
    /// Bytes of memory that a schema's types may take; the largest survey schema's take 0.4 MB.
    package static let schemaMemory = 4 << 20
    /// Nested JSON arrays and objects in a schema's text: a record in a record takes four.
    package static let jsonDepth = 320
    /// Records, arrays, maps and unions nested in a schema, and in a value of a recursive schema.
    package static let depth = 64
    /// Fields of all records of one schema.
    package static let fields = 20_000
    /// Bytes of one name.
    package static let nameBytes = 1_024
    /// Bytes of one body: offsets are 32 bits.
    package static let bodyBytes = Int(UInt32.max)
    /// Items of one array that take no bytes (`null`, a record without fields), which no body length bounds.
    package static let emptyItems = 65_536
    /// Values that a walk may visit beyond what the body's length explains.
    package static let freeSteps = 1_000_000
    /// Bytes of a container's header: magic, metadata and sync marker.
    package static let headerBytes = 2 << 20
    /// Entries of a container's metadata.
    package static let metadataEntries = 1_024
    /// Instructions of one compiled projection.
    package static let instructions = 100_000
    /// Values in all rows of a record's projected lists: short rows of a hostile schema become wide ones. A thousand
    /// detections of LSST have 30,000.
    package static let listValues = 1 << 20
    /// Blocks of a container that hold no record.
    package static let emptyBlocks = 1_024
}
