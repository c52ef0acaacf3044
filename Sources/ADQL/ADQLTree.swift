/// A name with where it stands.
struct ADQLName: Hashable {
    let text: String
    /// Whether it stands in double quotes, and is compared letter by letter.
    let isDelimited: Bool
    let place: ADQLError.Place

    func matches(_ name: String) -> Bool { isDelimited ? text == name : text.lowercased() == name.lowercased() }
}

/// A value or a condition.
struct ADQLExpression {
    indirect enum Form {
        case null
        case whole(String)
        case real(String)
        case text(String)
        /// The parts of a column's name: schema, table, column.
        case column([ADQLName])
        case negative(ADQLExpression)
        /// `+ - * / ||`.
        case arithmetic(String, ADQLExpression, ADQLExpression)
        case function(String, [ADQLExpression])
        /// COUNT(*) has no argument.
        case aggregate(String, isDistinct: Bool, ADQLExpression?)
        case cast(ADQLExpression, as: String)
        case choice(of: ADQLExpression?, [(when: ADQLExpression, then: ADQLExpression)], otherwise: ADQLExpression?)
        case query(ADQLQueryTree)

        // Conditions.
        case comparison(String, ADQLExpression, ADQLExpression)
        case between(ADQLExpression, ADQLExpression, ADQLExpression)
        case isIn(ADQLExpression, [ADQLExpression])
        case isInQuery(ADQLExpression, ADQLQueryTree)
        case like(ADQLExpression, ADQLExpression, ignoringCase: Bool)
        case isNull(ADQLExpression)
        case exists(ADQLQueryTree)
        case not(ADQLExpression)
        case all([ADQLExpression])
        case any([ADQLExpression])
    }

    let form: Form
    let place: ADQLError.Place

    init(_ form: Form, _ place: ADQLError.Place) { (self.form, self.place) = (form, place) }
}

/// A whole query.
struct ADQLQueryTree {
    struct Named {
        let name: ADQLName
        let columns: [ADQLName]
        let query: ADQLQueryTree
    }

    var named: [Named] = []
    var body: ADQLBody
    var order: [(expression: ADQLExpression, isDescending: Bool)] = []
    var offset: Int?
}

/// A SELECT, or several put together.
indirect enum ADQLBody {
    case select(ADQLSelect)
    /// UNION, EXCEPT, INTERSECT, or UNION ALL.
    case set(String, ADQLQueryTree, ADQLQueryTree)
}

/// A SELECT.
struct ADQLSelect {
    enum Item {
        /// `*`, or `table.*`.
        case all([ADQLName], ADQLError.Place)
        case value(ADQLExpression, name: ADQLName?)
    }

    var isDistinct = false
    var top: Int?
    var items: [Item] = []
    var from: [ADQLSource] = []
    var condition: ADQLExpression?
    var groups: [ADQLExpression] = []
    var having: ADQLExpression?
    let place: ADQLError.Place
}

/// What a SELECT reads.
indirect enum ADQLSource {
    enum Match {
        case on(ADQLExpression)
        case using([ADQLName])
        /// By all columns of one name.
        case natural
        /// CROSS JOIN.
        case none
    }

    case table([ADQLName], alias: ADQLName?)
    case query(ADQLQueryTree, alias: ADQLName)
    /// INNER, LEFT, RIGHT, FULL, CROSS.
    case join(String, ADQLSource, ADQLSource, Match, ADQLError.Place)
}
