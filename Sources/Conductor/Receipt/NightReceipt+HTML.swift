internal import Foundation

extension NightReceipt {
    /// Its page.
    package var html: String { "<!doctype html>\n<pre>\(Self.escapedHTML(markdown))</pre>\n" }

    static func escapedHTML(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
