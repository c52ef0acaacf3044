import Testing

@testable import Broker

@Suite struct ClaimNoteTests {
    @Test func keepsEachWorkersLastClaim() {
        let note = ClaimNote().claiming(0..<10, by: "a").claiming(10..<25, by: "b").claiming(25..<30, by: "a")
        #expect(note.text == "a=25-30,b=10-25")
        #expect(ClaimNote(note.text) == note)
        #expect(note["a"] == 25..<30 && note["b"] == 10..<25 && note["c"] == nil)
    }

    @Test(
        "what others wrote there is no claim",
        arguments: ["", "metadata", "a=1", "a=9-3", "a=-1-3", "a=1-2-3", "a=1-99999999999999999999"])
    func otherNotes(_ text: String) { #expect(ClaimNote(text).claims.isEmpty) }

    @Test("a note stays short enough for a server") func bounded() {
        var note = ClaimNote()
        for worker in 0..<500 {
            note = note.claiming(9_000_000_000_000..<9_000_000_000_999, by: "w\(100_000_000_000 + worker)")
        }
        #expect(note.claims.count == 64 && note.text.utf8.count < 4_000)
        #expect(note["w100000000499"] != nil && note["w100000000000"] == nil)
    }
}
