internal import CMarkdown
internal import Glibc

/// A page of Markdown (CommonMark with tables, as GitHub has them) as HTML; markup within it is left out.
package struct Markdown: Sendable {
    /// The text of the first heading; empty without one.
    package let title: String
    /// The page's HTML. Headings have the ids that GitHub gives them.
    package let html: String

    /// Reads a page.
    ///
    /// - Parameters:
    ///   - text: Markdown.
    ///   - link: What a link's or an image's address becomes; `nil` leaves its text alone in its place.
    package init(_ text: String, link: (String) -> String?) {
        cmark_gfm_core_extensions_ensure_registered()
        let parser = cmark_parser_new(CMARK_OPT_DEFAULT)
        defer { cmark_parser_free(parser) }
        if let table = cmark_find_syntax_extension("table") {
            cmark_parser_attach_syntax_extension(parser, table)
        }
        var text = text
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cmark_parser_feed(parser, $0.baseAddress, $0.count) }
        }
        guard let document = cmark_parser_finish(parser) else {
            (title, html) = ("", "")
            return
        }
        defer { cmark_node_free(document) }
        title = Self.addIDs(document)
        Self.setLinks(document, link)
        let rendered = cmark_render_html(document, CMARK_OPT_DEFAULT, cmark_parser_get_syntax_extensions(parser))
        defer { free(rendered) }
        html = rendered.map { String(cString: $0) } ?? ""
    }

    /// Gives each heading an id, and returns the first heading's text.
    private static func addIDs(_ document: OpaquePointer) -> String {
        var (title, used): (String?, [String: Int]) = (nil, [:])
        for heading in nodes(document, of: CMARK_NODE_HEADING) {
            let text = text(of: heading)
            title = title ?? text
            let slug = slug(text)
            let count = used[slug, default: 0]
            used[slug] = count + 1
            guard let anchor = cmark_node_new(CMARK_NODE_CUSTOM_INLINE) else { continue }
            cmark_node_set_on_enter(anchor, "<span id=\"\(slug)\(count > 0 ? "-\(count)" : "")\"></span>")
            if cmark_node_prepend_child(heading, anchor) == 0 { cmark_node_free(anchor) }
        }
        return title ?? ""
    }

    /// The id of a heading: letters, digits, hyphens; nothing of HTML's own is left.
    private static func slug(_ text: String) -> String {
        String(
            text.lowercased().compactMap { character -> Character? in
                if character == " " { return "-" }
                return character.isLetter || character.isNumber || character == "-" || character == "_"
                    ? character : nil
            })
    }

    private static func setLinks(_ document: OpaquePointer, _ link: (String) -> String?) {
        for node in nodes(document, of: CMARK_NODE_LINK) + nodes(document, of: CMARK_NODE_IMAGE) {
            let address = cmark_node_get_url(node).map { String(cString: $0) } ?? ""
            if let new = link(address) {
                cmark_node_set_url(node, new)
                continue
            }
            while let child = cmark_node_first_child(node) {
                guard cmark_node_insert_before(node, child) == 1 else { break }
            }
            cmark_node_unlink(node)
            cmark_node_free(node)
        }
    }

    private static func nodes(
        _ document: OpaquePointer, of types: cmark_node_type...
    ) -> [OpaquePointer] {
        var found: [OpaquePointer] = []
        guard let iterator = cmark_iter_new(document) else { return [] }
        defer { cmark_iter_free(iterator) }
        while true {
            let event = cmark_iter_next(iterator)
            if event == CMARK_EVENT_DONE { return found }
            if event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(iterator),
                types.contains(cmark_node_get_type(node))
            {
                found.append(node)
            }
        }
    }

    private static func text(of node: OpaquePointer) -> String {
        nodes(node, of: CMARK_NODE_TEXT, CMARK_NODE_CODE)
            .compactMap { cmark_node_get_literal($0).map { String(cString: $0) } }.joined()
    }
}
