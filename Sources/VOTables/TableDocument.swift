/// A table in one of the forms in which tables are sent.
package struct TableDocument {
    /// The forms.
    package enum Format: String, Sendable, CaseIterable {
        case votable, csv, tsv, fits

        /// The media type.
        package var mediaType: String {
            switch self {
            case .votable: "application/x-votable+xml"
            case .csv: "text/csv; charset=utf-8; header=present"
            case .tsv: "text/tab-separated-values; charset=utf-8"
            case .fits: "application/fits"
            }
        }

        /// What files of it are called behind the dot.
        package var fileExtension: String { self == .votable ? "vot" : rawValue }
    }

    // One of them, which grows in its place.
    private var votable: VOTableWriter?
    private var delimited: DelimitedWriter?
    private var fits: FITSTableWriter?
    /// How many rows it has.
    package private(set) var count = 0

    /// A table at its beginning.
    ///
    /// - Parameters:
    ///   - format: Its form.
    ///   - fields: Its columns.
    ///   - name: Its name.
    ///   - infos: What a VOTable says of it beside.
    ///   - descriptor: A service that a VOTable names.
    package init(
        _ format: Format, _ fields: [TableField], name: String,
        infos: [(name: String, value: String, text: String)] = [], descriptor: VOTableWriter.Descriptor? = nil
    ) {
        switch format {
        case .votable: votable = VOTableWriter(fields, name: name, infos: infos, descriptor: descriptor)
        case .csv: delimited = DelimitedWriter(fields)
        case .tsv: delimited = DelimitedWriter(fields, isTabbed: true)
        case .fits: fits = FITSTableWriter(fields, name: name)
        }
    }

    /// Bytes so far.
    package var length: Int { votable?.bytes.count ?? delimited?.bytes.count ?? fits?.length ?? 0 }

    /// Adds a row.
    package mutating func add(_ row: [TableCell]) {
        count += 1
        votable?.add(row)
        delimited?.add(row)
        fits?.add(row)
    }

    /// Ends the document.
    ///
    /// - Parameter isTruncated: Whether there are more rows, which a VOTable says.
    /// - Returns: The whole document.
    package consuming func end(isTruncated: Bool = false) -> [UInt8] {
        votable?.end(isTruncated: isTruncated) ?? delimited?.bytes ?? fits?.end() ?? []
    }
}
