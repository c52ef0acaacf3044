internal import Glibc
internal import HTTP

/// A credentials file as read: its path for errors, its fields for whoever knows their kind.
///
/// No error repeats anything of the file's contents.
struct CredentialFile {
    let path: String
    let fields: JSONObject
    private static let longest = 1 << 20

    init(_ path: String) throws(GoogleCloudError) {
        let bytes = try Self.contents(of: path)
        do throws(JSONObject.NoObject) { fields = try JSONObject(bytes) } catch {
            throw GoogleCloudError.credentials(path, "the file is no JSON object")
        }
        self.path = path
    }

    private init(path: String, fields: JSONObject) {
        self.path = path
        self.fields = fields
    }

    /// A field that must be there.
    func text(_ name: String) throws(GoogleCloudError) -> String {
        guard let text = fields.text(name), !text.isEmpty else {
            throw GoogleCloudError.credentials(path, "the file lacks the text field '\(name)'")
        }
        return text
    }

    /// An object that must be there, read as a file of its own.
    func object(_ name: String) throws(GoogleCloudError) -> CredentialFile {
        guard let object = fields.object(name) else {
            throw GoogleCloudError.credentials(path, "the file lacks the object '\(name)'")
        }
        return CredentialFile(path: path, fields: object)
    }

    /// The address of a server that is sent secrets: over TLS, or on this machine.
    func secureAddress(_ name: String, standard: String? = nil) throws(GoogleCloudError) -> String {
        let text = if let standard, fields.text(name) == nil { standard } else { try text(name) }
        guard isSecureAddress(text) else {
            throw GoogleCloudError.credentials(path, "'\(name)' is no https address")
        }
        return text
    }

    /// Reads a small file.
    static func contents(of path: String) throws(GoogleCloudError) -> [UInt8] {
        guard let file = fopen(path, "re") else {
            throw GoogleCloudError.credentials(path, String(cString: strerror(errno)))
        }
        defer { fclose(file) }
        let bytes = [UInt8](unsafeUninitializedCapacity: longest + 1) { room, count in
            count = fread(room.baseAddress, 1, room.count, file)
        }
        guard ferror(file) == 0 else { throw GoogleCloudError.credentials(path, String(cString: strerror(errno))) }
        guard bytes.count <= longest else {
            throw GoogleCloudError.credentials(path, "the file is longer than \(longest) bytes")
        }
        return bytes
    }
}

/// Whether an address is of https, or of this machine.
func isSecureAddress(_ text: String) -> Bool {
    let allowed = ["https://", "http://127.0.0.1:", "http://localhost:", "http://[::1]:"]
    guard let shown = shownAddress(text) else { return false }
    return allowed.contains(where: shown.hasPrefix)
}

extension GoogleCloudError {
    /// Credentials from somewhere cannot be used.
    static func credentials(_ source: String, _ detail: String) -> GoogleCloudError {
        GoogleCloudError(.credentials, service: "Google Cloud", resource: source, detail: detail)
    }
}
