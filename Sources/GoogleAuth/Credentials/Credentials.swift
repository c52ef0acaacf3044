internal import Foundation
package import HTTP

/// Who we are to Google Cloud, found where Google's own clients look ("Application Default Credentials").
package final class Credentials: Sendable {
    private let cache: TokenCache?
    /// The project they belong to, or that the environment names.
    package let project: String?
    /// The project that pays for a user's calls (header `x-goog-user-project`), if the file names one.
    package let quotaProject: String?

    private init(cache: TokenCache?, project: String?, quotaProject: String?) {
        self.cache = cache
        self.project = project
        self.quotaProject = quotaProject
    }

    /// For emulators: no authorization at all.
    package static let none = Credentials(cache: nil, project: nil, quotaProject: nil)

    /// Value of the header `Authorization`, renewed before the token ends; `nil` where none is wanted.
    ///
    /// Any thread may ask; the one that finds the token about to end renews it while the others go on with the old one.
    /// - Throws: ``GoogleCloudError`` with code ``GoogleCloudError/Code/credentials`` where they were refused, or why
    ///   no token could be had now.
    package func authorization() throws(GoogleCloudError) -> String? {
        guard let cache else { return nil }
        return "Bearer \(try cache.token())"
    }

    /// Looks for credentials: `GOOGLE_APPLICATION_CREDENTIALS`, gcloud's default file, the metadata server.
    ///
    /// A file that is there and cannot be used is an error: the next place is not tried then. No token is fetched yet.
    /// - Parameters:
    ///   - service: Whose emulator variable switches credentials off.
    ///   - environment: The process's environment.
    ///   - http: What asks for tokens.
    /// - Returns: The credentials of the first place that has any.
    /// - Throws: ``GoogleCloudError/Code/credentials``, saying what was tried and why each failed.
    package static func find(
        for service: GoogleService,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        http: HTTPClient = HTTPClient(tokenSettings)
    ) throws(GoogleCloudError) -> Credentials {
        let named = ["GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"].lazy.compactMap { set($0, in: environment) }.first
        if service.emulator(in: environment) != nil {
            return Credentials(cache: nil, project: named, quotaProject: nil)
        }
        var failures: [String] = []
        if let path = set("GOOGLE_APPLICATION_CREDENTIALS", in: environment) {
            return try load(path, project: named, http: http)
        }
        failures.append("GOOGLE_APPLICATION_CREDENTIALS is not set")
        let path = defaultFile(environment)
        if access(path, F_OK) == 0 { return try load(path, project: named, http: http) }
        failures.append("\(path) is not there")
        let server = MetadataServer(environment)
        do throws(GoogleCloudError) {
            let project = try server.project(over: http)
            return Credentials(.metadataServer(server), project: named ?? project, http: http)
        } catch { failures.append(error.detail) }
        throw GoogleCloudError(
            .credentials, service: "Google Cloud", resource: "", detail: failures.joined(separator: "; "))
    }

    /// Short waits: a token server answers within a second or is not there.
    package static var tokenSettings: HTTPSettings {
        var settings = HTTPSettings()
        settings.connectTimeout = .seconds(5)
        return settings
    }

    private convenience init(
        _ source: TokenSource, project: String?, quotaProject: String? = nil, http: HTTPClient
    ) {
        self.init(
            cache: TokenCache { () throws(GoogleCloudError) in
                try TokenSource.retries.run { () throws(GoogleCloudError) in try source.token(over: http) }
            }, project: project, quotaProject: quotaProject)
    }

    private static func load(
        _ path: String, project: String?, http: HTTPClient
    ) throws(GoogleCloudError) -> Credentials {
        let file = try CredentialFile(path)
        return Credentials(
            try TokenSource(file), project: project ?? file.fields.text("project_id"),
            quotaProject: file.fields.text("quota_project_id"), http: http)
    }

    private static func defaultFile(_ environment: [String: String]) -> String {
        let folder = set("CLOUDSDK_CONFIG", in: environment) ?? "\(environment["HOME"] ?? "")/.config/gcloud"
        return "\(folder)/application_default_credentials.json"
    }

    private static func set(_ variable: String, in environment: [String: String]) -> String? {
        environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }
}
