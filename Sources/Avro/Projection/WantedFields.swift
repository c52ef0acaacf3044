/// Which fields below one field a projection wants: the wanted paths as a tree.
struct WantedFields {
    /// Where its value goes, where it is wanted itself.
    var slot: Int32?
    /// Where its bytes' range goes.
    var span: Int32?
    /// Which list it is.
    var list: Int?
    private(set) var children: [String: WantedFields] = [:]

    /// A pair of slots for each path that was wanted before.
    typealias Copies = [(from: Int32, to: Int32)]

    /// The tree of a list of columns, whose slots are their places.
    init(columns: [String] = [], copies: inout Copies) {
        for (index, path) in columns.enumerated() {
            let slot = Int32(truncatingIfNeeded: index)
            change(Self.parts(path)) { field in
                if let first = field.slot { copies.append((first, slot)) } else { field.slot = slot }
            }
        }
    }

    private init() {}

    static func parts(_ path: String) -> ArraySlice<String> {
        path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)[...]
    }

    /// Changes the field at the end of a path, putting it there if need be.
    mutating func change(_ path: ArraySlice<String>, _ edit: (inout WantedFields) -> Void) {
        guard let first = path.first else { return edit(&self) }
        children[first, default: WantedFields()].change(path.dropFirst(), edit)
    }

    /// The field at the end of a path.
    func find(_ path: ArraySlice<String>) -> WantedFields? {
        guard let first = path.first else { return self }
        return children[first]?.find(path.dropFirst())
    }
}
