internal import CExpat

/// Reads XML piece by piece with expat, and hands out what it finds in order. Used by one thread.
///
/// Entities of the document's own are refused, and so are deep nesting and long tags: a small text cannot become a large one.
package final class XMLStream {
    /// What is found.
    package enum Event {
        /// An element begins: its name without a prefix, and its attributes.
        case begin(String, [String: String])
        /// Text, in pieces as they come.
        case text(UnsafeRawBufferPointer)
        /// An element ends.
        case end(String)
    }

    private let parser: OpaquePointer
    private let handler: (Event) -> String?
    private var depth = 0
    private var fed: Int = 0
    private var failure: XMLError?

    /// Elements within elements, and bytes of a tag, at most.
    private static let (deepest, longestTag) = (64, 1 << 20)

    /// A stream at its beginning.
    ///
    /// - Parameter handler: What is called with all that is found, during ``parse(_:isLast:)``; it gives back what is wrong with
    ///   it, if anything is, and then nothing more is read.
    package init(_ handler: @escaping (Event) -> String?) {
        guard let parser = XML_ParserCreate(nil) else { preconditionFailure("no memory") }
        (self.parser, self.handler) = (parser, handler)
        // The stream outlives the parser, which it frees.
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(parser) {
            XMLStream.of($0)?.begin($1, $2)
        } _: {
            XMLStream.of($0)?.end($1)
        }
        XML_SetCharacterDataHandler(parser) { user, text, count in
            XMLStream.of(user)?.hand(.text(UnsafeRawBufferPointer(start: text, count: Int(count))))
        }
        XML_SetEntityDeclHandler(parser) { user, _, _, _, _, _, _, _, _ in
            XMLStream.of(user)?.fail("it declares entities of its own")
        }
    }

    deinit { XML_ParserFree(parser) }

    private static func of(_ user: UnsafeMutableRawPointer?) -> XMLStream? {
        user.map { Unmanaged<XMLStream>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Reads the next bytes.
    ///
    /// - Throws: ``XMLError`` with the line; every later call throws the same.
    package func parse(_ bytes: UnsafeRawBufferPointer, isLast: Bool) throws(XMLError) {
        if let failure { throw failure }
        let status = XML_Parse(parser, bytes.bindMemory(to: CChar.self).baseAddress, CInt(bytes.count), isLast ? 1 : 0)
        fed += bytes.count
        if status != XML_STATUS_OK, failure == nil {
            let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "it cannot be read"
            failure = XMLError(line: line, "no XML: \(reason)")
        } else if failure == nil, fed - Int(XML_GetCurrentByteIndex(parser)) > Self.longestTag {
            failure = XMLError(line: line, "a tag has more than \(Self.longestTag) bytes")
        }
        if let failure { throw failure }
    }

    private var line: Int { Int(XML_GetCurrentLineNumber(parser)) }

    private func hand(_ event: Event) {
        guard failure == nil else { return }
        if let reason = handler(event) { fail(reason) }
    }

    private func fail(_ reason: String) {
        if failure == nil { failure = XMLError(line: line, reason) }
        XML_StopParser(parser, 0)
    }

    private func begin(
        _ name: UnsafePointer<CChar>?, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    ) {
        guard failure == nil else { return }
        depth += 1
        guard depth <= Self.deepest else { return fail("elements lie more than \(Self.deepest) deep") }
        var values: [String: String] = [:]
        var at = 0
        while let attributes, let key = attributes[at], let value = attributes[at + 1] {
            values[String(cString: key)] = String(cString: value)
            at += 2
        }
        hand(.begin(Self.local(name), values))
    }

    private func end(_ name: UnsafePointer<CChar>?) {
        guard failure == nil else { return }
        depth -= 1
        hand(.end(Self.local(name)))
    }

    /// A name without its namespace's prefix.
    private static func local(_ name: UnsafePointer<CChar>?) -> String {
        guard let name else { return "" }
        let whole = String(cString: name)
        return whole.utf8.lastIndex(of: UInt8(ascii: ":")).map { String(whole[whole.utf8.index(after: $0)...]) }
            ?? whole
    }
}
