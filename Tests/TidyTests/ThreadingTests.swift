import Testing

/// There is one way to wait, and one to map in parallel: those of Sources/Threads.
@Suite struct ThreadingTests {
    /// Files of the command that wait for themselves.
    private static let exceptions = [
        "StageService.swift": "joins the thread that merges tables from time to time",
        "TopicCommand.swift": "follows a topic of a data folder, where nothing announces a message",
    ]

    static func waitsByItself(_ line: Substring) -> Bool {
        // Most lines have none of these letters.
        guard ["NS", "Dispatch", "sleep", "concurrentPerform", "pthread_"].contains(where: line.contains),
            !line.contains(/^\s*\/\//)
        else { return false }
        return line.contains(/(NS(Recursive|Condition)?Lock|NSCondition|Dispatch(Semaphore|Group)|pthread_\w+)\b/)
            || line.contains(/(^|[\s.])(usleep|nanosleep|sleep|concurrentPerform)\(/)
    }

    @Test("what waits and what maps in parallel is in Threads") func waits() throws {
        var used: Set<String> = []
        for file in try Repository.sources.get() where file.target != "Threads" {
            let found = file.lines.filter(Self.waitsByItself)
            if Self.exceptions[file.name] != nil {
                if !found.isEmpty { used.insert(file.name) }
            } else {
                #expect(found == [], "\(file)")
            }
        }
        #expect(used == Set(Self.exceptions.keys), "an exception that is no longer needed")
    }

    @Test(
        "locks with a wait, semaphores, sleeps and Dispatch's loop are found",
        arguments: [
            ("    private let lock = NSLock()", true), ("let ended = DispatchSemaphore(value: 0)", true),
            ("Thread.sleep(forTimeInterval: pause)", true), ("usleep(100)", true),
            ("DispatchQueue.concurrentPerform(iterations: 3) {", true), ("// no NSLock here", false),
            ("its threads then sleep on", false), ("stop.wait(for: .seconds(2))", false), ("import Dispatch", false),
        ])
    func recognised(line: String, isFound: Bool) { #expect(Self.waitsByItself(line[...]) == isFound) }
}
