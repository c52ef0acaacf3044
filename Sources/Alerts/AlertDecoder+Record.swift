package import Avro

extension AlertDecoder {
    /// An alert of an archived record.
    ///
    /// - Parameters:
    ///   - record: The whole record.
    ///   - writer: The schema that it is written in.
    /// - Returns: The alert.
    /// - Throws: ``AlertError`` for a record that is no alert.
    package mutating func alert(
        ofRecord record: ArraySlice<UInt8>, writer: AvroSchema
    ) throws(AlertError) -> DecodedAlert {
        let decoded = decodeRecord(
            record, schema: try alertSchema(writer), envelope: .packet(record), at: 0, isWhole: true)
        switch decoded {
        case .alert(let alert, _): return alert
        case .unusable(let error, _), .damaged(let error): throw error
        }
    }
}
