/// Why bytes could not be read or written as Avro, and where.
package struct AvroError: Error, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: String, Hashable, Sendable {
        // A body
        case truncated, trailingBytes, varintTooLong, negativeLength, lengthExceedsBody
        case unknownBranch, unknownSymbol, invalidBoolean, invalidUTF8, invalidLogicalValue, nestedTooDeep, tooManyItems
        case blockSizeMismatch, bodyTooLarge
        // A schema
        case invalidJSON, invalidSchema, unknownType, schemaTooLarge, invalidPath
        // A container or a frame
        case notAContainer, headerTooLarge, unknownCodec, syncMismatch, blockTooLarge, corruptBlock, notAFrame
        // A value against a schema
        case incompatibleSchemas, valueDoesNotFit, nonMinimalBranch
    }

    /// What kind of failure it is.
    package let code: Code
    /// Path of the field being read, such as `candidate.magpsf` or `prv_candidates[3].jd`; empty for the whole.
    package let field: String
    /// Bytes from the start of the input: the packet for containers, the body for records, the text for schemas.
    package let offset: Int
    /// The reason; may be empty.
    package let detail: String

    /// An error at a field and a byte.
    package init(_ code: Code, field: String = "", offset: Int = 0, detail: String = "") {
        self.code = code
        self.field = field
        self.offset = offset
        self.detail = detail
    }

    package var description: String {
        let path = field.isEmpty ? "" : " in \(field)"
        return "\(code.rawValue)\(path) at byte \(offset)" + (detail.isEmpty ? "" : ": \(detail)")
    }

    /// The same error with the path of the enclosing record, array or map: `part` is `magpsf` or `[3]`.
    func inside(_ part: String) -> AvroError {
        let joint = field.isEmpty || field.hasPrefix("[") ? "" : "."
        return AvroError(code, field: part + joint + field, offset: offset, detail: detail)
    }

    /// The same error with its offset counted from `bytes` earlier.
    func moved(by bytes: Int) -> AvroError {
        AvroError(code, field: field, offset: offset + bytes, detail: detail)
    }
}
