/// How the bytes of a packet are given back as they were received.
package enum ReceivedForm: Int64 {
    /// A container with one plain block: the envelope's header, the sync marker, the record.
    case container = 0
    /// A Confluent frame: the envelope is the schema, `extra` the schema's number.
    case confluent = 1
    /// The whole packet, kept in the topic `received` at the offset in `extra`.
    case packet = 2
    /// One record of a container of many: given back in a container of its own.
    case oneOfMany = 3
}
