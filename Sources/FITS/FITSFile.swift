internal import CCFITSIO

/// A FITS file on the disk, whose first image is read; closed when its owner lets go.
package struct FITSFile: ~Copyable {
    private let file: UnsafeMutablePointer<fitsfile>

    /// Opens a file at its first image.
    ///
    /// - Throws: ``FITSError`` where the file is missing or is no FITS file.
    package init(path: String) throws(FITSError) {
        var status: CInt = 0
        var opened: UnsafeMutablePointer<fitsfile>?
        // ffdkopn takes the path as it is; the other calls read filters in brackets out of it.
        guard ffdkopn(&opened, path, READONLY, &status) == 0, let opened else {
            throw FITSError(.notFITS, detail: "no FITS file (cfitsio \(status))")
        }
        file = opened
    }

    deinit {
        var ignored: CInt = 0
        ffclos(file, &ignored)
    }

    /// The pixels along the two axes of the image; `nil` where it has not two axes.
    package var size: (width: Int, height: Int)? {
        var (status, bits, axes): (CInt, CInt, CInt) = (0, 0, 0)
        var lengths = [0, 0]
        guard ffgipr(file, 2, &bits, &axes, &lengths, &status) == 0, axes == 2 else { return nil }
        return (lengths[0], lengths[1])
    }

    /// The finite number that a keyword of the header has.
    ///
    /// - Throws: ``FITSError`` where the header has no such number.
    package func number(_ keyword: String) throws(FITSError) -> Double {
        var status: CInt = 0
        var value = 0.0
        guard ffgkyd(file, keyword, &value, nil, &status) == 0, value.isFinite else {
            throw FITSError(.notFITS, detail: "its header has no number \(keyword)")
        }
        return value
    }

    /// The first `count` pixels, row by row, the first row at the bottom; NaN where a pixel has no value.
    ///
    /// - Throws: ``FITSError`` where the file has not so many.
    package func pixels(_ count: Int) throws(FITSError) -> [Float] {
        var (status, anyMissing): (CInt, CInt) = (0, 0)
        var values = [Float](repeating: .nan, count: count)
        var missing = Float.nan
        guard ffgpv(file, TFLOAT, 1, Int64(count), &missing, &values, &anyMissing, &status) == 0 else {
            throw FITSError(
                .notFITS, detail: "its pixels cannot be read (cfitsio \(status)); the file may be cut")
        }
        return values
    }
}
