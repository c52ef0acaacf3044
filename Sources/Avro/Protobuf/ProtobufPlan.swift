/// How one Avro value is written to a protobuf message. The protobuf type follows from the Avro type; ``ProtobufTranscoder``
/// has the table.
package indirect enum ProtobufPlan: Hashable, Sendable {
    case leftOut
    /// A field of this number: a value that is not a record, or one for each item of an array of such values.
    case field(Int)
    /// A field of this number that is a message: a record, or one for each item of an array of records. The plans are
    /// those of the record's fields, in their order.
    case message(Int, [ProtobufPlan])
    /// A message for each entry of a map in a field of this number: the key in its field 1, the value by its plan.
    case entries(Int, ProtobufPlan)
    /// The fields of a record, in the message that is being written.
    case merged([ProtobufPlan])
    /// A string field of this number: an integer field of the items of an array of records, joined by commas, without items
    /// that lack it. The field is not written where all lack it.
    case joined(Int, field: String)
}
