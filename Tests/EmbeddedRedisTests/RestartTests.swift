import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import Strategies
import TestSupport
import Testing

/// A server that is killed or ended on purpose, and comes back on the same data.
struct RestartTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    private func refusal(_ endpoint: RedisEndpoint) -> String? {
        do throws(ConnectionError) {
            _ = try sandbox.connect(to: endpoint)
            return nil
        } catch {
            guard case .rejected(let text) = error else { return "\(error)" }
            return String(text.prefix { $0 != " " })
        }
    }

    /// A process crash keeps what was written, also what was not made durable: it is no power cut.
    @Test(arguments: [
        (Scenario.Persistence.none, "", ""), (.rdb, "1", ""), (.everysec, "1", "2"), (.always, "1", "2"),
    ])
    func whatSurvivesACrash(_ persistence: Scenario.Persistence, _ first: String, _ second: String) throws {
        let server = try sandbox.start(persistence: persistence)
        let before = server.identity
        #expect(try sandbox.ask(server.endpoint, "SET", "first", "1") == "OK")
        if persistence == .rdb {
            // A snapshot of the first, and none of its own accord afterwards.
            #expect(try sandbox.ask(server.endpoint, "CONFIG", "SET", "save", "") == "OK")
            #expect(try sandbox.ask(server.endpoint, "SAVE") == "OK")
        }
        #expect(try sandbox.ask(server.endpoint, "SET", "second", "2") == "OK")
        // While a sync is under way, a server with everysec keeps what it has to write to itself.
        if persistence == .everysec {
            #expect(
                TestProcess.eventually {
                    (try? sandbox.ask(server.endpoint, "INFO", "persistence"))?.contains("aof_buffer_length:0\r")
                        == true
                })
        }

        let end = try server.crash()
        #expect(end.how == "signal 9" && end.server == before)
        #expect(server.status == .downOnPurpose && !server.isRunning)
        #expect(TestProcess.hasEnded(before.processID) && !TestProcess.hasEnded(server.guardProcessID))
        #expect(refusal(server.endpoint)?.contains("Connection refused") == true)

        let closed = try server.restart()
        #expect(closed.before == before && closed.after == server.identity)
        #expect(closed.after.processID != before.processID && closed.after.runID != before.runID)
        #expect(closed.endpoint.transport == server.endpoint.transport)
        #expect(try sandbox.ask(closed.endpoint, "INFO", "server").contains("run_id:\(closed.after.runID)"))
        #expect(try sandbox.ask(closed.endpoint, "GET", "first") == first)
        #expect(try sandbox.ask(closed.endpoint, "GET", "second") == second)
        try closed.reopen()
        #expect(try sandbox.ask(server.endpoint, "GET", "first") == first)
        server.stop()
        #expect(server.status == .stopped)
        sandbox.expectNothingLeft()
    }

    @Test func buyersAreRefusedUntilItIsReopened() throws {
        let server = try sandbox.start(persistence: .always)
        #expect(server.status == .running)
        _ = try server.crash()
        let closed = try server.restart()
        #expect(server.status == .closed && server.isRunning)
        #expect(refusal(server.endpoint) == "WRONGPASS")
        #expect(refusal(closed.endpoint) == nil)
        var reader = try sandbox.connect(to: closed.endpoint)
        try closed.reopen()
        #expect(server.status == .running)
        #expect(refusal(server.endpoint) == nil)
        #expect(refusal(closed.endpoint) == "WRONGPASS")
        // Who reads goes on reading.
        #expect(try reader.call(["PING"]).string() == "PONG")
        #expect(throws: ServerFaultError.self) { try closed.reopen() }
    }

    @Test func oneThatIsOpenToAllIsClosedInBetween() throws {
        let server = try sandbox.start(isProtected: false)
        _ = try server.crash()
        let closed = try server.restart()
        #expect(refusal(server.endpoint) == "NOAUTH")
        try closed.reopen()
        #expect(refusal(server.endpoint) == nil)
    }

    /// What an operator does keeps everything, where anything is kept at all.
    @Test(arguments: [(Scenario.Persistence.none, ""), (.rdb, "1"), (.everysec, "1"), (.always, "1")])
    func whatSurvivesAShutdown(_ persistence: Scenario.Persistence, _ kept: String) throws {
        let server = try sandbox.start(persistence: persistence)
        // No snapshot of its own accord so soon.
        if persistence == .rdb { _ = try sandbox.ask(server.endpoint, "CONFIG", "SET", "save", "3600 1") }
        _ = try sandbox.ask(server.endpoint, "SET", "k", "1")
        let before = server.identity
        let end = try server.shutDown()
        #expect(end.how == "exit status 0" && end.server == before)
        #expect(server.status == .downOnPurpose)
        #expect(try sandbox.ask(try server.restart().endpoint, "GET", "k") == kept)
    }

    @Test func comesBackAgainAndAgain() throws {
        let server = try sandbox.start(persistence: .always)
        var lives = [server.identity]
        for round in 1...5 {
            _ = try sandbox.ask(server.endpoint, "INCR", "rounds")
            _ = round.isMultiple(of: 2) ? try server.shutDown() : try server.crash()
            let closed = try server.restart()
            #expect(closed.before == lives.last)
            lives.append(closed.after)
            #expect(try sandbox.ask(closed.endpoint, "GET", "rounds") == "\(round)")
            // The last one was never open, and may be killed all the same.
            if round < 5 { try closed.reopen() }
        }
        _ = try server.crash()
        #expect(try sandbox.ask(try server.restart().endpoint, "GET", "rounds") == "5")
        #expect(Set(lives.map(\.runID)).count == 6 && Set(lives.map(\.processID)).count == 6)
        server.stop()
        sandbox.expectNothingLeft()
    }

    /// A server that still reads its data answers everything with an error.
    @Test func isReadyOnlyWhenItsDataIsRead() throws {
        let program = try sandbox.script("exec redis-server \"$@\" --key-load-delay 2000")
        defer { try? FileManager.default.removeItem(atPath: program) }
        let server = try sandbox.start(persistence: .rdb, environment: ["STRESS_REDIS_SERVER": program])
        let script = "for i = 1, 300 do redis.call('SET', 'k' .. i, i) end return 'OK'"
        #expect(try sandbox.ask(server.endpoint, "EVAL", script, "0") == "OK")
        _ = try server.shutDown()
        #expect(try sandbox.ask(try server.restart().endpoint, "GET", "k300") == "300")
    }

    @Test func saysThatItsPortIsTaken() throws {
        let server = try sandbox.start(persistence: .always)
        guard case .tcp(_, let port) = server.endpoint.transport else { return }
        _ = try sandbox.ask(server.endpoint, "SET", "k", "1")
        _ = try server.crash()
        let thief = try #require(Self.listen(at: port))
        let error = #expect(throws: ServerFaultError.self) { _ = try server.restart() }
        #expect(
            error?.description.contains("has taken its port, 127.0.0.1:\(port)") == true, "\(String(describing: error))"
        )
        #expect(server.status == .downOnPurpose)
        close(thief)
        #expect(try sandbox.ask(try server.restart().endpoint, "GET", "k") == "1")
    }

    /// The kernel hands the port of a server that is down to nobody.
    @Test func keepsItsPortWhileItIsDown() throws {
        let server = try sandbox.start()
        guard case .tcp(_, let port) = server.endpoint.transport else { return }
        _ = try server.crash()
        #expect(!Self.binds(port))
        server.stop()
        #expect(Self.binds(port))
    }

    // MARK: What is refused

    @Test func whatDoesNotFitItsStateIsRefused() throws {
        let server = try sandbox.start()
        func expectRefusal(_ words: String, _ body: () throws -> Void) {
            let error = #expect(throws: ServerFaultError.self) { try body() }
            guard case .refused(let text) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(text.contains(words))
        }
        expectRefusal("it is running") { _ = try server.restart() }
        expectRefusal("it is running") { _ = try server.thaw() }
        expectRefusal("powerCuts: true") { _ = try server.powerCut() }
        _ = try server.crash()
        expectRefusal("it is down on purpose") { _ = try server.crash() }
        expectRefusal("it is down on purpose") { _ = try server.shutDown() }
        expectRefusal("it is down on purpose") { _ = try server.freeze() }
        let closed = try server.restart()
        expectRefusal("it is closed") { _ = try server.freeze() }
        try closed.reopen()
        // Nobody here ended this one.
        kill(server.processID, SIGKILL)
        #expect(TestProcess.eventually { server.status == .died })
        expectRefusal("it is gone without") { _ = try server.crash() }
        expectRefusal("it is gone without") { _ = try server.restart() }
        server.stop()
        expectRefusal("it is stopped for good") { _ = try server.restart() }
    }

    /// A server that cannot save does not end when it is asked to.
    @Test func aShutdownThatFailsIsNoShutdown() throws {
        let server = try sandbox.start(persistence: .rdb)
        _ = try sandbox.ask(server.endpoint, "SET", "k", "1")
        // Nothing can be renamed to a folder that is not empty.
        try FileManager.default.createDirectory(
            atPath: "\(server.folder)/dump.rdb/inside", withIntermediateDirectories: true)
        let error = #expect(throws: ServerFaultError.self) { _ = try server.shutDown(withinMilliseconds: 300) }
        #expect(error?.description.contains("still runs") == true, "\(String(describing: error))")
        #expect(server.status == .running)
        #expect(try sandbox.ask(server.endpoint, "GET", "k") == "1")
        #expect(try server.crash().how == "signal 9")
    }

    private static func listen(at port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, to: port), Glibc.listen(descriptor, 8) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Whether a socket that does not share gets the port.
    private static func binds(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        return bind(descriptor, to: port)
    }

    private static func bind(_ descriptor: Int32, to port: Int) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
