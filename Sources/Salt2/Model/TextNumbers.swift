internal import Glibc

/// The numbers of a text file, with comment lines (`#`) left out.
enum TextNumbers {
    /// A file of these models has 40 MB at most.
    private static let largestFile = 256 << 20

    /// The file's words, with the lines that start with `#` left out.
    static func tokens(path: String) throws(Salt2Error) -> [Substring] {
        let bytes = try read(path)
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .filter { !$0.hasPrefix("#") }.flatMap { $0.split(whereSeparator: \.isWhitespace) }
    }

    /// Every number of the file, in order; lines that begin with a letter are passed over where that is asked for.
    static func numbers(
        path: String, skippingWordLines: Bool = false, endingInNewline: Bool = false
    ) throws(Salt2Error) -> [Double] {
        var bytes = try read(path)
        if endingInNewline, !bytes.isEmpty, bytes.last != 0x0a {
            throw Salt2Error(.cutFile, location: path, detail: "the last line has no end")
        }
        bytes.append(0)  // strtod stops at it
        var numbers: [Double] = []
        numbers.reserveCapacity(bytes.count / 8)
        var fault: Int?
        bytes.withUnsafeBytes { raw in
            guard let base = raw.bindMemory(to: CChar.self).baseAddress else { return }
            let end = base + raw.count - 1
            var at = base
            while at < end {
                let byte = UInt8(bitPattern: at.pointee)
                if byte == 0x20 || (byte >= 0x09 && byte <= 0x0d) {
                    at += 1
                } else if byte == UInt8(ascii: "#") || (skippingWordLines && (byte | 0x20) >= UInt8(ascii: "a")) {
                    while at < end, UInt8(bitPattern: at.pointee) != 0x0a { at += 1 }
                } else {
                    var stop: UnsafeMutablePointer<CChar>?
                    let number = strtod(at, &stop)
                    guard let stop, stop > UnsafeMutablePointer(mutating: at), number.isFinite else {
                        fault = at - base
                        return
                    }
                    numbers.append(number)
                    at = UnsafePointer(stop)
                }
            }
        }
        if let fault { throw Salt2Error(.unreadableFile, location: path, detail: "no finite number at byte \(fault)") }
        return numbers
    }

    private static func read(_ path: String) throws(Salt2Error) -> [UInt8] {
        func unreadable(_ detail: String) -> Salt2Error { Salt2Error(.unreadableFile, location: path, detail: detail) }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { throw Salt2Error(.missingFile, location: path, detail: "no such file") }
            throw unreadable("cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw unreadable("cannot be read: \(String(cString: strerror(errno)))") }
        let size = Int(status.st_size)
        guard size <= largestFile else { throw unreadable("\(size) bytes are too many") }
        var fault: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, filled in
            while filled < size {
                let count = Glibc.read(file, buffer.baseAddress.map { $0 + filled }, size - filled)
                if count < 0 { fault = errno }
                guard count > 0 else { return }
                filled += count
            }
        }
        guard fault == 0 else { throw unreadable("cannot be read: \(String(cString: strerror(fault)))") }
        return bytes
    }
}
