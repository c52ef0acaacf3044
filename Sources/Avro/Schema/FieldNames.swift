/// Names of fields that are unique and that all readers accept.
package enum FieldNames {
    /// The names, with the suffixes `_2`, `_3` and so on for repeated ones.
    static func unique(_ names: [String]) -> [String] {
        var used = Set(names)
        if used.count == names.count { return names }
        var seen: [String: Int] = [:]
        return names.map { name in
            guard var count = seen[name] else {
                seen[name] = 1
                return name
            }
            var other = name
            repeat {
                count += 1
                other = "\(name)_\(count)"
            } while !used.insert(other).inserted
            seen[name] = count
            return other
        }
    }

    /// The name with an underscore for each character that the specification does not allow: `chi/N` is `chi_N`.
    package static func valid(_ name: String) -> String {
        var characters = name.unicodeScalars.map { scalar in
            let isAllowed = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            return isAllowed ? Character(scalar) : "_"
        }
        if let first = characters.first, first.isNumber { characters.insert("_", at: 0) }
        return String(characters)
    }

    /// A full name with an underscore for each such character in its parts.
    static func validFull(_ name: String) -> String {
        name.split(separator: ".").map { valid(String($0)) }.joined(separator: ".")
    }
}
