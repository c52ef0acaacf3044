internal import Foundation

/// Where what can be had again is kept between runs: systemd's CACHE_DIRECTORY, or nightjar/ below XDG_CACHE_HOME or ~/.cache.
///
/// Source: systemd.exec(5), CacheDirectory=; XDG Base Directory Specification 0.8.
enum CacheFolder {
    /// The path of a folder in it, which need not be there; `nil` where the environment names no place.
    static func path(_ name: String) -> String? {
        let environment = ProcessInfo.processInfo.environment
        // Relative paths are to be ignored.
        func place(_ variable: String) -> String? {
            environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        if let folders = place("CACHE_DIRECTORY"), let first = folders.split(separator: ":").first {
            return "\(first)/\(name)"
        }
        if let caches = place("XDG_CACHE_HOME") { return "\(caches)/nightjar/\(name)" }
        return place("HOME").map { "\($0)/.cache/nightjar/\(name)" }
    }
}
