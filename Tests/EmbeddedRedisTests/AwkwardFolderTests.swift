import EmbeddedRedis
import FlashSale
import Foundation
import RedisDriver
import Strategies
import TestSupport
import Testing

/// Whatever a user's TMPDIR is called, the private server is private.
struct AwkwardFolderTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    /// `[`, `*` and `?` made Redis look for files that fit, find none, and run with its defaults on every address.
    static let names = [
        "[x]", "[", "a*b", "?", "**/[!a-z]?", "two  blanks ", "'single' quotes'", "\"double\" quotes\"", "\\",
        "\\x41\\n",
        "a\nb", "\r\n\t", "#", "%2F%s%", "dir \"/\"\nport 1", "雪é🧨", String(repeating: "x", count: 200),
        String(repeating: "é[", count: 60), "{a,b}", "$HOME", "`id`", ";", "-",
    ]

    @Test(arguments: names)
    func isPrivateInAFolderNamed(_ name: String) throws {
        let parent = sandbox.path + "/" + name
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        let server = try sandbox.start(persistence: .always, environment: ["TMPDIR": parent])
        #expect(server.folder.hasPrefix(parent + "/stress-"))
        guard case .tcp("127.0.0.1", let port) = server.endpoint.transport else {
            Issue.record("\(server.endpoint)")
            return
        }
        #expect(TestProcess.listening(server.processID) == [String(format: "0100007F:%04X", port)])

        var connection = try Connection(
            to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
        #expect(try connection.call(["CONFIG", "GET", "dir"]).string(at: 2) == server.folder)
        #expect(try connection.call(["SET", "k", "v"]).string() == "OK")
        let files = try FileManager.default.contentsOfDirectory(atPath: server.folder)
        #expect(files.contains("redis.log") && files.contains { $0.hasPrefix("appendonly") })
        server.stop()
        #expect(try FileManager.default.contentsOfDirectory(atPath: parent).isEmpty)
        sandbox.expectNothingLeft(in: parent)
    }

    /// Redis tells its folder's path without links.
    @Test func isPrivateBehindALink() throws {
        let real = sandbox.path + "/real"
        try FileManager.default.createDirectory(atPath: real, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: sandbox.path + "/link", withDestinationPath: real)
        let server = try sandbox.start(environment: ["TMPDIR": sandbox.path + "/link"])
        #expect(server.isRunning)
    }

    /// Redis tells no path that is longer than its buffer.
    @Test func isPrivateFarDown() throws {
        let deep = sandbox.path + String(repeating: "/" + String(repeating: "d", count: 200), count: 7)
        try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
        let server = try sandbox.start(environment: ["TMPDIR": deep])
        #expect(server.folder.utf8.count > 1400 && server.isRunning)
    }
}
