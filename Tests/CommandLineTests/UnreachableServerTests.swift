import EmbeddedRedis
import Foundation
import Glibc
import TestSupport
import Testing

/// Whatever is at the other end, there is a clear word in bounded time, and exit code 69.
struct UnreachableServerTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    private func refusal(_ url: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let run = try sandbox.run(["--redis", url])
        #expect(run.exitCode == 69, "\(run.errors)", sourceLocation: sourceLocation)
        #expect(run.output.isEmpty && run.errors.hasPrefix("stress: "), sourceLocation: sourceLocation)
        #expect(!FileManager.default.fileExists(atPath: sandbox.results), sourceLocation: sourceLocation)
        sandbox.expectNothingLeft(sourceLocation: sourceLocation)
        return run.errors
    }

    private func refusal(from server: ScriptedServer) throws -> String {
        try refusal("redis://127.0.0.1:\(server.port)")
    }

    @Test func saysThatNobodyAnswers() throws {
        let own = try OwnServer()
        let url = own.url
        own.server.stop()
        let errors = try refusal(url)
        #expect(errors.contains("could not connect") && errors.contains("\(own.port)"))
        // What to do instead.
        #expect(errors.contains("Without --redis a private one is started"))
    }

    @Test func saysThatTheSocketDoesNotExist() throws {
        #expect(try refusal("unix:///nonexistent/redis.sock").contains("/nonexistent/redis.sock"))
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "220 mail.example ESMTP\r\n", "\u{0}\u{1}\u{2}\r\n",
        "*-5\r\n", ":1\r\n",
    ])
    func saysThatItIsNoRedis(_ answer: String) throws {
        let server = ScriptedServer { peer in
            peer.read(until: "\r\n")
            peer.write(answer)
            peer.waitForEnd()
        }
        let errors = try refusal(from: server)
        #expect(errors.contains("Redis") && errors.contains("\(server.port)"), "\(errors)")
        #expect(errors.contains("protocol"), "\(errors)")
    }

    @Test func saysThatItHangsUp() throws {
        let server = ScriptedServer { peer in peer.read(until: "\r\n") }
        #expect(try refusal(from: server).contains("closed"))
    }

    @Test func doesNotWaitForEver() throws {
        let server = ScriptedServer { peer in peer.waitForEnd() }
        #expect(try refusal(from: server).contains("did not answer in time"))
    }

    @Test(arguments: ["LOADING Redis is loading the dataset in memory", "MASTERDOWN Link with MASTER is down"])
    func repeatsWhyAServerIsNotReady(_ reason: String) throws {
        let server = ScriptedServer { peer in
            peer.read(until: "-coordinator\r\n")
            peer.write("-\(reason)\r\n")
            peer.waitForEnd()
        }
        #expect(try refusal(from: server).contains(reason))
    }

    /// One that greets as Redis does and then turns out to be something else.
    @Test func noticesOneThatOnlyGreets() throws {
        let server = ScriptedServer { peer in
            peer.read(until: "-coordinator\r\n")
            peer.write("+OK\r\n")
            peer.read(until: "INFO\r\n")
            peer.write("<html>\r\n")
            peer.waitForEnd()
        }
        #expect(try refusal(from: server).contains("INFO"))
    }

    @Test func aClusterIsRefused() throws {
        let server = ScriptedServer { peer in
            peer.read(until: "-coordinator\r\n")
            peer.write("+OK\r\n")
            peer.read(until: "INFO\r\n")
            let info = "redis_version:7.0.0\r\nredis_mode:cluster\r\nmaxclients:10000\r\n"
            peer.write("$\(info.utf8.count)\r\n\(info)\r\n")
            peer.waitForEnd()
        }
        #expect(try refusal(from: server).contains("Cluster"))
    }

    // MARK: A private server that does not start

    @Test func saysWhatToInstall() throws {
        let run = try sandbox.run(environment: ["STRESS_REDIS_SERVER": "/nonexistent"])
        #expect(run.exitCode == 69 && run.output.isEmpty)
        #expect(run.errors.contains("/nonexistent") && run.errors.contains("apt-get install redis-server"))
        #expect(run.errors.contains("--redis"))
        #expect(!FileManager.default.fileExists(atPath: sandbox.results))
        sandbox.expectNothingLeft()
    }

    @Test func showsWhyThePrivateServerEnded() throws {
        let program = try sandbox.folder.script("server", "echo the moon is full; exit 3")
        let run = try sandbox.run(environment: ["STRESS_REDIS_SERVER": program])
        #expect(run.exitCode == 69)
        #expect(run.errors.contains("the moon is full") && run.errors.contains("exit status 3"))
        sandbox.expectNothingLeft()
    }

    @Test func saysThatFilesAreTooFew() throws {
        let run = try sandbox.run(after: "ulimit -n 70")
        #expect(run.exitCode == 69 && run.output.isEmpty)
        // 20 connections a worker, 64 for all else.
        #expect(
            run.errors.contains("84") && run.errors.contains("70") && run.errors.contains("ulimit"), "\(run.errors)")
        sandbox.expectNothingLeft()
    }

    /// A soft limit is no obstacle.
    @Test func raisesTheSoftLimitOfFiles() throws {
        #expect(try sandbox.run(after: "ulimit -Sn 20").exitCode == 0)
    }
}
