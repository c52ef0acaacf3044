internal import CCFITSIO

/// The first table of a FITS file on the disk, binary or ASCII, read some rows at a time; closed when its owner lets go.
///
/// Source: FITS 4.0 (Pence et al. 2010, A&A 524, A42), sections 7.2 and 7.3, as cfitsio reads it. What the header claims is held
/// against the file's length before a row is read.
package struct FITSTable: ~Copyable {
    /// A column.
    package struct Column: Hashable, Sendable {
        /// What its values are.
        package enum Kind: Hashable, Sendable {
            case integer, real, text, flag
            /// Several values a row, complex numbers or bits, which are not read.
            case other
        }

        /// TTYPE, without blanks at its ends.
        package let name: String
        /// What its values are.
        package let kind: Kind
        /// TUNIT; empty where the header has none.
        package let unit: String
        /// Bytes of a text.
        let width: Int
    }

    /// The values of a column in some rows; `nil` where there is none.
    package enum Values {
        case integers([Int64?])
        /// NaN where there is none.
        case reals([Double])
        case texts([String?])
    }

    /// Its columns.
    package let columns: [Column]
    /// How many rows it has.
    package let count: Int
    /// Rows to read at once, so that a column of them takes little memory.
    package let step: Int
    private let file: UnsafeMutablePointer<fitsfile>

    /// Bytes of a row, and of a text, at most.
    private static let (longestRow, longestText) = (1 << 24, 0xFFFF)

    /// Opens a file at its first table.
    ///
    /// - Throws: ``FITSError`` where the file is missing, has no table, or is shorter than its header says.
    package init(path: String) throws(FITSError) {
        try FITSHeaders.check(path)
        var status: CInt = 0
        var opened: UnsafeMutablePointer<fitsfile>?
        // ffdkopn takes the path as it is; the other calls read filters in brackets out of it.
        guard ffdkopn(&opened, path, READONLY, &status) == 0, let opened else {
            throw FITSError(.notFITS, detail: "no FITS file (cfitsio \(status))")
        }
        do throws(FITSError) {
            (count, step, columns) = try Self.shape(of: opened)
            file = opened
        } catch {
            var ignored: CInt = 0
            ffclos(opened, &ignored)
            throw error
        }
    }

    deinit {
        var ignored: CInt = 0
        ffclos(file, &ignored)
    }

    private static func shape(
        of file: UnsafeMutablePointer<fitsfile>
    ) throws(FITSError) -> (count: Int, step: Int, columns: [Column]) {
        var (status, kind): (CInt, CInt) = (0, IMAGE_HDU)
        for _ in 0..<1_000 where kind == IMAGE_HDU {
            guard ffmrhd(file, 1, &kind, &status) == 0 else {
                throw FITSError(.notFITS, detail: "it has no table (cfitsio \(status))")
            }
        }
        var (rows, width, total): (LONGLONG, LONGLONG, CInt) = (0, 0, 0)
        var (head, data, end): (LONGLONG, LONGLONG, LONGLONG) = (0, 0, 0)
        guard ffgnrwll(file, &rows, &status) == 0, ffgncl(file, &total, &status) == 0,
            ffghadll(file, &head, &data, &end, &status) == 0,
            ffgkyjj(file, "NAXIS1", &width, nil, &status) == 0
        else { throw FITSError(.notFITS, detail: "its table's header cannot be used (cfitsio \(status))") }
        guard (1...longestRow).contains(Int(width)) else {
            throw FITSError(.tooLarge, detail: "a row of its table has \(width) bytes; \(longestRow) are read at most")
        }
        let (bytes, isTooMuch) = rows.multipliedReportingOverflow(by: width)
        guard rows >= 0, !isTooMuch, bytes <= Int64(file.pointee.Fptr.pointee.filesize) - data else {
            throw FITSError(.notFITS, detail: "the file ends before the \(rows) rows of its table")
        }
        var columns: [Column] = []
        for number in 0..<total { columns.append(try column(number + 1, of: file, isASCII: kind == ASCII_TBL)) }
        return (Int(rows), max(1, min(8_192, (1 << 22) / Int(width))), columns)
    }

    private static func column(
        _ number: CInt, of file: UnsafeMutablePointer<fitsfile>, isASCII: Bool
    ) throws(FITSError) -> Column {
        var (status, code, count, width): (CInt, CInt, LONGLONG, LONGLONG) = (0, 0, 0, 0)
        var name = [CChar](repeating: 0, count: Int(FLEN_VALUE))
        var unit = name
        // The type that values have once TSCAL and TZERO are applied.
        ffeqtyll(file, number, &code, &count, &width, &status)
        if isASCII {
            ffgacl(file, number, &name, nil, &unit, nil, nil, nil, nil, nil, &status)
        } else {
            ffgbclll(file, number, &name, &unit, nil, nil, nil, nil, nil, nil, &status)
        }
        guard status == 0 else {
            throw FITSError(.notFITS, detail: "column \(number) of its table cannot be used (cfitsio \(status))")
        }
        let isOne = count == 1
        let kind: Column.Kind =
            switch code {
            case TSTRING where (1...Int64(longestText)).contains(width) && (count == width || isOne): .text
            case TLOGICAL where isOne: .flag
            case TBYTE where isOne, TSBYTE where isOne, TSHORT where isOne, TUSHORT where isOne, TINT where isOne,
                TUINT where isOne, TLONG where isOne, TULONG where isOne, TLONGLONG where isOne,
                TULONGLONG where isOne:
                .integer
            case TFLOAT where isOne, TDOUBLE where isOne: .real
            default: .other
            }
        return Column(name: text(name), kind: kind, unit: text(unit), width: Int(width))
    }

    private static func text(_ letters: [CChar]) -> String {
        String(decoding: letters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    // MARK: - Rows

    /// The values of a column, one whose kind is not ``Column/Kind/other``, in some of the rows.
    ///
    /// - Throws: ``FITSError``, with the row, where they cannot be read.
    package func values(of column: Int, in rows: Range<Int>) throws(FITSError) -> Values {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= count, "beyond the table")
        var (status, any): (CInt, CInt) = (0, 0)
        let (number, first, many) = (CInt(column + 1), LONGLONG(rows.lowerBound + 1), LONGLONG(rows.count))
        var missing = [CChar](repeating: 0, count: rows.count)
        let values: Values
        switch columns[column].kind {
        case .integer:
            var numbers = [LONGLONG](repeating: 0, count: rows.count)
            ffgcfjj(file, number, first, 1, many, &numbers, &missing, &any, &status)
            values = .integers(zip(numbers, missing).map { $1 == 0 ? Int64($0) : nil })
        case .flag:
            var flags = [CChar](repeating: 0, count: rows.count)
            ffgcfl(file, number, first, 1, many, &flags, &missing, &any, &status)
            values = .integers(zip(flags, missing).map { $1 == 0 ? Int64($0) : nil })
        case .real:
            var numbers = [Double](repeating: .nan, count: rows.count)
            ffgcfd(file, number, first, 1, many, &numbers, &missing, &any, &status)
            values = .reals(zip(numbers, missing).map { $1 == 0 ? $0 : .nan })
        case .text:
            values = .texts(texts(number, first, rows.count, columns[column].width, &status))
        case .other: preconditionFailure("a column that is not read")
        }
        guard status == 0 else {
            throw FITSError(
                .notFITS,
                detail: "row \(first) and those after it have no sound \(columns[column].name) (cfitsio \(status))")
        }
        return values
    }

    private func texts(
        _ number: CInt, _ first: LONGLONG, _ count: Int, _ width: Int, _ status: inout CInt
    ) -> [String?] {
        var (any, missing): (CInt, [CChar]) = (0, [CChar](repeating: 0, count: count))
        let room = width + 1
        let memory = UnsafeMutablePointer<CChar>.allocate(capacity: count * room)
        defer { memory.deallocate() }
        memory.initialize(repeating: 0, count: count * room)
        var places: [UnsafeMutablePointer<CChar>?] = (0..<count).map { memory + $0 * room }
        ffgcfs(file, number, first, 1, LONGLONG(count), &places, &missing, &any, &status)
        guard status == 0 else { return [] }
        return (0..<count).map { row in
            let bytes = UnsafeBufferPointer(start: memory + row * room, count: width).prefix { $0 != 0 }
            let end = bytes.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? bytes.startIndex
            guard missing[row] == 0, end > bytes.startIndex else { return nil }
            return String(decoding: bytes[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
