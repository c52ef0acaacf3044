internal import Broker
internal import Foundation
internal import Metrics

/// What every program of Nightjar tells of itself.
enum ProcessMetrics {
    /// When this was first asked for: as the program began to serve its metrics.
    static let start = Date.now

    static func add(to page: inout MetricsPage) {
        page.add(.build, Help.version, value: 1)
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
            let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
            page.add(.cpu, value: Double(seconds) + Double(microseconds) / 1e6)
        }
        // The second number is the resident memory in pages (proc(5)).
        if let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        {
            page.add(.memory, value: pages * Int(sysconf(Int32(_SC_PAGESIZE))))
        }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            page.add(.files, value: files.count)
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            page.add(.filesLimit, value: Double(limit.rlim_cur))
        }
        page.add(.start, value: start.timeIntervalSince1970)
    }

    /// The disk that a folder is on.
    static func add(diskOf folder: String, to page: inout MetricsPage) {
        guard let disk = DiskState(of: folder) else { return }
        page.add(.diskFree, value: Double(disk.free))
        page.add(.diskSize, value: Double(disk.size))
    }
}
