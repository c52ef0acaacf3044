/// Reads a query to a tree.
///
/// Source: ADQL 2.1 (Mantelet et al. 2023), appendix A.
struct ADQLParser {
    /// Parentheses and queries within one another at most.
    private static let deepest = 40

    let tokens: [ADQLToken]
    private(set) var at = 0
    private var depth = 0

    private init(_ tokens: [ADQLToken]) { self.tokens = tokens }

    static func query(_ text: String) throws(ADQLError) -> ADQLQueryTree {
        var parser = ADQLParser(try ADQLLexer.tokens(of: text))
        let query = try parser.query()
        _ = parser.takes(sign: ";")
        guard parser.current.kind == .end else { throw parser.unexpected("the end of the query") }
        return query
    }

    // MARK: - Tokens

    var current: ADQLToken { tokens[at] }
    var next: ADQLToken { tokens[min(at + 1, tokens.count - 1)] }

    mutating func advance() { if at < tokens.count - 1 { at += 1 } }

    func isAt(_ keyword: String) -> Bool { current.keyword == keyword }
    func isAt(sign: String) -> Bool { current.kind == .sign && current.text == sign }

    mutating func takes(_ keyword: String) -> Bool {
        guard isAt(keyword) else { return false }
        advance()
        return true
    }

    mutating func takes(sign: String) -> Bool {
        guard isAt(sign: sign) else { return false }
        advance()
        return true
    }

    mutating func expect(_ keyword: String) throws(ADQLError) {
        guard takes(keyword) else { throw unexpected(keyword) }
    }

    mutating func expect(sign: String) throws(ADQLError) {
        guard takes(sign: sign) else { throw unexpected("'\(sign)'") }
    }

    func unexpected(_ wanted: String) -> ADQLError {
        ADQLError(current.place, "\(wanted) is expected here, and not \(current.shown)")
    }

    /// Runs what may be nested.
    mutating func nested<Value>(
        _ body: (inout ADQLParser) throws(ADQLError) -> Value
    ) throws(ADQLError) -> Value {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw ADQLError(current.place, "more than \(Self.deepest) things lie one within the other here")
        }
        return try body(&self)
    }

    mutating func name(_ wanted: String) throws(ADQLError) -> ADQLName {
        let token = current
        guard token.kind == .delimited || token.kind == .word && !Self.reserved.contains(token.keyword) else {
            let isReserved = token.kind == .word
            throw isReserved
                ? ADQLError(
                    token.place,
                    "\(wanted) is expected here, and \(token.shown) is a word of ADQL; as a name put it in double quotes"
                )
                : unexpected(wanted)
        }
        advance()
        return ADQLName(text: token.text, isDelimited: token.kind == .delimited, place: token.place)
    }

    /// Whether a name is here: not a word of the language.
    var isAtName: Bool {
        current.kind == .delimited || current.kind == .word && !Self.reserved.contains(current.keyword)
    }

    mutating func count(_ wanted: String) throws(ADQLError) -> Int {
        guard current.kind == .whole, let value = Int(current.text), value <= 1 << 53 else {
            throw unexpected("a whole number of \(wanted)")
        }
        advance()
        return value
    }

    /// The words that are no names here. The standard reserves many more, which no rule of the grammar needs.
    private static let reserved: Set<String> = [
        "ALL", "AND", "AS", "ASC", "BETWEEN", "BY", "CASE", "CAST", "CROSS", "DESC", "DISTINCT", "ELSE", "END",
        "EXCEPT", "EXISTS",
        "FROM", "FULL", "GROUP", "HAVING", "ILIKE", "IN", "INNER", "INTERSECT", "INTO", "IS", "JOIN", "LEFT", "LIKE",
        "NATURAL", "NOT",
        "NULL", "OFFSET", "ON", "OR", "ORDER", "OUTER", "RIGHT", "SELECT", "THEN", "TOP", "UNION", "USING", "WHEN",
        "WHERE", "WITH",
    ]

    // MARK: - Queries

    mutating func query() throws(ADQLError) -> ADQLQueryTree {
        try nested { (parser) throws(ADQLError) in
            var named: [ADQLQueryTree.Named] = []
            if parser.takes("WITH") {
                repeat { named.append(try parser.named()) } while parser.takes(sign: ",")
            }
            var query = try parser.sets()
            query.named = named
            if parser.takes("ORDER") {
                try parser.expect("BY")
                repeat { query.order.append(try parser.ordering()) } while parser.takes(sign: ",")
            }
            if parser.takes("OFFSET") { query.offset = try parser.count("rows") }
            return query
        }
    }

    private mutating func named() throws(ADQLError) -> ADQLQueryTree.Named {
        let name = try name("a name for the query")
        var columns: [ADQLName] = []
        if takes(sign: "(") {
            repeat { columns.append(try self.name("a column's name")) } while takes(sign: ",")
            try expect(sign: ")")
        }
        try expect("AS")
        try expect(sign: "(")
        let query = try query()
        try expect(sign: ")")
        return .init(name: name, columns: columns, query: query)
    }

    private mutating func ordering() throws(ADQLError) -> (ADQLExpression, Bool) {
        let expression = try expression()
        if takes("DESC") { return (expression, true) }
        _ = takes("ASC")
        return (expression, false)
    }

    /// INTERSECT comes before UNION and EXCEPT.
    private mutating func sets() throws(ADQLError) -> ADQLQueryTree {
        var left = try intersections()
        while isAt("UNION") || isAt("EXCEPT") {
            var operation = current.keyword
            advance()
            if isAt("ALL") {
                guard operation == "UNION" else {
                    throw ADQLError(current.place, "EXCEPT ALL is not known here; leave ALL away")
                }
                advance()
                operation = "UNION ALL"
            }
            left = ADQLQueryTree(body: .set(operation, left, try intersections()))
        }
        return left
    }

    private mutating func intersections() throws(ADQLError) -> ADQLQueryTree {
        var left = try operand()
        while takes("INTERSECT") {
            guard !isAt("ALL") else {
                throw ADQLError(current.place, "INTERSECT ALL is not known here; leave ALL away")
            }
            left = ADQLQueryTree(body: .set("INTERSECT", left, try operand()))
        }
        return left
    }

    private mutating func operand() throws(ADQLError) -> ADQLQueryTree {
        if takes(sign: "(") {
            let query = try query()
            try expect(sign: ")")
            return query
        }
        return ADQLQueryTree(body: .select(try select()))
    }

    private mutating func select() throws(ADQLError) -> ADQLSelect {
        var select = ADQLSelect(place: current.place)
        try expect("SELECT")
        if takes("DISTINCT") { select.isDistinct = true } else { _ = takes("ALL") }
        if takes("TOP") { select.top = try count("rows") }
        repeat { select.items.append(try item()) } while takes(sign: ",")
        guard !isAt("INTO") else { throw ADQLError(current.place, "nothing can be written here, so INTO is not known") }
        try expect("FROM")
        repeat { select.from.append(try source()) } while takes(sign: ",")
        if takes("WHERE") { select.condition = try expression() }
        if takes("GROUP") {
            try expect("BY")
            repeat { select.groups.append(try expression()) } while takes(sign: ",")
        }
        if takes("HAVING") { select.having = try expression() }
        return select
    }

    private mutating func item() throws(ADQLError) -> ADQLSelect.Item {
        let start = at
        let place = current.place
        if takes(sign: "*") { return .all([], place) }
        // `table.*`, or `schema.table.*`.
        if isAtName {
            var parts = [try name("a name")]
            while isAt(sign: "."), parts.count < 3 {
                advance()
                if takes(sign: "*") { return .all(parts, place) }
                parts.append(try name("a name"))
            }
            at = start
        }
        let value = try expression()
        if takes("AS") { return .value(value, name: try name("a name for the column")) }
        return .value(value, name: isAtName ? try name("a name for the column") : nil)
    }
}
