internal import Foundation
package import HTTP

/// The virtual machine that this process runs on, as its metadata server has it.
///
/// Source: Compute Engine, "View and query VM metadata": `instance/name`, `instance/zone`, `project/project-id`.
package struct MachineIdentity: Hashable, Sendable {
    /// The project's id.
    package let project: String
    /// Such as `us-central1-a`.
    package let zone: String
    /// The instance's name.
    package let name: String

    /// A machine by its names.
    package init(project: String, zone: String, name: String) {
        self.project = project
        self.zone = zone
        self.name = name
    }

    /// Asks the metadata server.
    ///
    /// - Parameters:
    ///   - environment: `GCE_METADATA_HOST` names another server.
    ///   - http: What asks.
    /// - Returns: This machine.
    /// - Throws: ``GoogleCloudError/Code/credentials`` where there is no metadata server, as on any other machine.
    package static func find(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        http: HTTPClient = HTTPClient(Credentials.tokenSettings)
    ) throws(GoogleCloudError) -> MachineIdentity {
        let server = MetadataServer(environment)
        let project = try server.project(over: http)
        let name = try server.text("instance/name", over: http)
        // `projects/NUMBER/zones/ZONE`
        let place = try server.text("instance/zone", over: http).split(separator: "/")
        guard place.count == 4, place[2] == "zones" else {
            throw GoogleCloudError(
                .malformedAnswer, service: "metadata server", resource: "instance/zone", detail: "no zone")
        }
        return MachineIdentity(project: project, zone: String(place[3]), name: name)
    }
}
