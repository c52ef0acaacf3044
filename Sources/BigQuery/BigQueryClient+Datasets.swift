package import GoogleAuth
internal import HTTP

extension BigQueryClient {
    /// Makes a dataset.
    ///
    /// - Parameters:
    ///   - dataset: Its name.
    ///   - project: Whose it is.
    ///   - location: Where it lies, such as `us-central1`; the service's standard if `nil`.
    /// - Returns: Whether it was made now; `false` if it was there.
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

    /// Whether a dataset is there.
    ///
    /// - Throws: ``GoogleCloudError/Code/permissionDenied`` if it is not ours to see.
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

    /// Removes a dataset.
    ///
    /// - Parameters:
    ///   - dataset: Its name.
    ///   - project: Whose it is.
    ///   - contents: Whether its tables go with it; otherwise it must have none.
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
