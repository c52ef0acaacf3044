internal import Foundation
internal import Hashing

/// A file beside a description, whose content the description pins by its SHA-256.
package struct PinnedFile: Sendable, Hashable {
    /// Its path in the folder of models.
    package let path: String
    /// Its SHA-256, 64 lower-case hexadecimal digits.
    package let sha256: String

    init(_ described: DescribedValue) throws(ClassifierError) {
        let object = try described.object(["file", "sha256"])
        let (file, hash) = (
            try object.required("file", of: described), try object.required("sha256", of: described)
        )
        path = try file.text()
        guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
            throw file.wrong("must lie in the folder of models")
        }
        sha256 = try hash.text()
        guard sha256.wholeMatch(of: /[0-9a-f]{64}/) != nil else {
            throw hash.wrong("must be 64 of 0-9 and a-f, as sha256sum prints them")
        }
    }

    /// Reads it.
    ///
    /// - Parameters:
    ///   - folder: The folder of models.
    ///   - longest: Bytes that it may have.
    /// - Returns: Its bytes.
    /// - Throws: ``ClassifierError`` for a file that is not there, too long, or not the pinned one.
    func read(in folder: String, atMost longest: Int) throws(ClassifierError) -> [UInt8] {
        let file = "\(folder)/\(path)"
        let bytes = try Self.read(file, atMost: longest)
        let found = Digest.hexadecimal(Digest.sha256(bytes[...]))
        guard found == sha256 else {
            throw ClassifierError(file, "its SHA-256 is \(found), and the description has \(sha256)")
        }
        return bytes
    }

    /// The bytes of a file.
    static func read(_ path: String, atMost longest: Int) throws(ClassifierError) -> [UInt8] {
        let bytes: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            bytes = try file.read(upToCount: longest + 1) ?? Data()
        } catch { throw ClassifierError(path, "cannot be read: \(reason(error))") }
        guard bytes.count <= longest else { throw ClassifierError(path, "longer than \(longest) bytes") }
        return Array(bytes)
    }

    /// The system's own words.
    private static func reason(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        return underlying.map { String(cString: strerror(CInt($0.code))) } ?? error.localizedDescription
    }
}
