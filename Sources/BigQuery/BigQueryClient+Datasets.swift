package import GoogleAuth
internal import HTTP

extension BigQueryClient {
    /// Creates a dataset.
    ///
    /// - Parameters:
    ///   - dataset: Its name.
    ///   - project: The project that owns it.
    ///   - location: Its location, such as `us-central1`; the service's default if `nil`.
    /// - Returns: Whether it was created; `false` if it existed.
    /// - Throws: ``GoogleCloudError``.
    package func createDataset(
        _ dataset: String, project: String, location: String? = nil
    ) throws(GoogleCloudError) -> Bool {
        var fields: [String: Any] = ["datasetReference": ["projectId": project, "datasetId": dataset]]
        fields["location"] = location
        do throws(GoogleCloudError) {
            _ = try object(
                answering: Call(
                    method: .post, path: ["projects", project, "datasets"], fields: fields,
                    resource: "\(project).\(dataset)"))
            return true
        } catch {
            guard error.code == .alreadyExists else { throw error }
            return false
        }
    }

    /// Whether a dataset exists.
    ///
    /// - Throws: ``GoogleCloudError``, with code `permissionDenied` where it may not be read.
    package func hasDataset(_ dataset: String, project: String) throws(GoogleCloudError) -> Bool {
        do throws(GoogleCloudError) {
            _ = try object(
                answering: Call(
                    method: .get, path: ["projects", project, "datasets", dataset], resource: "\(project).\(dataset)"))
            return true
        } catch {
            guard error.code == .notFound else { throw error }
            return false
        }
    }

    /// Deletes a dataset.
    ///
    /// - Parameters:
    ///   - dataset: Its name.
    ///   - project: The project that owns it.
    ///   - contents: Whether its tables are deleted too; if not, it must have none.
    /// - Throws: ``GoogleCloudError``.
    package func deleteDataset(
        _ dataset: String, project: String, contents: Bool
    ) throws(GoogleCloudError) {
        _ = try body(
            answering: Call(
                method: .delete, path: ["projects", project, "datasets", dataset],
                query: [("deleteContents", contents ? "true" : "false")], resource: "\(project).\(dataset)"))
    }
}
