internal import CWebFiles
internal import Foundation

/// The files of `web/` and `docs/`, which are built into the command; while somebody works on the pages, those of a folder.
struct WebFiles: Sendable {
    /// A folder that stands for `web/`; `nil` for what is built in.
    let folder: String?

    private static let longest = 4 << 20
    private static let builtIn: [String: Int] = {
        var places: [String: Int] = [:]
        for place in 0..<Int(web_files_count) {
            places[String(cString: web_file_at(UInt(place)).pointee.path)] = place
        }
        return places
    }()

    /// The paths of what is built in.
    static var paths: [String] { builtIn.keys.sorted() }

    /// A file's content.
    ///
    /// - Parameter path: Such as `web/main.js` or `docs/web.md`.
    /// - Returns: Its bytes; `nil` where there is none.
    func bytes(_ path: String) -> [UInt8]? {
        if let folder, path.hasPrefix("web/") {
            let name = path.dropFirst("web/".count)
            guard !name.split(separator: "/").contains(".."),
                let file = FileHandle(forReadingAtPath: "\(folder)/\(name)"),
                let data = try? file.read(upToCount: Self.longest)
            else { return nil }
            return Array(data)
        }
        guard let place = Self.builtIn[path] else { return nil }
        let file = web_file_at(UInt(place)).pointee
        return Array(UnsafeBufferPointer(start: file.bytes, count: Int(file.count)))
    }

    /// The media type of a file by its name.
    static func type(of path: String) -> String {
        switch path.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        default: "application/octet-stream"
        }
    }
}
