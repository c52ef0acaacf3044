package import Stages

/// Where products go as they are stored, within the transaction of an intake.
package protocol ProductStream: Sendable {
    /// Sends a product; it is seen once the intake's transaction is committed, which also says what failed here.
    func send(_ product: Product)
}

/// A message of one of the product streams.
package struct Product {
    package let topic: String
    package let objectId: String?
    package let headers: [(name: String, value: String)]
    package let schema: SegmentSchema
    package let body: ArraySlice<UInt8>
}
