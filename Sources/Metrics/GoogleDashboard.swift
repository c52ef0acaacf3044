/// The dashboard for Cloud Monitoring, as `projects.dashboards.create` takes it; the metrics come by the Managed Service for
/// Prometheus. It also has what Google itself measures of the broker's services.
///
/// Source: Cloud Monitoring API v1, Dashboard; "PromQL for Cloud Monitoring metrics" for the names of Google's own metrics.
package enum GoogleDashboard {
    private static let columns = 48
    private static let perRow = 3
    private static let height = 16
    private static let textHeight = 4

    /// What Google measures: its name in PromQL, and what the panel says.
    private static let own: [(title: String, unit: String, advice: String, expression: String, legend: String)] = [
        (
            "Messages left of subscriptions", "1",
            "A stage whose subscription grows is too slow or fails: read its log. Counters grow all night; that is their use.",
            "sum by (subscription_id) (pubsub_googleapis_com:subscription_num_undelivered_messages"
                + "{monitored_resource=\"pubsub_subscription\"})", "${subscription_id}"
        ),
        (
            "Messages published to topics", "1/s", "A stream at 0 beside others that move: its stage does not publish.",
            "sum by (topic_id) (rate(pubsub_googleapis_com:topic_send_message_operation_count"
                + "{monitored_resource=\"pubsub_topic\"}[5m]))", "${topic_id}"
        ),
        (
            "Instances of services", "1", "At the service's largest number while messages are left: raise its limit.",
            "sum by (service_name) (run_googleapis_com:container_instance_count"
                + "{monitored_resource=\"cloud_run_revision\"})", "${service_name}"
        ),
        (
            "CPU of machines", "1", "Near 1: use a larger machine type, or more consumers.",
            "avg by (instance_name) (compute_googleapis_com:instance_cpu_utilization"
                + "{monitored_resource=\"gce_instance\"})", "${instance_name}"
        ),
    ]

    /// The file's text.
    package static var text: String { DashboardText.json(fields) }

    /// A query for Cloud Monitoring, over all instances.
    static func expression(_ query: DashboardPanel.Query) -> String {
        query.expression.replacing(",SELECT", with: "").replacing("{SELECT}", with: "").replacing("RANGE", with: "5m")
    }

    private static var fields: [String: Any] {
        [
            "displayName": "Nightjar", "labels": ["nightjar": ""],
            "mosaicLayout": ["columns": columns, "tiles": tiles] as [String: Any],
        ]
    }

    private static var tiles: [[String: Any]] {
        var tiles: [[String: Any]] = []
        var top = 0
        for section in DashboardPanel.Section.allCases {
            let charts = DashboardPanel.all.filter { $0.section == section }.map { panel in
                (panel.title, panel.advice, chart(panel))
            }
            add(section.rawValue, charts, to: &tiles, &top)
        }
        let charts = own.map { panel in
            (panel.title, panel.advice, chart(panel.title, panel.unit, [(panel.expression, panel.legend)], false))
        }
        add("What Google measures", charts, to: &tiles, &top)
        return tiles
    }

    /// A header, what to do about each chart, and the charts.
    private static func add(
        _ section: String, _ charts: [(title: String, advice: String, widget: [String: Any])],
        to tiles: inout [[String: Any]], _ top: inout Int
    ) {
        func add(_ widget: [String: Any], x: Int = 0, y: Int, width: Int = columns, height: Int) {
            var tile: [String: Any] = ["width": width, "height": height, "widget": widget]
            // The service leaves out what is 0.
            if x > 0 { tile["xPos"] = x }
            if y > 0 { tile["yPos"] = y }
            tiles.append(tile)
        }
        add(["title": section, "sectionHeader": ["dividerBelow": true] as [String: Any]], y: top, height: textHeight)
        top += textHeight
        let advice = charts.map { "- **\($0.title)**: \($0.advice)" }.joined(separator: "\n")
        let length = textHeight + 2 * charts.count
        add(["title": "What to do", "text": ["content": advice, "format": "MARKDOWN"]], y: top, height: length)
        top += length
        for (number, chart) in charts.enumerated() {
            let width = columns / perRow
            add(
                chart.widget, x: number % perRow * width, y: top + number / perRow * height, width: width,
                height: height)
        }
        top += (charts.count + perRow - 1) / perRow * height
    }

    private static func chart(_ panel: DashboardPanel) -> [String: Any] {
        chart(
            panel.title, unit(panel.unit), panel.queries.map { (expression($0), legend($0.legend)) }, panel.isStacked)
    }

    private static func chart(
        _ title: String, _ unit: String, _ queries: [(expression: String, legend: String)], _ isStacked: Bool
    ) -> [String: Any] {
        let sets = queries.map { query -> [String: Any] in
            [
                "plotType": isStacked ? "STACKED_AREA" : "LINE", "targetAxis": "Y1", "legendTemplate": query.legend,
                "timeSeriesQuery": ["prometheusQuery": query.expression, "unitOverride": unit],
            ]
        }
        let axis = ["label": label(unit), "scale": "LINEAR"]
        return ["title": title, "xyChart": ["dataSets": sets, "yAxis": axis] as [String: Any]]
    }

    private static func legend(_ parts: [DashboardPanel.Legend]) -> String {
        parts.map { part in
            switch part {
            case .label(let name): "${\(name)}"
            case .word(let word): word
            }
        }.joined(separator: " ")
    }

    /// By the Unified Code for Units of Measure.
    private static func unit(_ unit: DashboardPanel.Unit) -> String {
        switch unit {
        case .count, .yesNo: "1"
        case .perSecond: "1/s"
        case .seconds: "s"
        case .bytes: "By"
        case .bytesPerSecond: "By/s"
        case .share: "10^2.%"
        }
    }

    private static func label(_ unit: String) -> String {
        switch unit {
        case "s": "s"
        case "1/s": "a second"
        case "By": "bytes"
        case "By/s": "bytes/s"
        case "10^2.%": "share"
        default: "number"
        }
    }
}
