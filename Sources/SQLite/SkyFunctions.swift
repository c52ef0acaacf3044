internal import CSQLite
internal import Foundation

/// The angle between two places in the sky.
///
/// Source: Vincenty's formula for a sphere, which keeps its digits at small angles and near the poles.
/// - Returns: The distance in arcsec; right ascensions and declinations are in degrees.
package func angularDistance(ra1: Double, dec1: Double, ra2: Double, dec2: Double) -> Double {
    let radians = Double.pi / 180
    let (sine1, cosine1) = (sin(dec1 * radians), cos(dec1 * radians))
    let (sine2, cosine2) = (sin(dec2 * radians), cos(dec2 * radians))
    let (sine, cosine) = (sin((ra2 - ra1) * radians), cos((ra2 - ra1) * radians))
    let across = cosine2 * sine
    let along = cosine1 * sine2 - sine1 * cosine2 * cosine
    let y = (across * across + along * along).squareRoot()
    let x = sine1 * sine2 + cosine1 * cosine2 * cosine
    return atan2(y, x) / radians * 3600
}

extension Database {
    /// `angular_distance(ra1, dec1, ra2, dec2)`: degrees in, arcsec out; null where one of them is null.
    func registerSkyFunctions() throws(SQLiteError) {
        let status = sqlite3_create_function_v2(
            handle, "angular_distance", 4, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nil,
            { context, _, values in
                guard let values, (0..<4).allSatisfy({ sqlite3_value_type(values[$0]) != SQLITE_NULL }) else {
                    return sqlite3_result_null(context)
                }
                sqlite3_result_double(
                    context,
                    angularDistance(
                        ra1: sqlite3_value_double(values[0]), dec1: sqlite3_value_double(values[1]),
                        ra2: sqlite3_value_double(values[2]), dec2: sqlite3_value_double(values[3])))
            }, nil, nil, nil)
        guard status == SQLITE_OK else { throw error(status, sql: "angular_distance") }
    }
}
