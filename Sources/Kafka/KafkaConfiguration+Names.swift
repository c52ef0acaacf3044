internal import CKafka
internal import Glibc

extension KafkaConfiguration {
    /// The names of all properties that librdkafka has, by the table that it prints of them.
    package static let names: [String] = {
        var text: UnsafeMutablePointer<CChar>?
        var size = 0
        guard let stream = open_memstream(&text, &size) else { return [] }
        rd_kafka_conf_properties_show(stream)
        // Closing writes the last of it, and only then do address and size hold.
        fclose(stream)
        defer { free(text) }
        guard let text else { return [] }
        return String(cString: text).split(separator: "\n").compactMap { line in
            let columns = line.split(separator: "|", omittingEmptySubsequences: false)
            let name = columns[0].filter { $0 != " " }
            // Headings and rules of the table are no rows, and those have no small letter first.
            return columns.count > 3 && name.first?.isLowercase == true ? name : nil
        }
    }()
}
