extension ADQLParser {
    /// A table or a query, with those that are joined to it.
    mutating func source() throws(ADQLError) -> ADQLSource {
        var left = try single()
        while let join = try joining() {
            let right = try single()
            let match: ADQLSource.Match
            if join.isNatural {
                match = .natural
            } else if join.kind == "CROSS" {
                match = .none
            } else if takes("ON") {
                match = .on(try expression())
            } else if takes("USING") {
                try expect(sign: "(")
                var names: [ADQLName] = []
                repeat { names.append(try name("a column's name")) } while takes(sign: ",")
                try expect(sign: ")")
                match = .using(names)
            } else {
                throw unexpected("ON or USING")
            }
            left = .join(join.kind, left, right, match, join.place)
        }
        return left
    }

    private mutating func joining() throws(ADQLError) -> (kind: String, isNatural: Bool, place: ADQLError.Place)? {
        let place = current.place
        let isNatural = takes("NATURAL")
        var kind = "INNER"
        if takes("CROSS") {
            kind = "CROSS"
        } else if ["LEFT", "RIGHT", "FULL"].contains(current.keyword) {
            kind = current.keyword
            advance()
            _ = takes("OUTER")
        } else if !takes("INNER"), !isAt("JOIN") {
            guard !isNatural else { throw unexpected("JOIN") }
            return nil
        }
        try expect("JOIN")
        return (kind, isNatural, place)
    }

    private mutating func single() throws(ADQLError) -> ADQLSource {
        if takes(sign: "(") {
            return try nested { (parser) throws(ADQLError) in
                // A query, or a join in parentheses.
                guard parser.isAt("SELECT") || parser.isAt("WITH") || parser.hasQueryAhead
                else {
                    let source = try parser.source()
                    try parser.expect(sign: ")")
                    return source
                }
                let query = try parser.query()
                try parser.expect(sign: ")")
                _ = parser.takes("AS")
                return .query(query, alias: try parser.name("a name for the query in parentheses"))
            }
        }
        var parts = [try name("a table's name")]
        while takes(sign: ".") {
            guard parts.count < 3 else { throw unexpected("a table's name of three parts at most") }
            parts.append(try name("a table's name"))
        }
        if takes("AS") { return .table(parts, alias: try name("a name for the table")) }
        return .table(parts, alias: isAtName ? try name("a name for the table") : nil)
    }

    /// Whether the parenthesis here holds a query, and not a value that begins with one: `((SELECT ...) + 1)`.
    var hasQueryAhead: Bool { isAt(sign: "(") && holdsQuery(at) }

    private func holdsQuery(_ start: Int) -> Bool {
        var inner = start + 1
        var depth = 1
        // Down to the innermost of parentheses that follow one another, and back up as long as queries follow.
        while isSign("(", inner) {
            inner += 1
            depth += 1
        }
        guard ["SELECT", "WITH"].contains(tokens[inner].keyword) else { return false }
        while depth > 1 {
            guard let end = closing(inner) else { return true }
            let after = tokens[min(end + 1, tokens.count - 1)]
            let goesOn = ["UNION", "EXCEPT", "INTERSECT", "ORDER", "OFFSET"].contains(after.keyword)
            guard goesOn || isSign(")", end + 1) else { return false }
            (inner, depth) = (end + 1, depth - 1)
        }
        return true
    }

    private func isSign(_ sign: String, _ index: Int) -> Bool {
        index < tokens.count && tokens[index].kind == .sign && tokens[index].text == sign
    }

    /// The parenthesis that closes the one that a place lies in.
    private func closing(_ start: Int) -> Int? {
        var depth = 1
        for index in start..<tokens.count {
            if isSign("(", index) { depth += 1 }
            if isSign(")", index) { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }
}
