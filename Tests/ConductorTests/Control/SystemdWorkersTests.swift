@testable import Conductor
import Foundation
import TestSupport
import Testing

/// The calls of `systemctl`, by a stand-in that keeps units as files. It is not systemd: it starts no process.
@Suite struct SystemdWorkersTests {
    /// A state of each unit in a file; `calls` has what was asked. It refuses what systemctl does not know.
    private static let standIn = #"""
        #!/usr/bin/env bash
        set -eu
        state=$(dirname "$0")
        echo "$*" >>"$state/calls"
        [ "$1" = --no-ask-password ] || { echo "unexpected $1" >&2; exit 1; }
        verb=$2; shift 2
        units=() properties=
        for word in "$@"; do
            case $word in
                --property=*) properties=${word#--property=} ;;
                --no-block | --signal=SIGKILL) ;;
                --*) echo "systemctl: unrecognized option '$word'" >&2; exit 1 ;;
                *) units+=("$word") ;;
            esac
        done
        if [ -e "$state/broken" ]; then echo "Failed to connect to bus: No such file or directory" >&2; exit 1; fi
        for unit in "${units[@]}"; do
            now=$(cat "$state/$unit" 2>/dev/null || echo "missing")
            case $verb in
                show)
                    [ "$properties" = Id,LoadState,ActiveState,SubState,MainPID,StatusText,Result,NRestarts ]
                    pid=0; [ "$now" = active ] && pid=4242
                    load=loaded; [ "$now" = missing ] && load=not-found now=inactive
                    text=; [ "$now" = active ] && text="reads = 12 a=b"
                    printf 'Id=%s\nLoadState=%s\nActiveState=%s\nSubState=sub\nMainPID=%s\nStatusText=%s\n' \
                        "$unit" "$load" "$now" "$pid" "$text"
                    printf 'Result=%s\nNRestarts=2\n\n' "$([ "$now" = failed ] && echo exit-code || echo success)" ;;
                start | restart)
                    [ "$now" != failed ] || { echo "start request repeated too quickly" >&2; exit 1; }
                    echo active >"$state/$unit" ;;
                stop) echo deactivating >"$state/$unit" ;;
                kill) [ "$now" = active ] && echo inactive >"$state/$unit" ;;
                reset-failed) echo inactive >"$state/$unit" ;;
                *) echo "Unknown command verb $verb" >&2; exit 1 ;;
            esac
        done
        """#

    private let folder: TemporaryFolder
    private let workers: SystemdWorkers

    init() throws {
        folder = try TemporaryFolder()
        let program = try folder.write(Self.standIn.utf8, to: "systemctl")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        workers = SystemdWorkers(
            count: 2, topicFile: URL(filePath: folder.file("run/topic")), systemctl: program)
    }

    private func set(_ state: String, _ number: Int) throws {
        try folder.write(state.utf8, to: "nightjar-worker@\(number).service")
    }

    private var states: [WorkerStatus.State] { get throws { try workers.workers().map(\.state) } }

    private func calls(_ verb: String) throws -> [String] {
        try String(contentsOfFile: folder.file("calls"), encoding: .utf8).split(separator: "\n").map(String.init)
            .filter { $0.contains(" \(verb) ") }
    }

    @Test("starts what does not run, once, with the topic; stops it; a second call changes nothing") func night() throws
    {
        for number in 1...2 { try set("inactive", number) }
        #expect(try states == [.stopped, .stopped])
        try workers.start(topic: "ztf_20240915_programid1")
        #expect(try states == [.running, .running])
        let topic = try String(contentsOfFile: folder.file("run/topic"), encoding: .utf8)
        #expect(topic == "NIGHTJAR_TOPIC=ztf_20240915_programid1\n")
        try workers.start(topic: "ztf_20240915_programid1")
        #expect(
            try calls("start") == [
                "--no-ask-password start --no-block nightjar-worker@1.service nightjar-worker@2.service"
            ])
        let status = try workers.workers()[0]
        #expect(status.name == "nightjar-worker@1.service")
        #expect(status.detail == "sub, reads = 12 a=b, process 4242, 2 restarts")
        try workers.stop()
        #expect(try states == [.stopping, .stopping])
        try workers.stop()
        #expect(try calls("stop").count == 1)
        // One that still ends is started after that.
        try set("inactive", 1)
        try workers.start(topic: nil)
        #expect(try states == [.running, .running])
        #expect(try String(contentsOfFile: folder.file("run/topic"), encoding: .utf8) == "")
    }

    @Test("one that failed is started again, and one that hangs is killed first") func failures() throws {
        try set("failed", 1)
        try set("active", 2)
        #expect(try states == [.failed, .running])
        #expect(try workers.workers()[0].detail == "sub, result exit-code, 2 restarts")
        try workers.start(topic: nil)
        #expect(try states == [.running, .running])
        #expect(try calls("reset-failed") == ["--no-ask-password reset-failed nightjar-worker@1.service"])
        try workers.replace("nightjar-worker@2.service")
        #expect(try calls("kill") == ["--no-ask-password kill --signal=SIGKILL nightjar-worker@2.service"])
        #expect(try calls("restart") == ["--no-ask-password restart --no-block nightjar-worker@2.service"])
        #expect(try states == [.running, .running])
        #expect(throws: ControlError.self) { try workers.replace("sshd.service") }
        #expect(try calls("kill").count == 1)
    }

    @Test("says what to do about a unit that is not there, a manager that does not answer, and a topic that is none")
    func refusals() throws {
        try set("inactive", 1)
        #expect(try workers.workers()[1].detail == "not-found, 2 restarts")
        var error = #expect(throws: ControlError.self) { try workers.start(topic: nil) }
        #expect(error?.action == "start nightjar-worker@2.service")
        #expect(error?.nextStep.contains("daemon-reload") == true)
        try set("inactive", 2)
        for topic in ["", "a b", "t\nNIGHTJAR_DATA=/", "..", String(repeating: "t", count: 250)] {
            #expect(throws: ControlError.self, "\(topic)") { try workers.start(topic: topic) }
        }
        #expect(try states == [.stopped, .stopped])
        try folder.write("".utf8, to: "broken")
        error = #expect(throws: ControlError.self) { try workers.stop() }
        #expect(error?.detail == "systemctl ended with status 1: Failed to connect to bus: No such file or directory")
        let none = SystemdWorkers(
            count: 1, topicFile: URL(filePath: folder.file("topic")), systemctl: folder.file("nothing"))
        error = #expect(throws: ControlError.self) { try none.workers() }
        #expect(error?.detail.contains("there is no program") == true)
    }
}
