import Testing

/// All that is peculiar to a survey is in its folder, so that another survey is a folder and a line.
@Suite struct SurveyNameTests {
    /// Where surveys are named, beside their own folders.
    private static let exceptions = [
        "Sources/nightjar/Commands/Salt2Command.swift": "an example of a light curve",
        "Sources/nightjar/Salt2Lines.swift": "the bands of the reference files, whose lines name none",
    ]

    private static func namesSurvey(_ line: Substring) -> Bool {
        // Most lines have none of these letters.
        let text = line.lowercased()
        guard ["ztf", "lsst", "winter", "elasticc"].contains(where: text.contains) else { return false }
        return !line.contains(/^\s*\/\//) && line.contains(/(\.|")(?i:ztf|lsst|winter|elasticc)([gri]?\b|_)/)
    }

    @Test("no survey is named outside its folder") func names() throws {
        var used: Set<String> = []
        for file in try Repository.sources.get() {
            guard !file.path.hasPrefix("Sources/Alerts/Surveys/"), file.target != "Simulator" else { continue }
            let found = file.lines.filter(Self.namesSurvey)
            if Self.exceptions[file.path] != nil {
                if !found.isEmpty { used.insert(file.path) }
            } else {
                #expect(found == [], "\(file)")
            }
        }
        #expect(used == Set(Self.exceptions.keys), "an exception that is no longer needed")
    }

    @Test(
        "a name is a member or a text that begins with it",
        arguments: [
            ("if survey == .ztf {", true), (#"let word = "lsst""#, true), (#"["ztfg", "b"]"#, true),
            (#""LSST_alerts""#, true), ("// .ztf", false), ("lsstBand", false), (#""the lsst""#, false),
        ])
    func recognised(line: String, isName: Bool) { #expect(Self.namesSurvey(line[...]) == isName) }
}
