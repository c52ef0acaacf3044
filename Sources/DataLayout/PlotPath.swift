package import Alerts
internal import Escaping

/// Where plots lie below a data folder: `plots/<objectId>/<id>.png`.
package enum PlotPath {
    /// The path of an alert's plot; characters of the object's name that could leave the folder are escaped as %XX.
    package static func of(_ alert: Alert) -> String {
        let object = (alert.objectId ?? "unnamed").utf8.prefix(80)
        let name = PercentEncoding.escape(object, keeping: "-_", digits: .lowercase)
        return "plots/\(name.isEmpty ? "unnamed" : name)/\(alert.id).png"
    }
}
