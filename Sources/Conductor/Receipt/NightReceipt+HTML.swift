internal import Escaping
internal import Pipeline

extension NightReceipt {
    /// Its page: whole in itself, light or dark as the reader's system is.
    package var html: String {
        let body = sections.map(Self.html).joined(separator: "\n")
        let mark = addsUp ? "good\">&#9679;" : "bad\">&#9650;"
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(HTMLEscaping.escape(heading)), edition \(edition)</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <h1>\(HTMLEscaping.escape(heading))</h1>
            <p>\(HTMLEscaping.escape(subheading + (reason.map { ": \($0)" } ?? "")))</p>
            <p class="verdict"><span class="\(mark)</span> \(HTMLEscaping.escape(verdict))</p>
            <p class="number">\(Self.grouped(count(.received)))<small> alerts received</small></p>
            \(ReceiptPlots(self).figures)
            \(body)
            </body>
            </html>

            """
    }

    private static func html(_ section: Section) -> String {
        var lines = ["<h2>\(HTMLEscaping.escape(section.title))</h2>"]
        if !section.rows.isEmpty {
            let cell = { (tag: String, index: Int, text: String) in
                let kind = index < section.firstNumber ? "" : " class=\"n\""
                return "<\(tag)\(kind)>\(HTMLEscaping.escape(text))</\(tag)>"
            }
            lines.append("<div class=\"wide\"><table>")
            let head = section.columns.enumerated().map { cell("th", $0.offset, $0.element) }.joined()
            lines.append("<thead><tr>\(head)</tr></thead>")
            lines.append("<tbody>")
            for row in section.rows {
                lines.append("<tr>\(row.enumerated().map { cell("td", $0.offset, $0.element) }.joined())</tr>")
            }
            lines.append("</tbody></table></div>")
        }
        if !section.sentences.isEmpty {
            lines.append("<ul>\(section.sentences.map { "<li>\(HTMLEscaping.escape($0))</li>" }.joined())</ul>")
        }
        return lines.joined(separator: "\n")
    }

    private static let style = """
        :root{--text:#1a1a1a;--ground:#fbfbfa;--soft:#5c5c58;--rule:#d4d4d0;--all:#56B4E9;--passed:#0072B2;--dead:#b3261e;\
        --again:#a86400;--good:#2b7a3d;--bad:#b3261e}
        @media(prefers-color-scheme:dark){:root{--text:#d8d8d4;--ground:#111314;--soft:#9c9c96;--rule:#34373a;\
        --passed:#6fb3e0;--all:#2f6f96;--dead:#f2b8b5;--again:#e0a458;--good:#7fc98f;--bad:#f2b8b5}}
        body{font:14px/20px system-ui,sans-serif;color:var(--text);background:var(--ground);max-width:1200px;\
        margin:24px auto;padding:0 16px;overflow-wrap:anywhere}
        h1{font-size:20px;line-height:28px;margin:0}h2{font-size:14px;margin:24px 0 8px}
        .verdict{font-weight:600}.good{color:var(--good)}.bad{color:var(--bad)}
        .number{font-size:32px;line-height:40px;margin:8px 0;font-variant-numeric:tabular-nums}small{font-size:14px}
        .wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
        th,td{text-align:left;padding:4px 16px 4px 0;border-bottom:1px solid var(--rule);white-space:nowrap}
        th{font-size:12px;font-weight:400;color:var(--soft)}.n{text-align:right}
        ul{margin:0;padding-left:20px}figure{margin:24px 0 0;overflow-x:auto}figcaption{font-weight:600;margin-bottom:8px}
        svg{width:100%;height:auto;min-width:640px;max-width:960px;display:block}svg text{font-size:12px;fill:var(--soft)}
        .axis{stroke:var(--rule)}.all{fill:var(--all)}.passed{fill:var(--passed)}.dead{fill:var(--dead)}.again{fill:var(--again)}
        .line{stroke:var(--passed);stroke-width:2}
        """
}
