internal import HTTP
internal import Query

/// A request to the Virtual Observatory's paths, whose parameters' names are compared without case.
///
/// Source: DALI 1.1 (Dowler et al. 2017), section 2 and 3.
struct ObservatoryQuestion {
    let method: HTTPMethod
    /// The path's parts behind `vo`.
    let parts: [String]
    /// All parameters, of the query and of a form's body, in their order.
    let parameters: [(name: String, value: String)]
    /// `http://HOST` as the client knows this server.
    let address: String
    let readers: ReaderPool
    let settings: WebSettings
    let statements: StatementGate

    /// The last value that was given to a parameter; `nil` for none and for an empty one.
    subscript(name: String) -> String? {
        parameters.last { $0.name.uppercased() == name && !$0.value.isEmpty }?.value
    }

    /// All values of a parameter.
    func all(_ name: String) -> [String] {
        parameters.filter { $0.name.uppercased() == name && !$0.value.isEmpty }.map(\.value)
    }

    /// Reads the folders.
    func read<Value>(_ body: (DataReader) throws -> Value) throws -> Value { try readers.read(body) }

    /// The tables of the folders.
    func tables() throws -> TableAccess { try readers.read { try readers.tables.access($0) } }

    /// An address below `/vo`.
    func link(_ path: String) -> String { "\(address)/vo/\(path)" }

    /// Where this server is, as a client named it. What is no name of a host is not repeated.
    static func address(of request: HTTPRequest) -> String {
        func header(_ name: String) -> String? {
            request.headers.first { $0.name.lowercased() == name }?.value
        }
        let host = header("host") ?? ""
        let isSound = host.wholeMatch(of: /([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:]{2,39}\])(:[0-9]{1,5})?/) != nil
        let scheme = header("x-forwarded-proto")?.lowercased() == "https" ? "https" : "http"
        return "\(scheme)://\(isSound ? host : "localhost")"
    }
}
