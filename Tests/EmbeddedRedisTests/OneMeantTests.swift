import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import TestSupport
import Testing

/// What was started is asked whether it is the server that was meant, and ended at once if it is not.
struct OneMeantTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    struct Impostor: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// A shell's commands in the place of redis-server; PORT is a free port.
        var script: String
        /// What the refusal says.
        var reason: String
    }

    static let impostors = [
        Impostor(
            testDescription: "with its defaults, but for the port", script: "exec redis-server --port PORT",
            reason: ":PORT instead of 127.0.0.1:"),
        Impostor(
            testDescription: "with a port of its own", script: "exec redis-server \"$@\" --port PORT",
            reason: "it listens at 127.0.0.1:PORT instead of 127.0.0.1:"),
        Impostor(
            testDescription: "on every address", script: "exec redis-server \"$@\" --bind 0.0.0.0",
            reason: "it listens at 0.0.0.0:"),
        Impostor(
            testDescription: "on one address more", script: "exec redis-server \"$@\" --bind 127.0.0.1 127.0.0.2",
            reason: "127.0.0.2"),
        Impostor(
            testDescription: "in another folder", script: "exec redis-server \"$@\" --dir /",
            reason: "its folder is / instead of "),
        Impostor(
            testDescription: "without a password", script: "exec redis-server \"$@\" --requirepass ''",
            reason: "it did not take the password"),
        Impostor(
            testDescription: "with a password of its own", script: "exec redis-server \"$@\" --requirepass own",
            reason: "it did not take the password"),
        Impostor(
            testDescription: "as a child", script: "redis-server \"$@\"; exit 1", reason: "another process than the one"
        ),
        Impostor(
            testDescription: "as a child with its defaults", script: "redis-server --port PORT; exit 1",
            reason: "another process than the one that was started listens, at "),
        Impostor(
            testDescription: "in a session of its own", script: "setsid redis-server --port PORT & wait",
            reason: "another process than the one that was started listens, at "),
        Impostor(
            testDescription: "as a daemon", script: "exec redis-server --port PORT --daemonize yes",
            reason: "the private Redis did not start: "),
    ]

    @Test(arguments: impostors)
    func refuses(_ impostor: Impostor) throws {
        let port = ScriptedServer { _ in }.port
        let program = try sandbox.script(impostor.script.replacing("PORT", with: "\(port)"))
        defer { try? FileManager.default.removeItem(atPath: program) }
        let started = Date()
        let error = #expect(throws: EmbeddedServerError.self) {
            _ = try sandbox.start(environment: ["STRESS_REDIS_SERVER": program])
        }
        // The machine may be busy; what is not refused at once takes ten seconds.
        #expect(Date().timeIntervalSince(started) < 5)
        let text = error?.description ?? ""
        #expect(text.contains(impostor.reason.replacing("PORT", with: "\(port)")), "\(text)")
        // No waiting: all is gone when this is known.
        #expect(sandbox.entries.isEmpty)
        #expect(TestProcess.using(sandbox.path).isEmpty)
        #expect(!TestProcess.isListened(at: port))
    }

    // MARK: The password

    private func refusal(_ server: EmbeddedServer, _ password: String?) -> ConnectionError? {
        var endpoint = server.endpoint
        endpoint.password = password
        do throws(ConnectionError) {
            _ = try Connection(
                to: endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
            return nil
        } catch {
            return error
        }
    }

    @Test func letsNobodyInWithoutItsPassword() throws {
        let server = try sandbox.start()
        let other = try sandbox.start()
        #expect(refusal(server, nil) == .rejected("NOAUTH Authentication required."))
        for wrong in ["", "x", try #require(other.endpoint.password)] {
            let error = refusal(server, wrong)
            guard case .rejected(let text) = error, text.hasPrefix("WRONGPASS") else {
                Issue.record("\(wrong.count) letters: \(String(describing: error))")
                return
            }
        }
        #expect(refusal(server, server.endpoint.password) == nil)
    }

    @Test func drawsALongPasswordForEachServer() throws {
        let passwords = try (0..<3).map { _ in try #require(try sandbox.start().endpoint.password) }
        #expect(Set(passwords).count == 3)
        for password in passwords {
            #expect(password.utf8.count == 64)
            #expect(password.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) })
        }
    }

    @Test func showsItsPasswordToNobody() throws {
        let server = try sandbox.start(persistence: .always)
        let password = try #require(server.endpoint.password)
        var connection = try Connection(
            to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
        _ = try connection.call(["SET", "k", "v"])
        for process in [server.processID, server.guardProcessID] {
            #expect(!TestProcess.arguments(of: process).contains { $0.contains(password) })
            let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ") ?? Data()
            #expect(environment.range(of: Data(password.utf8)) == nil)
        }
        // Neither in its log nor beside its data.
        let names = FileManager.default.enumerator(atPath: server.folder)?.compactMap { $0 as? String } ?? []
        #expect(names.contains("redis.log"))
        for name in names {
            let bytes = FileManager.default.contents(atPath: "\(server.folder)/\(name)") ?? Data()
            #expect(bytes.range(of: Data(password.utf8)) == nil)
        }
        var dumped = ""
        dump(server, to: &dumped)
        #expect(!dumped.contains(password) && !"\(server.endpoint)".contains(password))
    }

    /// What the server reads ends where its settings do: nothing waits there for more.
    @Test func leavesItsServerNothingToRead() throws {
        let program = try sandbox.script("cat >\"\(sandbox.path).input\"; cat; echo the end; exit 3")
        defer {
            try? FileManager.default.removeItem(atPath: program)
            try? FileManager.default.removeItem(atPath: "\(sandbox.path).input")
        }
        let error = #expect(throws: EmbeddedServerError.self) {
            _ = try sandbox.start(environment: ["STRESS_REDIS_SERVER": program])
        }
        #expect(error?.description.contains("exit status 3") == true && error?.description.contains("the end") == true)
        let input = try String(contentsOfFile: "\(sandbox.path).input", encoding: .utf8)
        #expect(input.hasPrefix("bind 127.0.0.1\nport ") && input.contains("\nrequirepass "))
    }

    @Test func isOpenToAllWhereThatIsAskedFor() throws {
        let server = try sandbox.start(isProtected: false)
        #expect(server.endpoint.password == nil)
        #expect(refusal(server, nil) == nil)
    }

    @Test func refusesAPasswordThatNobodyDrew() throws {
        let program = try sandbox.script("exec redis-server \"$@\" --requirepass own")
        defer { try? FileManager.default.removeItem(atPath: program) }
        let error = #expect(throws: EmbeddedServerError.self) {
            _ = try sandbox.start(isProtected: false, environment: ["STRESS_REDIS_SERVER": program])
        }
        #expect(error?.description.contains("the server that was meant") == true)
        sandbox.expectNothingLeft()
    }
}
