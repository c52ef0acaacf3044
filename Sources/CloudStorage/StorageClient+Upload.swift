package import GoogleAuth
internal import Compression
internal import Foundation
internal import HTTP

extension StorageClient {
    /// Writes an object: in one request, or in pieces where it is longer than one.
    ///
    /// Its CRC32C goes with it, so the service refuses what was damaged on the way. After a failure, an upload with a
    /// condition is tried again; one in pieces goes on where it broke.
    /// - Parameter upload: What to write, where, and when.
    /// - Returns: The object made, or that the name was taken, with ``StorageUpload/Condition/ifAbsent``.
    /// - Throws: ``GoogleCloudError``, among them ``GoogleCloudError/Code/failedPrecondition`` for another generation,
    ///   ``GoogleCloudError/Code/permissionDenied``, ``GoogleCloudError/Code/notFound`` for the bucket and
    ///   ``GoogleCloudError/Code/dataLoss``.
    package func put(_ upload: StorageUpload) throws(GoogleCloudError) -> StorageUploaded {
        let path = upload.path
        try StoragePath.check(object: path.object, in: path.bucket)
        guard upload.contentType.utf8.allSatisfy({ (32...126).contains($0) }) else {
            throw Self.error(.invalidArgument, path.description, "the content type is no header's value")
        }
        let sum = CRC32C.of(upload.bytes[...])
        let object: StorageObject
        do throws(GoogleCloudError) {
            object = try upload.bytes.count > chunk ? putInPieces(upload, sum: sum) : putWhole(upload, sum: sum)
        } catch {
            if error.code == .failedPrecondition && upload.condition == .ifAbsent { return .alreadyThere }
            throw error
        }
        guard object.crc32c == sum, object.size == upload.bytes.count else {
            throw Self.error(.dataLoss, path.description, "what was stored has another CRC32C than what was sent")
        }
        return .created(object)
    }

    /// Metadata and bytes in one request ("multipart upload").
    private func putWhole(_ upload: StorageUpload, sum: UInt32) throws(GoogleCloudError) -> StorageObject {
        let boundary = UUID().uuidString
        var body = Array("--\(boundary)\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n".utf8)
        body.reserveCapacity(upload.bytes.count + 2_048)
        body += upload.resource(sum: sum)
        body += Array("\r\n--\(boundary)\r\nContent-Type: \(upload.contentType)\r\n\r\n".utf8)
        body += upload.bytes
        body += Array("\r\n--\(boundary)--\r\n".utf8)
        let type = HTTPHeader("Content-Type", "multipart/related; boundary=\(boundary)")
        let call = try upload.call("multipart", headers: [type], body: body)
        return try stored(object(answering: call), upload.path)
    }

    private func putInPieces(_ upload: StorageUpload, sum: UInt32) throws(GoogleCloudError) -> StorageObject {
        for _ in 0..<Self.mostSessions {
            var session = try ResumableUpload(upload, sum: sum, client: self)
            // A session may be lost (404, 410: "start over").
            if let fields = try session.run() { return try stored(fields, upload.path) }
        }
        throw Self.error(.aborted, upload.path.description, "the upload was lost \(Self.mostSessions) times")
    }

    private static let mostSessions = 3
}

extension StorageUpload {
    /// The object's description, as the JSON API takes it.
    fileprivate func resource(sum: UInt32) -> [UInt8] {
        var fields: [String: Any] = [
            "name": path.object, "contentType": contentType, "crc32c": StorageObject.text(ofSum: sum),
        ]
        if !metadata.isEmpty { fields["metadata"] = metadata }
        return JSONObject.bytes(fields)
    }

    /// The request that begins an upload.
    fileprivate func call(
        _ type: String, headers: [HTTPHeader], body: [UInt8]
    ) throws(GoogleCloudError) -> StorageClient.Call {
        var call = StorageClient.Call(
            method: .post, path: "\(try StoragePath.resource(bucket: path.bucket))/o",
            query: [("uploadType", type), ("name", path.object)], headers: headers, body: body,
            resource: path.description)
        call.root = "upload/storage/v1"
        switch condition {
        case .always: call.isIdempotent = false
        case .ifAbsent: call.query.append(("ifGenerationMatch", "0"))
        case .ifGeneration(let generation): call.query.append(("ifGenerationMatch", String(generation)))
        }
        return call
    }

    /// The request that begins an upload in pieces; beginning twice changes nothing.
    func beginning(sum: UInt32) throws(GoogleCloudError) -> StorageClient.Call {
        let headers = [
            StorageClient.json, HTTPHeader("X-Upload-Content-Type", contentType),
            HTTPHeader("X-Upload-Content-Length", String(bytes.count)),
        ]
        var call = try call("resumable", headers: headers, body: resource(sum: sum))
        call.isIdempotent = true
        return call
    }
}
