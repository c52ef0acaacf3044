import Foundation
import Testing

/// Links of the documentation lead somewhere, as GitHub, the site and the Help of `nightjar serve` follow them.
@Suite struct DocumentationLinkTests {
    /// A page, as lines without its blocks of code.
    struct Page {
        let path: String
        let lines: [Substring]

        init(path: String) throws {
            self.path = path
            lines = Self.prose(try String(contentsOf: Repository.root.appending(path: path), encoding: .utf8))
        }

        /// The lines outside of fences; a regular expression over a whole page would take seconds.
        static func prose(_ text: String) -> [Substring] {
            var fence: Substring?
            return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
                let mark = line.prefix(3)
                if let open = fence {
                    if mark == open { fence = nil }
                    return false
                }
                if mark == "```" || mark == "~~~" { fence = mark }
                return fence == nil
            }
        }

        /// The anchors of its headings, as GitHub makes them.
        var anchors: Set<String> {
            var anchors: Set<String> = []
            for line in lines where line.hasPrefix("#") {
                let heading = line.drop { $0 == "#" }
                guard heading.hasPrefix(" ") else { continue }
                let anchor = Self.anchor(heading.trimmingCharacters(in: .whitespaces))
                var unique = anchor
                var count = 0
                while !anchors.insert(unique).inserted {
                    count += 1
                    unique = "\(anchor)-\(count)"
                }
            }
            return anchors
        }

        static func anchor(_ heading: String) -> String {
            let plain = heading.replacing(/\[([^\]]*)\]\([^)]*\)/) { $0.1 }
            let kept = plain.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
            return kept.replacing(" ", with: "-")
        }

        /// The addresses of its links and images that are no web addresses.
        var links: [String] {
            lines.filter { $0.contains("](") }.flatMap { line in
                line.replacing(/`[^`]*`/, with: "").matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
            }
            .filter { !$0.contains(/^[a-z]+:/) }
        }
    }

    private static let pages = Result {
        let below = FileManager.default.enumerator(atPath: Repository.root.appending(path: "docs").path)
        let docs = (below?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
        return try (docs + ["README.md", "CONTRIBUTING.md", "deploy/README.md", "deploy/systemd/README.md"]).map(
            Page.init)
    }

    /// Where a link of a page leads: a path from the package's folder, and an anchor.
    private static func target(of link: String, in page: Page) -> (path: String, anchor: String?) {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard let file = parts.first, !file.isEmpty else { return (page.path, parts.last.map(String.init)) }
        let folder = (page.path as NSString).deletingLastPathComponent
        let path = URL(filePath: "/\(folder)/\(file)").standardized.path
        return (String(path.dropFirst()), parts.count > 1 ? String(parts[1]) : nil)
    }

    @Test("every link of the documentation leads to a file, and to a heading that is there") func links() throws {
        let pages = try Self.pages.get()
        let anchors = Dictionary(uniqueKeysWithValues: pages.map { ($0.path, $0.anchors) })
        var count = 0
        for page in pages {
            for link in page.links {
                count += 1
                let (path, anchor) = Self.target(of: link, in: page)
                let isThere = FileManager.default.fileExists(atPath: Repository.root.appending(path: path).path)
                #expect(isThere, "\(page.path): \(link) leads nowhere")
                guard let anchor, isThere else { continue }
                #expect(anchors[path]?.contains(anchor) == true, "\(page.path): \(link): no such heading")
            }
        }
        #expect(count > 100)
    }

    @Test func findsLinks() throws {
        #expect(Page.anchor("`nightjar run`") == "nightjar-run")
        #expect(Page.anchor("A night's [receipt](receipt.md), and more") == "a-nights-receipt-and-more")
        #expect(Page.prose("a\n```sql\n[x](y)\n```\nb") == ["a", "b"])
    }

    @Test("no page uses Markdown that only one of its readers knows") func markdown() throws {
        for page in try Self.pages.get() {
            for line in page.lines {
                let isMarked = ["!!! ", "??? ", "=== "].contains { line.hasPrefix($0) }
                #expect(!isMarked, "\(page.path): an admonition or a tab of mkdocs: \(line)")
                let hasAttributes = line.hasPrefix("#") && line.contains("{")
                #expect(!hasAttributes, "\(page.path): attributes of a heading: \(line)")
            }
        }
    }

    @Test("docs/environment.md has every variable that the code asks for") func variables() throws {
        let page = try String(contentsOf: Repository.root.appending(path: "docs/environment.md"), encoding: .utf8)
        let signs = ["environment[\"", "set(\"", "place(\"", "getenv(\"", "_EMULATOR_HOST\"", "\"NIGHTJAR_"]
        var found: Set<String> = []
        // A parser of SQL has sets of its own.
        for file in try Repository.sources.get() where file.target != "ADQL" {
            for line in file.lines where signs.contains(where: line.contains) {
                for match in line.matches(of: /(?:environment\[|\bset\(|\bplace\(|getenv\()"([A-Z0-9_]+)"/) {
                    found.insert(String(match.1))
                }
                for match in line.matches(of: /"([A-Z]+(?:_[A-Z]+)*_EMULATOR_HOST|NIGHTJAR_[A-Z_]+)"/) {
                    found.insert(String(match.1))
                }
            }
        }
        #expect(found.count > 20)
        for name in found { #expect(page.contains("`\(name)`"), "\(name) is not in docs/environment.md") }
    }
}
