/// Names that are apart from each other and that every reader takes.
package enum FieldNames {
    /// The names with `_2`, `_3` and so on after those that came before.
    static func unique(_ names: [String]) -> [String] {
        var taken = Set(names)
        if taken.count == names.count { return names }
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
            } while !taken.insert(other).inserted
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

    /// The same for each part of a full name.
    static func validFull(_ name: String) -> String {
        name.split(separator: ".").map { valid(String($0)) }.joined(separator: ".")
    }
}
