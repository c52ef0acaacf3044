import Testing

@testable import KafkaIngest

@Suite struct OffsetClaimsTests {
    @Test func keepsEachWorkersLastClaim() {
        let claims = OffsetClaims().claiming(0..<10, by: "a").claiming(10..<25, by: "b").claiming(25..<30, by: "a")
        #expect(claims.text == "a=25-30,b=10-25")
        #expect(OffsetClaims(claims.text) == claims)
        #expect(claims["a"] == 25..<30 && claims["b"] == 10..<25 && claims["c"] == nil)
    }

    @Test(
        "what others wrote there is no claim",
        arguments: ["", "metadata", "a=1", "a=9-3", "a=-1-3", "a=1-2-3", "a=1-99999999999999999999"])
    func otherNotes(_ text: String) { #expect(OffsetClaims(text).claims.isEmpty) }

    @Test("the metadata stays short enough for a server") func bounded() {
        var claims = OffsetClaims()
        for worker in 0..<500 {
            claims = claims.claiming(9_000_000_000_000..<9_000_000_000_999, by: "w\(100_000_000_000 + worker)")
        }
        #expect(claims.claims.count == 64 && claims.text.utf8.count < 4_000)
        #expect(claims["w100000000499"] != nil && claims["w100000000000"] == nil)
    }
}
