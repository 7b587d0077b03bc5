import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import TestSupport
import Testing

/// Coordinator and guard are killed in the same moment: the next start removes the folder, and no other.
struct AbandonedFolderTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    private static let lock = "stress.lock"

    /// What a real server has in its folder to show whose it is.
    private func mark() throws -> Data {
        let server = try sandbox.start()
        defer { server.stop() }
        return try #require(FileManager.default.contents(atPath: "\(server.folder)/\(Self.lock)"))
    }

    /// Starts a server beside what is there, and stops it.
    private func startAnother() throws { try sandbox.start().stop() }

    /// Makes a folder as an abandoned one is.
    private func abandon(_ name: String, mark: Data?) throws -> String {
        let path = "\(sandbox.path)/\(name)"
        try #require(mkdir(path, 0o700) == 0)
        if let mark { try mark.write(to: URL(fileURLWithPath: "\(path)/\(Self.lock)")) }
        try Data("data".utf8).write(to: URL(fileURLWithPath: "\(path)/dump.rdb"))
        try #require(mkdir("\(path)/appendonlydir", 0o755) == 0)
        return path
    }

    /// A guard whose coordinator is nobody, with a server that is up.
    private func guardByHand(_ folder: String, program: String) throws -> (guard: Process, input: Pipe) {
        let earlier = try sandbox.start()
        guard case .tcp(_, let port) = earlier.endpoint.transport else { throw CancellationError() }
        earlier.stop()
        let input = Pipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: StressBinary.path)
        process.arguments = ["guard", folder, "\(port)", "100", "everysec", program]
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data("open\n".utf8))
        let isReady = TestProcess.eventually {
            let log = FileManager.default.contents(atPath: folder + "/redis.log") ?? Data()
            return String(decoding: log, as: UTF8.self).contains("Ready to accept connections")
        }
        try #require(isReady)
        return (process, input)
    }

    @Test func isRemovedByTheNextStart() throws {
        let program = try sandbox.script("exec redis-server \"$@\"")
        defer { try? FileManager.default.removeItem(atPath: program) }
        let folder = sandbox.path + "/stress-abcdefghij01"
        let (process, input) = try guardByHand(folder, program: program)
        defer { try? input.fileHandleForWriting.close() }
        // While guard and server live, it is theirs.
        try startAnother()
        #expect(sandbox.entries == ["stress-abcdefghij01"])
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        // The server dies with its guard.
        #expect(TestProcess.eventually { TestProcess.using(folder).isEmpty })
        #expect(sandbox.entries == ["stress-abcdefghij01"])
        #expect(TestProcess.eventually { (try? startAnother()) != nil && sandbox.entries.isEmpty })
    }

    /// It went into the background, where nobody kills it.
    @Test func staysWithAServerThatOutlivesItsGuard() throws {
        let program = try sandbox.script("redis-server \"$@\" & echo $! > '\(sandbox.path).pid'; exec sleep 100")
        defer {
            try? FileManager.default.removeItem(atPath: program)
            try? FileManager.default.removeItem(atPath: sandbox.path + ".pid")
        }
        let folder = sandbox.path + "/stress-abcdefghij02"
        let (process, input) = try guardByHand(folder, program: program)
        defer { try? input.fileHandleForWriting.close() }
        let text = try String(contentsOfFile: sandbox.path + ".pid", encoding: .utf8)
        let server = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        defer { kill(server, SIGKILL) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try startAnother()
        #expect(!TestProcess.hasEnded(server))
        #expect(sandbox.entries == ["stress-abcdefghij02"])
        kill(server, SIGKILL)
        // One of its threads may be on its way out still.
        #expect(TestProcess.eventually { (try? startAnother()) != nil && sandbox.entries.isEmpty })
    }

    @Test func staysWhileItIsHeld() throws {
        let folder = try abandon("stress-abcdefghij03", mark: try mark())
        let holder = open("\(folder)/\(Self.lock)", O_RDONLY | O_CLOEXEC)
        #expect(holder >= 0 && flock(holder, LOCK_SH) == 0)
        try startAnother()
        #expect(sandbox.entries == ["stress-abcdefghij03"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)
        close(holder)
        try startAnother()
        #expect(sandbox.entries.isEmpty)
    }

    /// Some start at the same time, and find the same folders.
    @Test func severalStartsAtOnce() async throws {
        let mark = try mark()
        for number in 10..<60 { _ = try abandon("stress-abcdefghij\(number)", mark: mark) }
        let sandbox = sandbox
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { try sandbox.start().stop() } }
            try await group.waitForAll()
        }
        #expect(sandbox.entries.isEmpty)
    }

    /// Folders that differ in one thing from those that are ours.
    @Test func othersStay() throws {
        let mark = try mark()
        _ = try abandon("stress-short", mark: mark)
        _ = try abandon("stress-abcdefghij012", mark: mark)
        _ = try abandon("stress-ABCDEFGHIJ01", mark: mark)
        _ = try abandon("other-abcdefghij01", mark: mark)
        _ = try abandon("stress-nomarkinit01", mark: nil)
        _ = try abandon("stress-emptymark001", mark: Data())
        _ = try abandon("stress-othermark001", mark: Data(mark.reversed()))
        _ = try abandon("stress-longermark01", mark: mark + mark)
        #expect(chmod(try abandon("stress-forothers001", mark: mark), 0o755) == 0)
        let linked = try abandon("stress-marklink0001", mark: nil)
        try mark.write(to: URL(fileURLWithPath: "\(sandbox.path)/mark"))
        #expect(symlink("\(sandbox.path)/mark", "\(linked)/\(Self.lock)") == 0)
        let pipe = try abandon("stress-markpipe0001", mark: nil)
        #expect(mkfifo("\(pipe)/\(Self.lock)", 0o600) == 0)
        // The folder itself is a link, or a file.
        _ = try abandon("real", mark: mark)
        #expect(symlink("\(sandbox.path)/real", "\(sandbox.path)/stress-alink0000001") == 0)
        try mark.write(to: URL(fileURLWithPath: "\(sandbox.path)/stress-afile0000001"))
        if geteuid() == 0 {
            #expect(chown(try abandon("stress-another00001", mark: mark), 65534, 65534) == 0)
            let foreign = try abandon("stress-anothersmark", mark: mark)
            #expect(chown("\(foreign)/\(Self.lock)", 65534, 65534) == 0)
        }
        func everything() -> [String] {
            FileManager.default.enumerator(atPath: sandbox.path)?.compactMap { $0 as? String }.sorted() ?? []
        }
        let before = everything()
        try startAnother()
        #expect(everything() == before)
    }
}
