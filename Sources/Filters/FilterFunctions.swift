internal import Foundation
internal import SQLite
internal import Sky

/// The functions that filters may call: those of SQLite that always give the same value for the same arguments, in bounded time,
/// and astronomy's.
enum FilterFunctions {
    static let sandbox = Sandbox(
        functions: Set(ofSQLite + ours), steps: 1_000_000, longestText: AlertReader.longestText, time: .seconds(1))

    /// Left out: what depends on the day or on chance, what makes long texts of short ones, and what reads no alert.
    private static let ofSQLite = split(
        """
        abs acos asin atan atan2 avg ceil ceiling coalesce cos count degrees exp first_value floor group_concat ifnull iif \
        json_array_length json_extract json_type -> ->> lag last_value lead length like ln log log10 log2 lower ltrim max min mod \
        nth_value nullif percent_rank pi pow power radians rank dense_rank row_number round rtrim sign sin sqrt substr substring \
        sum tan total trim trunc typeof unicode upper
        """)
    private static let ours = split(
        """
        separation galactic_longitude galactic_latitude ecliptic_longitude ecliptic_latitude mag flux slope largest_gap covers
        """)

    private static func split(_ names: String) -> [String] {
        names.split(whereSeparator: \.isWhitespace).map { String($0) }
    }

    /// Adds our functions to a connection.
    ///
    /// - Parameters:
    ///   - database: The connection.
    ///   - covers: Whether a catalogue is there and has the alert's position; `nil` for a name that none has.
    /// - Throws: ``SQLiteError`` where SQLite refuses one.
    static func add(to database: Database, covers: @escaping (String) -> Bool?) throws(SQLiteError) {
        try database.add(function: "separation", arguments: 4) { arguments, result in
            guard let ra = arguments.double(0), let dec = arguments.double(1), let otherRA = arguments.double(2),
                let otherDec = arguments.double(3)
            else { return }
            result.set(SkyPosition(ra: ra, dec: dec).separation(from: SkyPosition(ra: otherRA, dec: otherDec)))
        }
        try addFrame(.galactic, "galactic", to: database)
        try addFrame(.ecliptic, "ecliptic", to: database)
        try database.add(function: "mag", arguments: 1) { arguments, result in
            if let flux = arguments.double(0), flux > 0 { result.set(nanojanskyZeroPoint - 2.5 * log10(flux)) }
        }
        try database.add(function: "flux", arguments: 1) { arguments, result in
            if let magnitude = arguments.double(0) { result.set(pow(10, 0.4 * (nanojanskyZeroPoint - magnitude))) }
        }
        try addSlope(to: database)
        try database.add(aggregateOfNumbers: "largest_gap") { numbers, result in
            numbers.sort()
            if let gap = zip(numbers.dropFirst(), numbers).lazy.map({ $0 - $1 }).max() { result.set(gap) }
        }
        try database.add(function: "covers", arguments: 1) { arguments, result in
            guard let name = arguments.text(0).map({ String(decoding: $0, as: UTF8.self) }) else { return }
            guard let isCovered = covers(name) else { return result.fail("covers: there is no catalogue '\(name)'") }
            result.set(isCovered)
        }
        try addLike(to: database)
    }

    /// Why a statement ends whose functions took all the steps.
    static let tooManySteps = "too many steps"

    /// AB magnitudes: 3631 Jy are 0.
    private static let nanojanskyZeroPoint = 31.4

    private static func addFrame(_ frame: SkyFrame, _ name: String, to database: Database) throws(SQLiteError) {
        try database.add(function: "\(name)_longitude", arguments: 2) { arguments, result in
            if let ra = arguments.double(0), let dec = arguments.double(1) {
                result.set(frame.coordinates(ra: ra, dec: dec).longitude)
            }
        }
        try database.add(function: "\(name)_latitude", arguments: 2) { arguments, result in
            if let ra = arguments.double(0), let dec = arguments.double(1) {
                result.set(frame.coordinates(ra: ra, dec: dec).latitude)
            }
        }
    }

    /// `slope(time, value)`: of the least-squares line through the rows, per day; null for fewer than two times.
    private static func addSlope(to database: Database) throws(SQLiteError) {
        // Number, first time, then sums of what is after it: t, y, t t, t y.
        try database.add(aggregate: "slope", arguments: 2, numbers: 6) { arguments, state in
            guard let time = arguments.double(0), let value = arguments.double(1) else { return }
            if state[0] == 0 { state[1] = time }
            let t = time - state[1]
            state[0] += 1
            state[2] += t
            state[3] += value
            state[4] += t * t
            state[5] += t * value
        } end: { state, result in
            let spread = state[0] * state[4] - state[2] * state[2]
            if spread > 0 { result.set((state[0] * state[5] - state[2] * state[3]) / spread) }
        }
    }

    /// SQLite's own may take exponential time for a pattern with many wildcards, in one step.
    private static func addLike(to database: Database) throws(SQLiteError) {
        try database.add(function: "like", arguments: 2) { [weak database] arguments, result in
            guard let pattern = arguments.text(0), let text = arguments.text(1) else { return }
            // A step of SQLite's takes as long as some tens of letters.
            let found = LikePattern.matches(pattern, text)
            guard database?.charge(steps: found.compared / 32) == true else { return result.fail(tooManySteps) }
            result.set(found.matches)
        }
        try database.add(function: "like", arguments: 3) { _, result in result.fail("LIKE takes no ESCAPE here") }
        // These look at each letter of one text for each of another, in one step too.
        for name in ["trim", "ltrim", "rtrim"] {
            try database.add(function: name, arguments: 2) { _, result in result.fail("\(name) takes one argument here")
            }
        }
    }
}
