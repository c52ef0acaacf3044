/// One look of the camera at an object's place: a detection or an upper limit.
struct Observation {
    let jd: Double
    let fid: Int
    /// ZTF's processing number: night, fraction of the day, readout channel.
    let pid: Int64
    let nid: Int
    /// 5-sigma limit, mag.
    let diffmaglim: Double
    /// `nil` for an upper limit.
    var source: Source?

    struct Source {
        let candid: Int64
        let magpsf: Double
        let sigmapsf: Double
        let isPositive: Bool
        let rb: Double
        let fwhm: Double
        let elong: Double
        let magdiff: Double
        let nbad: Int
        let ra: Double
        let dec: Double
    }
}
