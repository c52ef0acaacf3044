package import GoogleAuth
internal import Foundation

extension PubSubClient {
    /// The service, or the emulator that `PUBSUB_EMULATOR_HOST` names.
    ///
    /// - Parameter environment: The process's environment.
    /// - Throws: What ``Credentials/find(for:environment:http:)`` throws; ``GoogleCloudError/Code/invalidArgument`` for an
    ///   emulator's address that is none.
    package convenience init(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(GoogleCloudError) {
        try self.init(
            credentials: try Credentials.find(for: .pubSub, environment: environment),
            emulator: GoogleService.pubSub.emulator(in: environment))
    }
}
