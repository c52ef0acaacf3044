/// A day of the Gregorian calendar.
///
/// Source: Fliegel & Van Flandern 1968, Comm. ACM 11, 657, restated for days since 0000-03-01.
public struct CalendarDate: Sendable, Hashable {
    /// The year, as 2026.
    public let year: Int
    /// The month, from 1.
    public let month: Int
    /// The day, from 1.
    public let day: Int

    /// The day that holds a modified Julian date; dates outside the years 0 to 9999 become 0000-01-01.
    public init(mjd: Double) {
        // MJD 0 is 1858-11-17, which is day 678,881 after 0000-03-01.
        guard mjd.isFinite, mjd > -678_000, mjd < 2_973_000 else {
            (year, month, day) = (0, 1, 1)
            return
        }
        let days = Int(mjd.rounded(.down)) + 678_881
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The day that a number such as 20240915 names; `nil` for no day of the years 0 to 9999.
    public init?(yyyymmdd: Int) {
        guard 101...99_991_231 ~= yyyymmdd else { return nil }
        (year, month, day) = (yyyymmdd / 10_000, yyyymmdd / 100 % 100, yyyymmdd % 100)
        // A day that the month does not have would come back as another.
        guard 1...12 ~= month, 1...31 ~= day, CalendarDate(mjd: mjd).yyyymmdd == yyyymmdd else { return nil }
    }

    /// The modified Julian date at which the day begins, days.
    public var mjd: Double {
        let years = month <= 2 ? year - 1 : year
        let era = (years >= 0 ? years : years - 399) / 400
        let yearOfEra = years - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Double(era * 146_097 + dayOfEra - 678_881)
    }

    /// The date as one number, such as 20240915.
    public var yyyymmdd: Int { year * 10_000 + month * 100 + day }
}
