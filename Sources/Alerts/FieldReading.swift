internal import Avro

extension AvroScalar {
    /// Any number as a double; NaN, which says nothing, is `nil`.
    var number: Double? {
        guard let value = double, !value.isNaN else { return nil }
        return value
    }
}
