internal import Foundation

/// The dashboard for Grafana, as its JSON model has it.
///
/// Source: Grafana 10, "Dashboard JSON model". The data source and the instances are chosen in the dashboard itself.
package enum GrafanaDashboard {
    private static let columns = 24
    private static let perRow = 3
    private static let height = 8
    private static let source = ["type": "prometheus", "uid": "${source}"]

    /// The file's text.
    package static var text: String { DashboardText.json(fields) }

    /// A query for Grafana.
    static func expression(_ query: DashboardPanel.Query) -> String {
        query.expression.replacing("SELECT", with: "instance=~\"$instance\"").replacing(
            "RANGE", with: "$__rate_interval")
    }

    private static var fields: [String: Any] {
        [
            "uid": "nightjar", "title": "Nightjar", "tags": ["nightjar"], "timezone": "utc", "schemaVersion": 39,
            "version": 1, "refresh": "30s", "editable": true, "graphTooltip": 1, "links": [],
            "time": ["from": "now-12h", "to": "now"], "annotations": ["list": []],
            "templating": ["list": [sourceVariable, instanceVariable]], "panels": panels,
        ]
    }

    private static var sourceVariable: [String: Any] {
        [
            "name": "source", "label": "Data source", "type": "datasource", "query": "prometheus", "hide": 0,
        ]
    }

    private static var instanceVariable: [String: Any] {
        [
            "name": "instance", "label": "Instance", "type": "query", "datasource": source, "refresh": 2, "sort": 1,
            "query": ["query": "label_values(nightjar_build_info, instance)", "refId": "instance"], "hide": 0,
            "includeAll": true, "multi": true, "allValue": ".*", "current": ["text": ["All"], "value": ["$__all"]],
        ]
    }

    private static var panels: [[String: Any]] {
        var panels: [[String: Any]] = []
        var top = 0
        for section in DashboardPanel.Section.allCases {
            panels.append([
                "id": panels.count + 1, "type": "row", "title": section.rawValue, "collapsed": false, "panels": [],
                "gridPos": ["x": 0, "y": top, "w": columns, "h": 1],
            ])
            top += 1
            let own = DashboardPanel.all.filter { $0.section == section }
            for (number, panel) in own.enumerated() {
                let width = columns / perRow
                let place = [
                    "x": number % perRow * width, "y": top + number / perRow * height, "w": width, "h": height,
                ]
                panels.append(fields(of: panel, id: panels.count + 1, at: place))
            }
            top += (own.count + perRow - 1) / perRow * height
        }
        return panels
    }

    private static func fields(of panel: DashboardPanel, id: Int, at place: [String: Int]) -> [String: Any] {
        let custom: [String: Any] = [
            "drawStyle": "line", "lineInterpolation": "linear", "lineWidth": 1, "fillOpacity": panel.isStacked ? 25 : 0,
            "showPoints": "never", "spanNulls": false,
            "stacking": ["mode": panel.isStacked ? "normal" : "none", "group": "A"],
        ]
        var defaults: [String: Any] = ["unit": unit(panel.unit), "min": 0, "custom": custom]
        if panel.unit == .share { defaults["max"] = 1 }
        return [
            "id": id, "type": "timeseries", "title": panel.title, "description": panel.advice, "datasource": source,
            "gridPos": place, "fieldConfig": ["defaults": defaults, "overrides": []],
            "options": [
                "legend": ["displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []],
                "tooltip": ["mode": "multi", "sort": "desc"],
            ] as [String: Any],
            "targets": panel.queries.enumerated().map { number, query -> [String: Any] in
                [
                    "refId": String(UnicodeScalar(UInt8(65 + number))), "datasource": source, "editorMode": "code",
                    "expr": expression(query), "legendFormat": legend(query.legend), "range": true,
                ]
            },
        ]
    }

    private static func legend(_ parts: [DashboardPanel.Legend]) -> String {
        parts.map { part in
            switch part {
            case .label(let name): "{{\(name)}}"
            case .word(let word): word
            }
        }.joined(separator: " ")
    }

    /// By Grafana's ids of units.
    private static func unit(_ unit: DashboardPanel.Unit) -> String {
        switch unit {
        case .count: "short"
        case .perSecond: "cps"
        case .seconds: "s"
        case .bytes: "bytes"
        case .bytesPerSecond: "Bps"
        case .share: "percentunit"
        case .yesNo: "none"
        }
    }
}

/// A dashboard as a file.
enum DashboardText {
    /// JSON that is the same each time, with a line for each field.
    static func json(_ fields: [String: Any]) -> String {
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? JSONSerialization.data(withJSONObject: fields, options: options) else {
            preconditionFailure("a dashboard is texts, numbers, lists and objects")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
