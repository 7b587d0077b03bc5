import FlashSale
import Foundation
import Testing

@testable import Reports

@Suite struct FileSinkTests {
    @Test(arguments: [0, 1, FileSink.bufferSize - 1, FileSink.bufferSize, FileSink.bufferSize + 1, 300_000])
    func writesEveryByte(_ count: Int) throws {
        let folder = try TemporaryFolder()
        var sink = try FileSink(path: folder.path + "/a.csv")
        for index in 0..<count { sink.append(byte: UInt8(truncatingIfNeeded: index)) }
        try sink.close()
        let expected = Data((0..<count).map { UInt8(truncatingIfNeeded: $0) })
        #expect(FileManager.default.contents(atPath: folder.path + "/a.csv") == expected)
    }

    @Test func writesMoreThanTheBufferAtOnceAndInOrder() throws {
        let folder = try TemporaryFolder()
        let large = [UInt8](repeating: 0x61, count: 3 * FileSink.bufferSize)
        var sink = try FileSink(path: folder.path + "/a")
        sink.append("<")
        sink.append(large)
        sink.append(">")
        try sink.close()
        #expect(folder.text("a") == "<" + String(decoding: large, as: UTF8.self) + ">")
    }

    @Test func nothingIsSeenBeforeClose() throws {
        let folder = try TemporaryFolder()
        try folder.write("old", to: "run.json")
        var sink = try FileSink(path: folder.path + "/run.json")
        sink.append("new")
        #expect(folder.text("run.json") == "old")
        try sink.close()
        #expect(folder.text("run.json") == "new")
        #expect(folder.names == ["run.json"])
    }

    @Test func aDroppedSinkLeavesNothing() throws {
        let folder = try TemporaryFolder()
        func begin() throws {
            var sink = try FileSink(path: folder.path + "/run.json")
            sink.append("half")
        }
        try begin()
        #expect(folder.names == [])
    }

    @Test func aSymbolicLinkStaysOne() throws {
        let folder = try TemporaryFolder()
        try folder.write("old", to: "real")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link", withDestinationPath: folder.path + "/real")
        var sink = try FileSink(path: folder.path + "/link")
        sink.append("new")
        try sink.close()
        #expect(folder.text("real") == "new")
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/link") == folder.path + "/real")
    }

    @Test func aFullDiskKeepsTheOldFileAndRemovesTheTemporary() throws {
        let folder = try TemporaryFolder()
        let target = folder.path + "/attempts.csv"
        try folder.write("old", to: "attempts.csv")
        try folder.write("", to: "attempts.csv.tmp")
        let full = open("/dev/full", O_WRONLY)
        try #require(full >= 0)
        var sink = FileSink(path: target, target: target, temporary: target + ".tmp", descriptor: full)
        for _ in 0..<3 { sink.append([UInt8](repeating: 0x31, count: 50_000)) }
        let error = Self.failure(closing: sink)
        #expect(error == .cannotWrite(path: target, reason: "No space left on device"))
        #expect(error?.status == .cannotWrite)
        #expect(error?.description == "\(target) could not be written: No space left on device")
        #expect(folder.names == ["attempts.csv"])
        #expect(folder.text("attempts.csv") == "old")
    }

    /// A device is written to in its place: a rename would replace it.
    @Test func aDeviceStaysADevice() throws {
        var sink = try FileSink(path: "/dev/full")
        sink.append("x")
        #expect(Self.failure(closing: sink) == .cannotWrite(path: "/dev/full", reason: "No space left on device"))
        var status = stat()
        #expect(stat("/dev/full", &status) == 0)
        #expect(status.st_mode & S_IFMT == S_IFCHR)

        var null = try FileSink(path: "/dev/null")
        null.append("x")
        #expect(Self.failure(closing: null) == nil)
    }

    @Test func aPipeThatNobodyReadsIsNotWaitedFor() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let error = #expect(throws: ReportError.self) { _ = try FileSink(path: path) }
        #expect(
            error
                == .cannotCreate(path: path, reason: "it is a pipe that nobody reads, or a socket; a file is wanted"))
    }

    @Test func aPipeThatIsReadIsWrittenTo() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        var sink = try FileSink(path: path)
        sink.append("text")
        try sink.close()
        var bytes = [UInt8](repeating: 0, count: 10)
        #expect(read(reader, &bytes, 10) == 4)
    }

    /// What stands in the temporary's place is nobody's, and where a link leads is somebody's.
    @Test func aLinkInTheTemporarysPlaceIsNotFollowed() throws {
        let folder = try TemporaryFolder()
        try folder.write("mine", to: "mine")
        let temporary = "attempts.csv.\(getpid()).tmp"
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/\(temporary)", withDestinationPath: folder.path + "/mine")
        var sink = try FileSink(path: folder.path + "/attempts.csv")
        sink.append("new")
        try sink.close()
        #expect(folder.text("mine") == "mine" && folder.text("attempts.csv") == "new")
        #expect(folder.names == ["attempts.csv", "mine"])
    }

    @Test func whatCannotBeCreated() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "file")
        try FileManager.default.createDirectory(atPath: folder.path + "/folder", withIntermediateDirectories: false)
        for (name, reason) in [
            ("file/a.csv", "Not a directory"), ("nowhere/a.csv", "No such file or directory"),
            ("folder", "Is a directory"),
        ] {
            let path = folder.path + "/" + name
            let error = #expect(throws: ReportError.self) { _ = try FileSink(path: path) }
            #expect(error == .cannotCreate(path: path, reason: reason))
            #expect(error?.status == .cannotCreate)
            #expect(error?.description == "\(path) cannot be created: \(reason)")
        }
        #expect(folder.names == ["file", "folder"])
    }

    @Test(
        arguments: [(ENOSPC, 74), (EDQUOT, 74), (EIO, 74), (EACCES, 73), (ENOENT, 73), (EROFS, 73)] as [(CInt, Int32)])
    func exitCodeOfWhatCreationMeets(_ code: CInt, _ exitCode: Int32) {
        #expect(ReportError.creating("a", code).status.rawValue == exitCode)
    }

    private static func failure(closing sink: consuming FileSink) -> ReportError? {
        do throws(ReportError) {
            try sink.close()
            return nil
        } catch {
            return error
        }
    }
}
