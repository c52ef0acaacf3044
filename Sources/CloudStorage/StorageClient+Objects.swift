package import GoogleAuth
internal import Compression
internal import HTTP

extension StorageClient {
    /// What is known of an object.
    ///
    /// - Throws: ``GoogleCloudError``, among them ``GoogleCloudError/Code/notFound``.
    package func object(_ path: StoragePath) throws(GoogleCloudError) -> StorageObject {
        let call = Call(method: .get, path: try path.resource(), resource: path.description)
        return try stored(object(answering: call), path)
    }

    /// Reads an object whole, as it was stored, and checks its sum.
    ///
    /// - Parameters:
    ///   - path: Which one.
    ///   - limit: The longest allowed, bytes.
    /// - Returns: Its bytes.
    /// - Throws: ``GoogleCloudError``, among them ``GoogleCloudError/Code/notFound`` and
    ///   ``GoogleCloudError/Code/dataLoss`` where what came has another sum than what was stored.
    package func get(_ path: StoragePath, limit: Int = 64 << 20) throws(GoogleCloudError) -> [UInt8] {
        // With this header an object stored as gzip comes as it lies there, and its sum fits.
        let headers = [HTTPHeader("Accept-Encoding", "gzip")]
        let response = try answer(
            to: Call(
                method: .get, path: path.resource(), query: [("alt", "media")], headers: headers, limit: limit,
                resource: path.description))
        let sums = response.headers.filter { $0.name.lowercased() == "x-goog-hash" }
            .flatMap { $0.value.split(separator: ",") }
            .compactMap { $0.hasPrefix("crc32c=") ? StorageObject.sum(String($0.dropFirst(7))) : nil }
        guard let sum = sums.first else {
            throw Self.error(.malformedAnswer, path.description, "the answer has no CRC32C")
        }
        guard CRC32C.of(response.body[...]) == sum else {
            throw Self.error(.dataLoss, path.description, "what came has another CRC32C than what was stored")
        }
        return response.body
    }

    /// Removes an object.
    ///
    /// - Parameters:
    ///   - path: Which one.
    ///   - generation: Only if it is still this one; without it nothing is tried twice, since a second try could meet
    ///     a new object.
    /// - Throws: ``GoogleCloudError``, among them ``GoogleCloudError/Code/notFound``.
    package func delete(_ path: StoragePath, generation: Int64? = nil) throws(GoogleCloudError) {
        var call = Call(method: .delete, path: try path.resource(), resource: path.description)
        if let generation { call.query = [("ifGenerationMatch", String(generation))] }
        call.isIdempotent = generation != nil
        _ = try answer(to: call)
    }

    /// The objects of a bucket, in order of their names, a page at a time.
    ///
    /// - Parameters:
    ///   - bucket: Which bucket.
    ///   - prefix: What their names begin with.
    ///   - page: How many at most come at once, 1 to 1000.
    /// - Returns: A listing, which asks when it is asked.
    package func list(_ bucket: String, prefix: String = "", page: Int = 1_000) -> StorageListing {
        StorageListing(client: self, bucket: bucket, prefix: prefix, page: page)
    }

    func stored(_ fields: JSONObject, _ path: StoragePath) throws(GoogleCloudError) -> StorageObject {
        guard let object = StorageObject(fields) else {
            throw Self.error(.malformedAnswer, path.description, "the answer describes no object")
        }
        return object
    }
}

/// Pages of a bucket's listing, each fetched when it is asked for.
package struct StorageListing {
    private let client: StorageClient
    private let bucket: String
    private let prefix: String
    private let page: Int
    private var token = ""
    private var isAtEnd = false

    init(client: StorageClient, bucket: String, prefix: String, page: Int) {
        self.client = client
        self.bucket = bucket
        self.prefix = prefix
        self.page = page
    }

    /// The next objects; `nil` after the last. A page may be empty before that.
    package mutating func next() throws(GoogleCloudError) -> [StorageObject]? {
        guard !isAtEnd else { return nil }
        let resource = "gs://\(bucket)/\(prefix)*"
        var call = StorageClient.Call(
            method: .get, path: "\(try StoragePath.resource(bucket: bucket))/o",
            query: [("prefix", prefix), ("maxResults", String(page))], resource: resource)
        if !token.isEmpty { call.query.append(("pageToken", token)) }
        let answer = try client.object(answering: call)
        let objects = answer.objects("items").compactMap(StorageObject.init)
        let following = answer.text("nextPageToken") ?? ""
        guard objects.count == answer.objects("items").count, following.isEmpty || following != token else {
            throw StorageClient.error(.malformedAnswer, resource, "the listing cannot be read")
        }
        token = following
        isAtEnd = following.isEmpty
        return objects
    }
}
