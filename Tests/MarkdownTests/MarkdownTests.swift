import Markdown
import Testing

@Suite struct MarkdownTests {
    private func html(_ text: String, link: (String) -> String? = { $0 }) -> String { Markdown(text, link: link).html }

    @Test("a page has its first heading as its title, and headings have the ids that links use") func headings() {
        let page = Markdown("# The *web* `server`\n\n## Who may read\n\n## Who may read\n") { $0 }
        #expect(page.title == "The web server" || page.title == "The  web server")
        #expect(page.html.contains("<h2><span id=\"who-may-read\"></span>Who may read</h2>"))
        #expect(page.html.contains("<span id=\"who-may-read-1\"></span>"))
    }

    @Test("tables are tables, and code is as it stands") func tables() {
        let text = html("| a | b |\n|---|---|\n| `x < y` | 2 |\n")
        #expect(text.contains("<th>a</th>"))
        #expect(text.contains("<td><code>x &lt; y</code></td>"))
    }

    @Test("markup within a page is left out, and so are addresses that run a script")
    func markup() {
        let text = html("<script>alert(1)</script>\n\nab <img src=x onerror=alert(1)> [go](javascript:alert(1))\n")
        #expect(!text.contains("<script"))
        #expect(!text.contains("onerror"))
        #expect(!text.contains("javascript:"))
    }

    @Test("a heading of code and words has them in its id in their order") func headingOfCode() {
        #expect(html("## `ztf_salt2`, `lsst_salt2`\n").contains("<span id=\"ztf_salt2-lsst_salt2\">"))
    }

    @Test("links lead where the caller says; those that lead nowhere are their text") func links() {
        let text = html("[one](a.md#b) ![plot](c.png) [**two**](../d)\n") { link in
            switch link {
            case "a.md#b": "/help/a#b"
            case "c.png": "/assets/docs/c.png"
            default: nil
            }
        }
        #expect(text.contains("<a href=\"/help/a#b\">one</a>"))
        #expect(text.contains("<img src=\"/assets/docs/c.png\" alt=\"plot\" />"))
        #expect(text.contains("<strong>two</strong>"))
        #expect(!text.contains("../d"))
    }

    @Test("text that is no Markdown is a page all the same", arguments: ["", "\u{0}", "![", "|", "# "]) func odd(
        _ text: String
    ) {
        _ = html(text)
        #expect(Markdown(text) { $0 }.title == "")
    }
}
