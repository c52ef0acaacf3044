package import GoogleCloud

/// One step between streams and stores that runs by itself; as many copies as there is work for.
///
/// A message may come again, after a crash or for no reason: what a stage does must be idempotent on the alert's id.
package protocol Stage: SendableMetatype {
    /// Makes durable what follows from these alerts.
    ///
    /// - Returns: The alerts that can never be taken, and why; the others are done.
    /// - Throws: ``GoogleCloudError`` where a service failed: nothing is known of these alerts, and all come again.
    mutating func take(_ alerts: [StageAlert]) throws(GoogleCloudError) -> [StageFault]
}
