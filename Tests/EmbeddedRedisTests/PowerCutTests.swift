import FlashSale
import Foundation
import Glibc
import RedisDriver
import Strategies
import Synchronization
import TestSupport
import Testing

@testable import EmbeddedRedis

/// The power fails: what the server had not made durable is gone.
struct PowerCutTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    private func start(_ persistence: Scenario.Persistence) throws -> EmbeddedServer {
        try sandbox.start(persistence: persistence, powerCuts: true)
    }

    /// Cuts the power and reads what is there afterwards.
    private func afterPowerCut(_ server: EmbeddedServer, _ keys: String...) throws -> (PowerCut, [String]) {
        let before = server.identity
        let cut = try server.powerCut()
        #expect(cut.end.how == "signal 9" && cut.end.server == before && server.status == .downOnPurpose)
        #expect(cut.files.allSatisfy { $0.bytesKept <= $0.bytesWritten })
        let closed = try server.restart()
        let found = try keys.map { try sandbox.ask(closed.endpoint, "GET", $0) }
        try closed.reopen()
        return (cut, found)
    }

    @Test func withAlwaysNothingAcknowledgedIsLost() throws {
        let server = try start(.always)
        var connection = try sandbox.connect(to: server.endpoint)
        for round in 1...3 {
            for _ in 0..<200 { _ = try connection.call(["INCR", "acknowledged"]) }
            let (cut, found) = try afterPowerCut(server, "acknowledged")
            #expect(cut.bytesLost == 0 && cut.files.contains { $0.name.contains("aof") && $0.bytesKept > 0 })
            #expect(found == ["\(round * 200)"])
            connection = try sandbox.connect(to: server.endpoint)
        }
    }

    /// What one buyer has been told so far.
    private final class Told: Sendable {
        let sold = Atomic(0)
        let isOver = Atomic(false)
    }

    /// Whenever it is cut, what a buyer was told stays.
    @Test func withAlwaysNothingIsLostInMidSale() throws {
        let server = try start(.always)
        for _ in 1...3 {
            let told = Told()
            let endpoint = server.endpoint
            let sandbox = sandbox
            Thread.detachNewThread {
                defer { told.isOver.store(true, ordering: .releasing) }
                guard var connection = try? sandbox.connect(to: endpoint) else { return }
                while let reply = try? connection.call(["INCR", "sold"]), reply.kind == .integer {
                    told.sold.store(reply.nodes[0].integer, ordering: .releasing)
                }
            }
            let before = Int(try sandbox.ask(server.endpoint, "GET", "sold")) ?? 0
            #expect(TestProcess.eventually { told.sold.load(ordering: .acquiring) > before + 50 })
            let (_, found) = try afterPowerCut(server, "sold")
            #expect(TestProcess.eventually { told.isOver.load(ordering: .acquiring) })
            // The last one may have been sold without having been told.
            let sold = told.sold.load(ordering: .acquiring)
            #expect([sold, sold + 1].contains(Int(found[0]) ?? -1), "\(sold) were told, and there are \(found)")
        }
    }

    @Test func withoutPersistenceEverythingIsLost() throws {
        let server = try start(.none)
        _ = try sandbox.ask(server.endpoint, "SET", "k", "1")
        let (cut, found) = try afterPowerCut(server, "k")
        #expect(cut.files.isEmpty && found == [""])
    }

    /// What an fsync had reached stays; what was only written goes, although the kernel still had it.
    @Test func withEverysecWhatFollowedTheLastSyncIsLost() throws {
        let server = try start(.everysec)
        _ = try sandbox.ask(server.endpoint, "SET", "first", "1")
        // Redis syncs within two seconds.
        #expect(TestProcess.eventually { (try? Self.unsynced(server)) == 0 })
        #expect(try sandbox.ask(server.endpoint, "CONFIG", "SET", "appendfsync", "no") == "OK")
        _ = try sandbox.ask(server.endpoint, "SET", "second", "2")
        let (cut, found) = try afterPowerCut(server, "first", "second")
        #expect(found == ["1", ""])
        #expect(cut.bytesLost > 0)
        // A crash at the same moment loses nothing.
        #expect(try sandbox.ask(server.endpoint, "CONFIG", "SET", "appendfsync", "no") == "OK")
        _ = try sandbox.ask(server.endpoint, "SET", "second", "2")
        _ = try server.crash()
        #expect(try sandbox.ask(try server.restart().endpoint, "GET", "second") == "2")
    }

    @Test func withSnapshotsWhatFollowedTheLastOneIsLost() throws {
        let server = try start(.rdb)
        _ = try sandbox.ask(server.endpoint, "CONFIG", "SET", "save", "")
        _ = try sandbox.ask(server.endpoint, "SET", "k", "1")
        #expect(try sandbox.ask(server.endpoint, "SAVE") == "OK")
        _ = try sandbox.ask(server.endpoint, "SET", "k", "2")
        let (cut, found) = try afterPowerCut(server, "k")
        #expect(found == ["1"])
        #expect(cut.files.map(\.name) == ["dump.rdb"] && cut.bytesLost == 0)
    }

    /// What a child of the server's syncs counts, and the file that takes the old one's place is another one.
    @Test func whatAChildSavedIsKept() throws {
        let server = try start(.rdb)
        _ = try sandbox.ask(server.endpoint, "CONFIG", "SET", "save", "")
        for value in ["1", "2", "3"] {
            _ = try sandbox.ask(server.endpoint, "SET", "k", value)
            _ = try sandbox.ask(server.endpoint, "BGSAVE")
            #expect(
                TestProcess.eventually {
                    let facts = (try? sandbox.ask(server.endpoint, "INFO", "persistence")) ?? ""
                    return facts.contains("rdb_bgsave_in_progress:0") && facts.contains("rdb_changes_since_last_save:0")
                })
        }
        let (cut, found) = try afterPowerCut(server, "k")
        #expect(found == ["3"] && cut.bytesLost == 0)
    }

    /// A log that was written anew begins with a snapshot, and nothing that was acknowledged before or after it is lost.
    @Test func withAlwaysARewrittenLogIsKept() throws {
        let server = try start(.always)
        _ = try sandbox.ask(server.endpoint, "SET", "before", "1")
        _ = try sandbox.ask(server.endpoint, "BGREWRITEAOF")
        #expect(
            TestProcess.eventually {
                let facts = (try? sandbox.ask(server.endpoint, "INFO", "persistence")) ?? ""
                return facts.contains("aof_rewrite_in_progress:0") && facts.contains("aof_rewrite_scheduled:0")
                    && !facts.contains("aof_last_rewrite_time_sec:-1")
            })
        _ = try sandbox.ask(server.endpoint, "SET", "after", "1")
        #expect(try afterPowerCut(server, "before", "after").1 == ["1", "1"])
    }

    /// Neither a space nor a colon in a path keeps a library from being loaded, as in LD_PRELOAD itself they would.
    @Test func worksInFoldersWithAwkwardNames() throws {
        let folder = sandbox.path + "/a b:c"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let binary = "\(folder)/stress"
        try Script.write("exec '\(StressBinary.path)' \"$@\"", to: binary)
        let built = URL(fileURLWithPath: StressBinary.path).deletingLastPathComponent().path
        try FileManager.default.copyItem(
            atPath: "\(built)/libstress-power-cut.so", toPath: "\(folder)/libstress-power-cut.so")
        let server = try sandbox.start(
            persistence: .always, powerCuts: true, executable: binary, environment: ["TMPDIR": folder])
        #expect(server.folder.hasPrefix(folder))
        _ = try sandbox.ask(server.endpoint, "SET", "k", "1")
        #expect(try afterPowerCut(server, "k").1 == ["1"])
    }

    // MARK: Not possible

    private func refusal(executable: String = StressBinary.path, environment: [String: String] = [:]) -> String {
        let error = #expect(throws: EmbeddedServerError.self) {
            _ = try sandbox.start(
                persistence: .always, powerCuts: true, executable: executable, environment: environment)
        }
        guard case .cannotCutPower = error else { return "another error: \(String(describing: error))" }
        return error?.description ?? ""
    }

    @Test func refusesAServerThatDoesNotLoadTheLibrary() throws {
        let program = try sandbox.script("unset LD_PRELOAD; exec redis-server \"$@\"")
        let text = refusal(environment: ["STRESS_REDIS_SERVER": program])
        #expect(text.contains("\(program) did not load libstress-power-cut.so"), "\(text)")
        #expect(text.contains("dynamically linked"))
        #expect(sandbox.entries.isEmpty)
        sandbox.expectNothingLeft()
    }

    @Test func refusesALibraryThatCannotBeLoaded() throws {
        let folder = try TestFolder("power-cut")
        let binary = try folder.script("stress", "exec '\(StressBinary.path)' \"$@\"")
        let without = refusal(executable: binary)
        #expect(without.contains("\(folder.path)/libstress-power-cut.so"), "\(without)")
        #expect(without.contains("swift build --product stress-power-cut"))
        try folder.file("libstress-power-cut.so", "no library\n")
        let text = refusal(executable: binary)
        // The start of the server's log has the loader's own words.
        #expect(text.contains("did not load") && text.contains("cannot be preloaded"), "\(text)")
        sandbox.expectNothingLeft()
    }

    @Test func refusesAFileSystemThatKeepsNoBirthTimes() {
        let text = refusal(environment: ["TMPDIR": "/proc"])
        #expect(text.contains("/proc does not tell when a file was made") && text.contains("Set TMPDIR"), "\(text)")
    }

    /// Bytes of the server's files that no sync has reached: what a power cut would take at this moment.
    private static func unsynced(_ server: EmbeddedServer) throws -> Int {
        let table = try #require(SyncTable(folder: server.folder))
        var count = 0
        for name in try FileManager.default.subpathsOfDirectory(atPath: server.folder) where name.contains("aof") {
            let file = open("\(server.folder)/\(name)", O_RDONLY | O_CLOEXEC)
            defer { close(file) }
            let (identity, size) = try FileIdentity.of(file)
            var status = stat()
            if stat("\(server.folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG {
                count += size - table.durableBytes(of: identity)
            }
        }
        return count
    }
}
