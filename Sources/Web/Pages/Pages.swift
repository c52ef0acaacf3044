internal import Escaping
internal import HTTP
internal import Markdown

/// Pages for browsers: one shell, whose modules show what an address names, and the documents of `docs/`.
struct Pages: Sendable {
    let files: WebFiles
    /// Where the pages' files are.
    static let assets = "assets"

    /// The first parts of the addresses of pages; the empty one is the night's.
    private static let names: Set<String> = [
        "", "nights", "candidates", "objects", "alerts", "search", "filters", "dead-letters",
    ]

    /// The answer to a page's address, or that of a file of one; `nil` where the address is none of these.
    func answer(_ parts: [String]) -> WebAnswer? {
        switch parts.first ?? "" {
        case Self.assets: asset(parts.dropFirst().joined(separator: "/"))
        case "help": help(parts.dropFirst().joined(separator: "/"))
        case let name where Self.names.contains(name) && parts.count <= 2: shell()
        default: nil
        }
    }

    private func asset(_ name: String) -> WebAnswer? {
        // Pictures of documents are files of docs/, all others of web/.
        let path = name.hasPrefix("docs/") ? name : "web/\(name)"
        guard !path.hasSuffix(".md"), let bytes = files.bytes(path) else { return nil }
        return WebAnswer(bytes, WebFiles.type(of: path))
    }

    private func shell(status: Int = 200, title: String? = nil, content: String? = nil) -> WebAnswer? {
        guard let bytes = files.bytes("web/index.html") else { return nil }
        var html = String(decoding: bytes, as: UTF8.self)
        if let title {
            html = html.replacing(
                "<title>Nightjar</title>", with: "<title>\(HTMLEscaping.escape(title)) · Nightjar</title>")
        }
        if let content, let start = html.firstRange(of: "<noscript>"), let end = html.firstRange(of: "</noscript>\n") {
            html.replaceSubrange(start.lowerBound..<end.upperBound, with: content)
        }
        return WebAnswer(Array(html.utf8), "text/html; charset=utf-8", status: status)
    }

    // MARK: - What is wrong

    /// A problem as a page, for a browser's user.
    func page(of problem: Problem) -> WebAnswer? {
        let content = """
            <div class="head"><h1>\(HTMLEscaping.escape(problem.kind.title))</h1></div>
            <div class="notice bad" role="alert"><p>\(HTMLEscaping.escape(problem.detail))</p>
            <p><a href="/">Tonight</a> · <a href="/search">Search</a> · <a href="/help">Help</a></p></div>

            """
        guard var answer = shell(status: problem.kind.status, title: problem.kind.title, content: content) else {
            return nil
        }
        answer.headers += problem.headers
        answer.caching = .none
        return answer
    }

    // MARK: - Documents

    private func help(_ name: String) -> WebAnswer? {
        let name = name.isEmpty ? "index" : name
        guard let bytes = files.bytes("docs/\(name).md") else { return nil }
        let folder = name.split(separator: "/").dropLast().joined(separator: "/")
        let page = Markdown(String(decoding: bytes, as: UTF8.self)) { Self.address($0, in: folder) }
        let path = name == "index" ? "" : "<p class=\"quiet\"><a href=\"/help\">Help</a></p>\n"
        return shell(title: page.title, content: "<article class=\"help\">\n\(path)\(page.html)</article>\n")
    }

    /// Where a document's link leads here: to another document, a picture, or elsewhere; what lies in the repository alone is no
    /// link.
    static func address(_ link: String, in folder: String) -> String? {
        if link.hasPrefix("#") || link.hasPrefix("https://") { return link }
        if link.hasPrefix("http://") || link.hasPrefix("/") { return nil }
        let halves = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        var parts = folder.split(separator: "/")
        for part in halves[0].split(separator: "/") {
            guard part == ".." else {
                if part != "." { parts.append(part) }
                continue
            }
            guard parts.popLast() != nil else { return nil }
        }
        let path = parts.joined(separator: "/")
        let anchor = halves.count > 1 ? "#\(halves[1])" : ""
        guard WebFiles.paths.contains("docs/\(path)") else { return nil }
        return path.hasSuffix(".md") ? "/help/\(path.dropLast(3))\(anchor)" : "/assets/docs/\(path)"
    }
}
