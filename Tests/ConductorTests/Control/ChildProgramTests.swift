@testable import Conductor
import TestSupport
import Testing

@Suite struct ChildProgramTests {
    @Test("gives status and output, and passes words as they are") func outcome() throws {
        let words = ["/bin/sh", "-c", #"echo "$0 $X"; echo no >&2; exit 3"#, "a 'b' $(c)"]
        let outcome = try ChildProgram(words).run(limit: .seconds(60), variables: ["X": "y;z"], listens: true)
        #expect(outcome.status == 3)
        #expect(outcome.output == "a 'b' $(c) y;z\nno\n")
        #expect(try ChildProgram(["sh", "-c", "kill -9 $$"]).run(limit: .seconds(60)).status == -9)
        let long = try ChildProgram(["sh", "-c", "yes | head -c 3000000"]).run(limit: .seconds(60), listens: true)
        #expect(long.output.utf8.count == 1 << 20)
    }

    @Test("kills what does not end, and finds no program that is none") func failures() throws {
        #expect(throws: ChildProgram.Failure.self) {
            try ChildProgram(["sleep", "1000"]).run(limit: .milliseconds(50))
        }
        for words in [[], [""], ["/"], ["/etc/passwd"], ["no-such-program-here"]] {
            #expect(throws: ChildProgram.Failure.self, "\(words)") { try ChildProgram(words) }
        }
    }
}
