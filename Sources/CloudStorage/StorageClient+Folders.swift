package import GoogleAuth
internal import HTTP

extension StorageClient {
    /// What the names of a bucket's objects begin with up to the first `/`.
    ///
    /// - Parameters:
    ///   - bucket: Which bucket.
    ///   - most: How many at most.
    /// - Returns: Each once, ascending, with the `/` at its end.
    /// - Throws: ``GoogleCloudError``; ``GoogleCloudError/Code/outOfRange`` where there are more.
    package func folders(of bucket: String, most: Int = 1_000) throws(GoogleCloudError) -> [String] {
        let resource = "gs://\(bucket)"
        let path = "\(try StoragePath.resource(bucket: bucket))/o"
        var (found, token): (Set<String>, String) = ([], "")
        repeat {
            var call = Call(
                method: .get, path: path,
                query: [("delimiter", "/"), ("maxResults", "1000"), ("fields", "prefixes,nextPageToken")],
                resource: resource)
            if !token.isEmpty { call.query.append(("pageToken", token)) }
            let answer = try object(answering: call)
            let following = answer.text("nextPageToken") ?? ""
            guard following.isEmpty || following != token else {
                throw Self.error(.malformedAnswer, resource, "the listing cannot be read")
            }
            found.formUnion(answer.texts("prefixes"))
            guard found.count <= most else {
                throw Self.error(.outOfRange, resource, "the bucket has more than \(most) folders")
            }
            token = following
        } while !token.isEmpty
        return found.sorted()
    }
}
