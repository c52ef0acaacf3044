internal import Pipeline
internal import PubSub

extension Message {
    /// The attributes that Pub/Sub takes: at most 100, of at most 1,024 bytes each.
    ///
    /// What is left out of more is in the message itself: first the values of matches and scores, from the last on, then the
    /// cuts, which are true of each message of their filter. A list of filters that is too long ends with a whole name.
    var pubSubAttributes: [String: String] {
        var attributes = attributes
        for (name, value) in attributes where value.utf8.count > PubSub.Limits.attributeValueBytes {
            let kept = String(value.unicodeScalars.prefix(PubSub.Limits.attributeValueBytes / 4))
            attributes[name] = name == Self.passes ? Self.wholeNames(value) : kept
        }
        guard attributes.count > PubSub.Limits.attributes else { return attributes }
        let computed = products.alert.columns.dropFirst(FilterVerdict.columns.count).map(\.name)
        let cuts = attributes.keys.filter { $0.hasPrefix("cut_") }.sorted()
        for name in computed.reversed() + cuts.reversed() where attributes.count > PubSub.Limits.attributes {
            attributes[name] = nil
        }
        return attributes
    }

    private static let passes = "passes"

    private static func wholeNames(_ list: String) -> String {
        let part = String(list.prefix(PubSub.Limits.attributeValueBytes + 1))
        return part.lastIndex(of: ",").map { String(part[..<$0]) } ?? ""
    }
}
