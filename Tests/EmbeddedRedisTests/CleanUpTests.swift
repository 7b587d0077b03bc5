import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import TestSupport
import Testing

/// Whatever is killed, no server and no folder stays.
struct CleanUpTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    @Test func theServerDiesWithItsGuard() throws {
        let server = try sandbox.start(persistence: .rdb)
        kill(server.guardProcessID, SIGKILL)
        #expect(TestProcess.eventually { TestProcess.hasEnded(server.processID) })
        #expect(!server.isRunning)
        server.stop()
        #expect(sandbox.entries.isEmpty)
        sandbox.expectNothingLeft()
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func theGuardIgnores(_ signal: Int32) throws {
        let server = try sandbox.start()
        kill(server.guardProcessID, signal)
        usleep(50_000)
        #expect(server.isRunning)
        server.stop()
        sandbox.expectNothingLeft()
    }

    @Test func aServerThatWasKilledLeavesNothing() throws {
        let server = try sandbox.start(persistence: .everysec)
        kill(server.processID, SIGKILL)
        #expect(TestProcess.eventually { !server.isRunning })
        #expect(sandbox.entries.count == 1)
        server.stop()
        sandbox.expectNothingLeft()
    }

    /// Not even its number is taken any more, whoever is there to reap orphans.
    @Test func noZombieIsLeft() throws {
        let server = try sandbox.start(persistence: .rdb)
        server.stop()
        #expect(kill(server.processID, 0) == -1 && errno == ESRCH)
        #expect(kill(server.guardProcessID, 0) == -1 && errno == ESRCH)
    }

    @Test func aServerThatHangsIsStopped() throws {
        let server = try sandbox.start()
        kill(server.processID, SIGSTOP)
        server.stop()
        sandbox.expectNothingLeft()
    }

    @Test func aGuardThatHangsIsStoppedByForce() throws {
        let server = try sandbox.start()
        kill(server.guardProcessID, SIGSTOP)
        server.stop()
        sandbox.expectNothingLeft()
    }

    /// The guard kills itself after so many milliseconds, wherever it then is.
    @Test(arguments: [0, 2, 4, 6, 8, 10, 13, 16, 20, 25, 30, 40, 60, 100])
    func aGuardThatIsKilledWhileStartingLeavesNothing(afterMilliseconds delay: Int) throws {
        let program = try sandbox.script(
            """
            (sleep 0.\(String(1000 + delay).dropFirst()); kill -9 $$) </dev/null >/dev/null 2>&1 &
            exec '\(StressBinary.path)' "$@"
            """)
        defer { try? FileManager.default.removeItem(atPath: program) }
        for _ in 0..<3 {
            // It may have started or not; either way everything must be gone after stop().
            let server = try? sandbox.start(persistence: .rdb, executable: program)
            server?.stop()
            sandbox.expectNothingLeft()
        }
    }

    /// What a SIGKILL of the coordinator does to the guard: its input ends.
    @Test(arguments: Scenario.Persistence.allCases)
    func theEndOfItsInputEndsAGuard(_ persistence: Scenario.Persistence) throws {
        let input = Pipe()
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: StressBinary.path)
        let folder = sandbox.path + "/stress-by-hand"
        // A port that was free a moment ago.
        let earlier = try sandbox.start()
        guard case .tcp(_, let port) = earlier.endpoint.transport else { return }
        earlier.stop()
        let program = try sandbox.script("exec redis-server \"$@\"")
        defer { try? FileManager.default.removeItem(atPath: program) }
        process.arguments = ["guard", folder, "\(port)", "100", persistence.rawValue, program]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data("password \(String(repeating: "0a", count: 32))\n".utf8))
        let isReady = TestProcess.eventually {
            let log = FileManager.default.contents(atPath: folder + "/redis.log") ?? Data()
            return String(decoding: log, as: UTF8.self).contains("Ready to accept connections")
        }
        #expect(isReady)
        try input.fileHandleForWriting.close()
        sandbox.expectNothingLeft()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        #expect(said.hasPrefix("folder\npid "))
    }
}
