internal import Broker
internal import Pipeline

/// What systemd is told of a run.
enum RunSupervision {
    static func questions(of monitor: RunMonitor) -> Supervision.Questions {
        Supervision.Questions(
            isReady: { monitor.isReading },
            beats: {
                Dictionary(uniqueKeysWithValues: monitor.snapshot.beats.map { ($0.key.rawValue, $0.value) })
            },
            status: { status(monitor.snapshot) })
    }

    static func status(_ now: RunMonitor.Snapshot) -> String {
        var parts = ["\(ReportText.grouped(now.report[.received])) alerts"]
        let lag = now.partitions.compactMap { partition in partition.end.map { max(0, $0 - partition.position) } }
        if !lag.isEmpty {
            parts.append("\(ReportText.grouped(Int(lag.reduce(0, +)))) messages behind in \(lag.count) partitions")
        }
        let letters = now.report[.deadLettered]
        if letters > 0 { parts.append("\(ReportText.grouped(letters)) dead letters") }
        return parts.joined(separator: ", ")
    }
}
