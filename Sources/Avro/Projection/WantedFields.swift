/// The wanted fields below a field: the wanted paths of a projection as a tree.
struct WantedFields {
    /// The slot of its value, if it is wanted itself.
    var slot: Int32?
    /// The slot of the range of its bytes.
    var span: Int32?
    /// The index of its list.
    var list: Int?
    private(set) var children: [String: WantedFields] = [:]

    /// Pairs of slots for paths that are wanted more than once.
    typealias Copies = [(from: Int32, to: Int32)]

    /// The tree of a list of columns, whose slots are their indexes.
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

    /// Changes the field at the end of a path, which is added if it is missing.
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
