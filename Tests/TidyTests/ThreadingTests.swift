import Testing

/// There is one way to wait, and one to map in parallel: those of Sources/Threads.
@Suite struct ThreadingTests {
    static func waitsByItself(_ line: Substring) -> Bool {
        // Most lines have none of these letters.
        guard ["NS", "Dispatch", "sleep", "concurrentPerform", "pthread_"].contains(where: line.contains),
            !line.contains(/^\s*\/\//)
        else { return false }
        return line.contains(/(NS(Recursive|Condition)?Lock|NSCondition|Dispatch(Semaphore|Group)|pthread_\w+)\b/)
            || line.contains(/(^|[\s.])(usleep|nanosleep|sleep|concurrentPerform)\(/)
    }

    @Test("what waits and what maps in parallel is in Threads") func waits() throws {
        for file in try Repository.sources.get() where file.target != "Threads" {
            #expect(file.lines.filter(Self.waitsByItself) == [], "\(file)")
        }
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
