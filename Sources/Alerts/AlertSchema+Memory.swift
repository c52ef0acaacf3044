internal import Avro

extension AlertSchema {
    /// Bytes of memory that it takes, the writer's schema included; rather too many than too few.
    package var bytesInMemory: Int {
        writer.bytesInMemory + projection.bytesInMemory + columns.count * 256
    }
}

extension DecodedAlert {
    /// Bytes of memory that the projected values take, and the light curve that is made of them.
    package var bytesOfValues: Int {
        let values = fields.lists.reduce(fields.columns.count) { $0 + 2 * $1.values.count }
        return values * MemoryLayout<AvroScalar>.stride
    }
}
