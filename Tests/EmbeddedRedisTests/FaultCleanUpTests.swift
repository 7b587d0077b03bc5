import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import TestSupport
import Testing

/// Whatever ends us while a server is down, stands still or comes back: no server and no folder stays.
struct FaultCleanUpTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    static let password = "password \(String(repeating: "0a", count: 32))\n"

    /// What is ordered of a guard whose coordinator is then killed, which ends the guard's input; and the guard's last word before
    /// that.
    static let orders: [(String, String)] = [
        ("kill\n", "down signal 9\n"), ("terminate 20000\n", "down exit status 0\n"), ("freeze\n", "frozen\n"),
    ]

    @Test(arguments: orders)
    func theEndOfItsInputEndsAGuard(after order: String, _ answer: String) throws {
        let guardian = try GuardByHand(sandbox, persistence: .always)
        try guardian.give(order)
        #expect(guardian.hear(answer), "\(guardian.said)")
        guardian.endInput()
        sandbox.expectNothingLeft()
        #expect(guardian.waitForEnd() == 0)
    }

    /// The coordinator is killed in the middle of a restart, so many milliseconds after it ordered the new process.
    @Test(arguments: [0, 1, 2, 5, 10, 15, 20, 30, 50, 100])
    func theEndOfItsInputEndsAGuardThatRestarts(afterMilliseconds delay: UInt32) throws {
        let guardian = try GuardByHand(sandbox, persistence: .always)
        try guardian.give("kill\n")
        #expect(guardian.hear("down signal 9\n"))
        try guardian.give(Self.password)
        usleep(delay * 1000)
        guardian.endInput()
        sandbox.expectNothingLeft()
        #expect(guardian.waitForEnd() == 0)
    }

    /// Orders that make no sense at that moment are answered, and what is no order ends everything.
    @Test func answersWhatCannotBeDone() throws {
        let guardian = try GuardByHand(sandbox, persistence: .none)
        try guardian.give(Self.password)
        #expect(guardian.hear("refused a server is running already\n"))
        try guardian.give("kill\nfreeze\n")
        #expect(guardian.hear("down signal 9\nrefused no server is running\n"))
        try guardian.give("melt\n")
        sandbox.expectNothingLeft()
        #expect(guardian.waitForEnd() == 0)
    }

    // MARK: The guard itself is killed

    @Test func aGuardThatIsKilledWhileItsServerIsDownLeavesNothing() throws {
        let server = try sandbox.start(persistence: .always)
        _ = try server.crash()
        kill(server.guardProcessID, SIGKILL)
        #expect(throws: ServerFaultError.self) { _ = try server.restart() }
        server.stop()
        sandbox.expectNothingLeft()
    }

    @Test func aGuardThatIsKilledTakesAServerThatStandsStill() throws {
        let server = try sandbox.start(persistence: .always)
        _ = try server.freeze()
        kill(server.guardProcessID, SIGKILL)
        #expect(TestProcess.eventually { TestProcess.hasEnded(server.processID) })
        #expect(server.status == .died)
        server.stop()
        sandbox.expectNothingLeft()
    }

    @Test(arguments: [0, 5, 10, 20, 40])
    func aGuardThatIsKilledWhileItRestartsLeavesNothing(afterMilliseconds delay: UInt32) throws {
        let server = try sandbox.start(persistence: .always)
        _ = try server.crash()
        let guardian = server.guardProcessID
        let killer = Thread {
            usleep(delay * 1000)
            kill(guardian, SIGKILL)
        }
        killer.start()
        // It may have come back or not; either way everything must be gone afterwards.
        _ = try? server.restart()
        #expect(TestProcess.eventually { TestProcess.hasEnded(guardian) })
        server.stop()
        sandbox.expectNothingLeft()
    }

    /// A child that saves would put an old snapshot under the next server.
    @Test func aSaveThatIsUnderWayEndsWithItsServer() throws {
        let server = try sandbox.start(persistence: .rdb)
        _ = try sandbox.ask(server.endpoint, "CONFIG", "SET", "rdb-key-save-delay", "200000")
        for key in 1...50 { _ = try sandbox.ask(server.endpoint, "SET", "k\(key)", "1") }
        _ = try sandbox.ask(server.endpoint, "BGSAVE")
        #expect(TestProcess.eventually { !TestProcess.children(of: server.processID).isEmpty })
        _ = try server.crash()
        #expect(TestProcess.using(sandbox.path) == [server.guardProcessID])
        #expect(try sandbox.ask(try server.restart().endpoint, "GET", "k1") == "")
    }
}
