extension JSONValue {
    /// The one value of a JSON text.
    package static func parse(_ text: ArraySlice<UInt8>) throws(AvroError) -> JSONValue { try JSONParser.parse(text) }
}
