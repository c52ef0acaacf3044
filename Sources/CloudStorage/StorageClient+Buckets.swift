package import GoogleAuth
internal import HTTP

extension StorageClient {
    /// Makes a bucket whose objects' rights are the bucket's.
    ///
    /// - Parameters:
    ///   - name: Its name, one of its kind in the world.
    ///   - project: Whose it is.
    ///   - location: Where it lies, such as `us-central1`; the service's standard if `nil`.
    /// - Returns: Whether it was made now; `false` if it was there and is ours.
    /// - Throws: ``GoogleCloudError``; ``GoogleCloudError/Code/permissionDenied`` if the name is somebody else's.
    package func createBucket(
        _ name: String, project: String, location: String? = nil
    ) throws(GoogleCloudError) -> Bool {
        let resource = "gs://\(name)"
        _ = try StoragePath.resource(bucket: name)
        var fields: [String: Any] = [
            "name": name, "iamConfiguration": ["uniformBucketLevelAccess": ["enabled": true]],
        ]
        fields["location"] = location
        let call = Call(
            method: .post, path: "b", query: [("project", project)], headers: [Self.json],
            body: JSONObject.bytes(fields), resource: resource)
        do throws(GoogleCloudError) {
            _ = try answer(to: call)
            return true
        } catch {
            guard error.code == .alreadyExists else { throw error }
            guard try hasBucket(name) else { throw error }
            return false
        }
    }

    /// Whether a bucket is there, and ours to see.
    ///
    /// - Throws: ``GoogleCloudError/Code/permissionDenied`` if it is there and not ours to see.
    package func hasBucket(_ name: String) throws(GoogleCloudError) -> Bool {
        let path = try StoragePath.resource(bucket: name)
        do throws(GoogleCloudError) {
            _ = try answer(to: Call(method: .get, path: path, resource: "gs://\(name)"))
            return true
        } catch {
            guard error.code == .notFound else { throw error }
            return false
        }
    }

    /// Removes a bucket, which must be empty.
    ///
    /// - Throws: ``GoogleCloudError``; ``GoogleCloudError/Code/alreadyExists`` (status 409) if it is not empty.
    package func deleteBucket(_ name: String) throws(GoogleCloudError) {
        let path = try StoragePath.resource(bucket: name)
        _ = try answer(to: Call(method: .delete, path: path, resource: "gs://\(name)"))
    }

    static let json = HTTPHeader("Content-Type", "application/json; charset=UTF-8")
}
