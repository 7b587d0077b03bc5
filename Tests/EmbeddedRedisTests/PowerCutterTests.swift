import Foundation
import Glibc
import TestSupport
import Testing

@testable import EmbeddedRedis

/// What the library notes of a program's fsync and fdatasync, and what is cut, without a server: coreutils' `sync` is the program.
struct PowerCutterTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder("power-cutter")
        try SyncTable.make(in: folder.path)
    }

    /// Runs `sync` with the library.
    private func sync(_ arguments: String...) throws { try sync(arguments: arguments) }

    private func sync(arguments: [String]) throws {
        let library = URL(fileURLWithPath: StressBinary.path).deletingLastPathComponent()
            .appendingPathComponent("libstress-power-cut.so").path
        let program = try Program(
            "/usr/bin/env",
            ["LD_PRELOAD=\(library)", "\(SyncTable.variable)=\(SyncTable.path(in: folder.path))", "sync"] + arguments,
            folder: folder.path, files: "/tmp", environment: ["PATH": "/usr/bin:/bin"])
        #expect(program.wait() == .init(exitCode: 0), "\(program.errors)")
    }

    private func append(_ text: String, to name: String) throws {
        let file = try #require(FileHandle(forWritingAtPath: "\(folder.path)/\(name)"))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    private func text(_ name: String) -> String? {
        try? String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
    }

    @Test(arguments: [[], ["--data"]])
    func whatWasSyncedStays(_ flags: [String]) throws {
        _ = try folder.folder("inner")
        try folder.file("inner/synced", "durable")
        try folder.file("never", "gone")
        try folder.file("redis.log", "kept")
        try sync(arguments: flags + ["inner/synced"])
        try append(" or not", to: "inner/synced")
        #expect(
            try PowerCutter.cut(folder.path) == [
                .init(name: "inner/synced", bytesWritten: 14, bytesKept: 7),
                .init(name: "never", bytesWritten: 4, bytesKept: 0),
            ])
        #expect(text("inner/synced") == "durable" && text("never") == "" && text("redis.log") == "kept")
        // A second cut finds nothing more to take.
        #expect(try PowerCutter.cut(folder.path).allSatisfy { $0.bytesWritten == $0.bytesKept })
    }

    /// A file is itself under another name, and one that took its number or its name is not it.
    @Test func aFileIsToldFromOthers() throws {
        try folder.file("temporary", "snapshot")
        try sync("temporary")
        try FileManager.default.moveItem(atPath: "\(folder.path)/temporary", toPath: "\(folder.path)/dump")
        for name in ["a", "b", "c"] { try folder.file(name, "old") }
        try sync("a", "b", "c")
        // Some file system gives the numbers away again at once.
        for name in ["a", "b", "c"] { unlink("\(folder.path)/\(name)") }
        for name in ["a", "b", "c"] { try folder.file(name, "new") }
        #expect(try PowerCutter.cut(folder.path).map(\.bytesKept) == [0, 0, 0, 8])
        #expect(text("dump") == "snapshot" && text("a") == "")
    }

    /// A sync that fails makes nothing durable; nor does one of another kind.
    @Test func onlyTheseTwoCallsCount() throws {
        try folder.file("file", "text")
        try sync("--file-system", "file")
        #expect(try PowerCutter.cut(folder.path).map(\.bytesKept) == [0])
    }

    @Test func withoutCertaintyNothingIsCut() throws {
        try folder.file("file", "text")
        let table = try #require(FileHandle(forWritingAtPath: SyncTable.path(in: folder.path)))
        // The last word of the head.
        try table.seek(toOffset: 24)
        try table.write(contentsOf: Data([1]))
        try table.close()
        #expect(throws: ServerFaultError.self) { _ = try PowerCutter.cut(folder.path) }
        #expect(text("file") == "text")
        unlink(SyncTable.path(in: folder.path))
        #expect(throws: ServerFaultError.self) { _ = try PowerCutter.cut(folder.path) }
        #expect(text("file") == "text")
    }

    @Test func aThousandFilesAreToldApart() throws {
        let names = (0..<1000).map { "file\($0)" }
        for name in names { try folder.file(name, name) }
        try sync(arguments: names)
        for name in names { try append("x", to: name) }
        let files = try PowerCutter.cut(folder.path)
        #expect(files.count == 1000 && files.allSatisfy { $0.bytesKept == $0.name.utf8.count })
    }
}
