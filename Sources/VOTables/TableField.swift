/// A column of a table that is written: what its values are, and what they mean.
package struct TableField: Sendable, Hashable {
    /// What values there are.
    package enum Kind: String, Sendable, Hashable {
        /// Yes or no.
        case flag
        /// A whole number of 32 bits.
        case short
        /// A whole number of 64 bits.
        case integer
        /// A number.
        case real
        /// A text.
        case text

        /// What VOTable calls it; a text's arraysize is `*`.
        package var datatype: String {
            switch self {
            case .flag: "boolean"
            case .short: "int"
            case .integer: "long"
            case .real: "double"
            case .text: "char"
            }
        }
    }

    /// The column's name.
    package var name: String
    /// What values it has.
    package var kind: Kind
    /// The unit, as VOUnits writes it; `nil` for none.
    package var unit: String?
    /// What kind of quantity it is: a UCD.
    package var ucd: String?
    /// What it means, in a sentence.
    package var description: String?
    /// What its texts are, such as `timestamp`; `nil` for nothing more than texts.
    package var xtype: String?

    /// A column.
    package init(
        _ name: String, _ kind: Kind, unit: String? = nil, ucd: String? = nil, _ description: String? = nil,
        xtype: String? = nil
    ) {
        (self.name, self.kind, self.unit, self.ucd) = (name, kind, unit, ucd)
        (self.description, self.xtype) = (description, xtype)
    }

    /// The fields with names that differ: a second one gets `_2` after it. Case is ignored.
    package static func unique(_ fields: [TableField]) -> [TableField] {
        var used: Set<String> = []
        return fields.map { field in
            var field = field
            let name = field.name
            var number = 2
            while !used.insert(field.name.lowercased()).inserted {
                field.name = "\(name)_\(number)"
                number += 1
            }
            return field
        }
    }
}

/// A value of a row.
package enum TableCell: Sendable, Hashable {
    /// No value.
    case null
    /// A whole number.
    case integer(Int64)
    /// A number.
    case real(Double)
    /// A text.
    case text(String)

    /// The value as a column has it: one of another kind is written as that kind where nothing is lost, and else left out.
    package func fitted(to kind: TableField.Kind) -> TableCell {
        switch (kind, self) {
        case (_, .null): .null
        case (.text, .text), (.real, .real), (.integer, .integer): self
        case (.text, .integer(let number)): .text(String(number))
        case (.text, .real(let number)): .text("\(number)")
        case (.real, .integer(let number)): .real(Double(number))
        case (.short, .integer(let number)): Int32(exactly: number) == nil ? .null : self
        case (.flag, .integer(let number)): .integer(number == 0 ? 0 : 1)
        case (.integer, .real(let number)), (.short, .real(let number)), (.flag, .real(let number)):
            Int64(exactly: number).map { TableCell.integer($0).fitted(to: kind) } ?? .null
        default: .null
        }
    }
}
