package import GoogleCloud
internal import Stages

/// Publishes the alerts that pass the extragalactic transient filter, without their images, with the verdict.
///
/// Each cut is an attribute too, so that subscriptions can choose by it. An alert that comes again is published again:
/// Pub/Sub cannot be asked what a stream holds. Whoever reads it keeps the first of an id.
package struct FilterStage: Stage {
    private let output: StreamOutput

    package init(output: StreamOutput) { self.output = output }

    package mutating func take(_ alerts: [StageAlert]) throws(GoogleCloudError) -> [StageFault] {
        try output.publish(
            alerts.compactMap { alert in
                guard let message = alert.judged.message else { return nil }
                let attributes = alert.attributes.merging(AlertAttributes.of(alert.judged.verdict)) { $1 }
                return StreamOutput.Message(
                    data: alert.judged.schema.filtered.segment.container(message), attributes: attributes)
            })
        return []
    }
}
