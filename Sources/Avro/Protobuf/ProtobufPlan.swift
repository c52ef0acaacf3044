/// What becomes of one Avro value in a protobuf message. What a number, a string or a list is written as follows from
/// its Avro type; ``ProtobufTranscoder`` has the table.
package indirect enum ProtobufPlan: Hashable, Sendable {
    case leftOut
    /// A field of this number: a value that is no record, or one for each item of an array of such.
    case field(Int)
    /// A field of this number that is a message: a record, or one for each item of an array of records. The plans are
    /// those of the record's fields, in their order.
    case message(Int, [ProtobufPlan])
    /// For each entry of a map a message in a field of this number: the key in its field 1, the value as planned.
    case entries(Int, ProtobufPlan)
    /// The fields of a record, in the message that is being written.
    case merged([ProtobufPlan])
    /// A string field of this number: an integer field of each item of an array of records, joined by commas, items
    /// without one left out. The field is not written where there is none to join.
    case joined(Int, field: String)
}
