extension ADQLParser {
    /// A value or a condition.
    mutating func expression() throws(ADQLError) -> ADQLExpression {
        try nested { (parser) throws(ADQLError) in
            let place = parser.current.place
            var parts = [try parser.conjunction()]
            while parser.takes("OR") { parts.append(try parser.conjunction()) }
            return parts.count == 1 ? parts[0] : ADQLExpression(.any(parts), place)
        }
    }

    private mutating func conjunction() throws(ADQLError) -> ADQLExpression {
        let place = current.place
        var parts = [try negation()]
        while takes("AND") { parts.append(try negation()) }
        return parts.count == 1 ? parts[0] : ADQLExpression(.all(parts), place)
    }

    private mutating func negation() throws(ADQLError) -> ADQLExpression {
        let place = current.place
        guard takes("NOT") else { return try predicate() }
        return try nested { (parser) throws(ADQLError) in ADQLExpression(.not(try parser.negation()), place) }
    }

    private mutating func predicate() throws(ADQLError) -> ADQLExpression {
        let place = current.place
        if takes("EXISTS") {
            try expect(sign: "(")
            let query = try query()
            try expect(sign: ")")
            return ADQLExpression(.exists(query), place)
        }
        let left = try sum()
        let sign = current
        if sign.kind == .sign, ["=", "<>", "!=", "<", "<=", ">", ">="].contains(sign.text) {
            advance()
            return ADQLExpression(.comparison(sign.text == "!=" ? "<>" : sign.text, left, try sum()), sign.place)
        }
        if takes("IS") {
            let isNot = takes("NOT")
            try expect("NULL")
            let isNull = ADQLExpression(.isNull(left), place)
            return isNot ? ADQLExpression(.not(isNull), place) : isNull
        }
        let isNot = isAt("NOT") && ["BETWEEN", "IN", "LIKE", "ILIKE"].contains(next.keyword)
        if isNot { advance() }
        guard let found = try relation(left, place) else { return left }
        return isNot ? ADQLExpression(.not(found), place) : found
    }

    private mutating func relation(
        _ left: ADQLExpression, _ place: ADQLError.Place
    ) throws(ADQLError) -> ADQLExpression? {
        if takes("BETWEEN") {
            let low = try sum()
            try expect("AND")
            return ADQLExpression(.between(left, low, try sum()), place)
        }
        if isAt("LIKE") || isAt("ILIKE") {
            let ignoringCase = isAt("ILIKE")
            advance()
            return ADQLExpression(.like(left, try sum(), ignoringCase: ignoringCase), place)
        }
        guard takes("IN") else { return nil }
        try expect(sign: "(")
        if isAt("SELECT") || isAt("WITH") || hasQueryAhead {
            let query = try query()
            try expect(sign: ")")
            return ADQLExpression(.isInQuery(left, query), place)
        }
        var values: [ADQLExpression] = []
        repeat { values.append(try sum()) } while takes(sign: ",")
        try expect(sign: ")")
        return ADQLExpression(.isIn(left, values), place)
    }

    private mutating func sum() throws(ADQLError) -> ADQLExpression {
        var left = try product()
        while isAt(sign: "+") || isAt(sign: "-") || isAt(sign: "||") {
            let sign = current
            advance()
            left = ADQLExpression(.arithmetic(sign.text, left, try product()), sign.place)
        }
        return left
    }

    private mutating func product() throws(ADQLError) -> ADQLExpression {
        var left = try factor()
        while isAt(sign: "*") || isAt(sign: "/") {
            let sign = current
            advance()
            left = ADQLExpression(.arithmetic(sign.text, left, try factor()), sign.place)
        }
        return left
    }

    private mutating func factor() throws(ADQLError) -> ADQLExpression {
        let place = current.place
        if takes(sign: "-") {
            return try nested { (parser) throws(ADQLError) in ADQLExpression(.negative(try parser.factor()), place) }
        }
        if takes(sign: "+") { return try nested { (parser) throws(ADQLError) in try parser.factor() } }
        return try primary()
    }

    private mutating func primary() throws(ADQLError) -> ADQLExpression {
        let token = current
        switch token.kind {
        case .whole, .real, .text:
            advance()
            return ADQLExpression(
                token.kind == .whole ? .whole(token.text) : token.kind == .real ? .real(token.text) : .text(token.text),
                token.place)
        case .sign where token.text == "(":
            if hasQueryAhead {
                advance()
                let query = try query()
                try expect(sign: ")")
                return ADQLExpression(.query(query), token.place)
            }
            advance()
            let inner = try expression()
            try expect(sign: ")")
            return inner
        case .word where token.keyword == "NULL":
            advance()
            return ADQLExpression(.null, token.place)
        case .word where token.keyword == "CASE": return try choice()
        case .word where token.keyword == "CAST": return try cast()
        case .word where next.kind == .sign && next.text == "(": return try call()
        case .word, .delimited:
            var parts = [try name("a value")]
            while takes(sign: ".") { parts.append(try name("a column's name")) }
            guard parts.count <= 4 else { throw ADQLError(token.place, "a column's name has too many parts") }
            return ADQLExpression(.column(parts), token.place)
        case .sign, .end: throw unexpected("a value")
        }
    }

    private mutating func choice() throws(ADQLError) -> ADQLExpression {
        let place = current.place
        try expect("CASE")
        let operand = isAt("WHEN") ? nil : try expression()
        var branches: [(when: ADQLExpression, then: ADQLExpression)] = []
        while takes("WHEN") {
            let condition = try expression()
            try expect("THEN")
            branches.append((condition, try expression()))
        }
        guard !branches.isEmpty else { throw unexpected("WHEN") }
        let otherwise = takes("ELSE") ? try expression() : nil
        try expect("END")
        return ADQLExpression(.choice(of: operand, branches, otherwise: otherwise), place)
    }

    private mutating func cast() throws(ADQLError) -> ADQLExpression {
        let place = current.place
        try expect("CAST")
        try expect(sign: "(")
        let value = try expression()
        try expect("AS")
        let type = current
        guard type.kind == .word else { throw unexpected("a type") }
        advance()
        _ = takes("PRECISION")
        if takes(sign: "(") {
            _ = try count("characters")
            try expect(sign: ")")
        }
        try expect(sign: ")")
        return ADQLExpression(.cast(value, as: type.keyword), place)
    }

    private mutating func call() throws(ADQLError) -> ADQLExpression {
        let token = current
        let name = token.keyword
        advance()
        try expect(sign: "(")
        if ["COUNT", "AVG", "MIN", "MAX", "SUM"].contains(name) {
            let isDistinct = takes("DISTINCT")
            if !isDistinct { _ = takes("ALL") }
            if name == "COUNT", !isDistinct, takes(sign: "*") {
                try expect(sign: ")")
                return ADQLExpression(.aggregate(name, isDistinct: false, nil), token.place)
            }
            let value = try expression()
            try expect(sign: ")")
            return ADQLExpression(.aggregate(name, isDistinct: isDistinct, value), token.place)
        }
        var arguments: [ADQLExpression] = []
        if !isAt(sign: ")") {
            repeat { arguments.append(try expression()) } while takes(sign: ",")
        }
        try expect(sign: ")")
        return ADQLExpression(.function(name, arguments), token.place)
    }
}
