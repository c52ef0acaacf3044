internal import Broker
internal import PubSub

/// The receipt of a batch of messages, which are to be acknowledged.
struct PubSubReceipt: Receipt {
    let intake: PubSubIntake
    let deliveries: [Delivery]
    /// Number of the first.
    let first: Int

    func admit(_ positions: ClosedRange<Int>) -> Admission {
        intake.admit(deliveries[positions.lowerBound - first...positions.upperBound - first])
        return .admitted()
    }
}
