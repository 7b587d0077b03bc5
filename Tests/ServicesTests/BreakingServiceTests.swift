import FlashSale
import Foundation
import Glibc
import Services
import TestSupport
import Testing

/// Killing, starting again, freezing and thawing, each with its proof.
struct BreakingServiceTests {
    /// A service with two children, one of which is in a session of its own.
    private static let family = """
        subprocess.Popen(["sh", "-c", "trap '' TERM; while :; do sleep 0.02; done", os.getcwd()], start_new_session=True)
        subprocess.Popen(["sleep", "1000"])
        serve(sys.argv[1])
        """

    private func open(_ more: String = "ready: GET /health\n  stop: 100ms") throws -> (Service, ServiceProcess) {
        let service = try Service(Self.family, more)
        let process = try service.start()
        #expect(TestProcess.eventually { process.members.count >= 3 })
        return (service, process)
    }

    @Test("a kill takes all of its processes, and is no death of its own")
    func kills() throws {
        let (service, process) = try open()
        let kill = process.kill()
        #expect(kill.isProven && kill.before.count >= 3 && kill.ending == .signal(SIGKILL), "\(kill)")
        #expect(process.members.isEmpty && process.death == nil)
        #expect(throws: (any Error).self) { try Service.answer(process) }
        service.expectNothingLeft(ofThose: kill.before)
        // Where nothing lives, nothing is proved.
        #expect(!process.kill().isProven)
        process.stop()
        service.expectNothingLeft()
    }

    @Test("it is started again at the same place, as other processes")
    func startsAgain() throws {
        let (service, process) = try open()
        let first = try Service.answer(process)
        _ = process.kill()
        let restart = try process.restart()
        #expect(restart.isProven && restart.before.count >= 3, "\(restart)")
        let second = try Service.answer(process)
        #expect(first != second && restart.after.map { "\($0.process)" }.contains(second))
        #expect(process.death == nil)
        // Without a kill before, it is killed on the way.
        #expect(try process.restart().isProven)
        #expect(try Service.answer(process) != second)
        process.stop()
        service.expectNothingLeft()
    }

    @Test("one that does not open again is told, and dead")
    func doesNotOpenAgain() throws {
        let service = try Service(
            """
            if os.path.exists("was-open"): sys.exit("the lock file is there")
            open("was-open", "w")
            serve(sys.argv[1])
            """)
        let process = try service.start()
        _ = process.kill()
        let problem = #expect(throws: RunError.self) { try process.restart() }
        #expect(
            problem?.message.contains("it ended with exit status 1. The end of its output:\n  the lock file is there")
                == true)
        #expect(process.death == .status(1))
        process.stop()
        service.expectNothingLeft()
    }

    @Test("frozen, all of its processes stand still until they are thawed")
    func freezes() throws {
        let (service, process) = try open()
        let before = try Service.answer(process)
        let freeze = process.freeze()
        #expect(freeze.isProven && freeze.members.count >= 3, "\(freeze)")
        #expect(freeze.members.allSatisfy { TestProcess.isStopped($0.process) })
        // Frozen is not dead.
        #expect(process.death == nil)
        let thaw = process.thaw()
        #expect(thaw.isProven && thaw.before.count == freeze.members.count, "\(thaw)")
        #expect(thaw.after.allSatisfy { !TestProcess.isStopped($0.process) })
        #expect(try Service.answer(process) == before)
        process.stop()
        service.expectNothingLeft()
    }

    @Test("a freeze that somebody else has ended proves nothing")
    func wasNotFrozen() throws {
        let (service, process) = try open()
        let freeze = process.freeze()
        Glibc.kill(freeze.members[0].process, SIGCONT)
        #expect(TestProcess.eventually { !TestProcess.isStopped(freeze.members[0].process) })
        let thaw = process.thaw()
        #expect(!thaw.wasFrozen && !thaw.isProven)
        process.stop()
        service.expectNothingLeft()
    }

    @Test("what is frozen can be killed, and stopped")
    func endsFrozen() throws {
        let (service, process) = try open()
        _ = process.freeze()
        #expect(process.kill().isProven)
        _ = try process.restart()
        #expect(process.freeze().isProven)
        process.stop()
        service.expectNothingLeft()
    }
}

extension Service {
    func expectNothingLeft(ofThose members: [ServiceMember], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(members.allSatisfy { TestProcess.hasEnded($0.process) }, sourceLocation: sourceLocation)
    }
}
