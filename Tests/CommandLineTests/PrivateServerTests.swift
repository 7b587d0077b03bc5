import Foundation
import Glibc
import TestSupport
import Testing

/// The server of a run without `--redis` is private, or there is no run.
struct PrivateServerTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    private func servers() -> [Int32] {
        TestProcess.using(sandbox.path).filter {
            TestProcess.arguments(of: $0).first?.contains("redis-server") == true
        }
    }

    @Test(arguments: ["[x]", "*", "?", "a b", "'\"\\", "new\nline", "# %41", String(repeating: "雪", count: 66)])
    func isPrivateWhateverTMPDIRIsCalled(_ name: String) throws {
        let temporary = try sandbox.folder.folder(name)
        let run = try sandbox.start(["run"] + Sandbox.long, environment: ["TMPDIR": temporary])
        #expect(sandbox.isSelling())
        let servers = servers()
        #expect(servers.count == 1)
        for server in servers {
            // 127.0.0.1, as the kernel writes it.
            let places = TestProcess.listening(server)
            #expect(places.count == 1 && places[0].hasPrefix("0100007F:"), "\(places)")
        }
        run.signal(SIGINT)
        #expect(run.wait() == .init(exitCode: 130), "\(run.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
        sandbox.expectNothingLeft()
    }

    @Test(arguments: [
        ("exec redis-server --port PORT", "instead of 127.0.0.1:"),
        ("exec redis-server \"$@\" --port PORT", "instead of 127.0.0.1:"),
        ("exec redis-server \"$@\" --dir /", "its folder is /"),
        ("exec redis-server \"$@\" --requirepass ''", "it did not take the password"),
        ("redis-server --port PORT --daemonize yes; sleep 60", "another process"),
    ])
    func refusesAnotherServerThanItMeant(_ script: String, _ reason: String) throws {
        let port = ScriptedServer { _ in }.port
        let program = try sandbox.folder.script("server", script.replacing("PORT", with: "\(port)"))
        let started = Date()
        let run = try sandbox.run(environment: ["STRESS_REDIS_SERVER": program])
        #expect(run.exitCode == 69 && run.output.isEmpty)
        #expect(run.errors.contains(reason) && run.errors.contains("STRESS_REDIS_SERVER"), "\(run.errors)")
        // Ten seconds is how long one that only starts slowly may take.
        #expect(Date().timeIntervalSince(started) < 7)
        #expect(!TestProcess.isListened(at: port))
        #expect(!FileManager.default.fileExists(atPath: sandbox.results))
        sandbox.expectNothingLeft()
    }

    /// Others on the machine see arguments; results are shown to anybody.
    @Test func showsThePasswordOfThePrivateServerToNobody() throws {
        // What the server reads is the only way to its password from outside.
        let input = sandbox.folder.path + "/tmp-input"
        let program = try sandbox.folder.script(
            "server", "umask 77; cat >'\(input)'; exec redis-server - <'\(input)'")
        let run = try sandbox.start(["run"] + Sandbox.long, environment: ["STRESS_REDIS_SERVER": program])
        #expect(sandbox.isSelling(), "\(run.errors)")
        let lines = try sandbox.text(input).split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix("requirepass ") })
        let password = String(line.dropFirst("requirepass ".count))
        let processes = TestProcess.using(sandbox.path)
        #expect(processes.count >= 5)
        for process in processes {
            #expect(!TestProcess.arguments(of: process).contains { $0.contains(password) })
        }
        unlink(input)
        #expect(sandbox.filesHolding(password) == [])
        run.signal(SIGINT)
        #expect(run.wait() == .init(exitCode: 130))
        #expect(!run.output.contains(password) && !run.errors.contains(password))
        #expect(sandbox.filesHolding(password) == [])
        sandbox.expectNothingLeft()
    }
}
