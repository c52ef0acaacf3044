/// A name as SQL takes it, whatever it is made of: in double quotes, with those within it doubled.
///
/// Source: "SQL As Understood By SQLite", SQLite keywords: `"keyword"` is an identifier.
package func sqlName(_ name: String) -> String {
    // SQLite's text of a statement ends at a NUL.
    "\"" + name.replacing("\"", with: "\"\"").replacing("\0", with: "") + "\""
}
