import FlashSale
import Foundation
import TestSupport
import Testing

@testable import Fleet

/// Where a run's folder is made.
struct RunFolderTests {
    @Test(arguments: ["r", "r/", "one/two/three", "one/two//", "./r", "results"])
    func isMadeWithAllThatIsAboveIt(_ name: String) throws {
        let folder = try TestFolder("folders")
        let parent = "\(folder.path)/\(name)"
        let first = try RunFolder(parent: parent, strategy: "lua", started: Date(timeIntervalSince1970: 0))
        let second = try RunFolder(parent: parent, strategy: "lua", started: Date(timeIntervalSince1970: 0))
        #expect(first.path != second.path)
        #expect(FileManager.default.fileExists(atPath: first.historyPath))
        // Only what a run made for itself alone is taken away with it.
        second.remove()
        #expect(FileManager.default.fileExists(atPath: first.path))
        first.remove()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    /// What stands beside it stays, and so does what was there before.
    @Test func leavesWhatIsAnotherOnes() throws {
        let folder = try TestFolder("folders")
        _ = try folder.folder("one")
        let run = try RunFolder(parent: folder.path + "/one/two/three", strategy: "lua", started: Date())
        try folder.file("one/two/mine", "mine")
        run.remove()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/one/two") == ["mine"])
        try FileManager.default.removeItem(atPath: folder.path + "/one/two")
        try RunFolder(parent: folder.path + "/one", strategy: "lua", started: Date()).remove()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["one"])
    }

    /// Paths have 4095 bytes at most: the run's own folder can be made, and nothing in it; or not even that.
    @Test(arguments: [0, 7, 8, 21])
    func leavesNothingWhereItCannotBeMade(_ beyond: Int) throws {
        let folder = try TestFolder("folders")
        let name = "1970-01-01T000000Z-lua"
        let length = 4095 - name.utf8.count - 1 - 7 + beyond
        var parent = folder.path
        while parent.utf8.count < length {
            let left = length - parent.utf8.count - 1
            // No part is empty, or longer than a name may be.
            parent += "/" + String(repeating: "x", count: left > 202 ? 200 : max(1, min(left, 202)))
        }
        let problem = #expect(throws: RunError.self) {
            try RunFolder(parent: parent, strategy: "lua", started: Date(timeIntervalSince1970: 0))
        }
        #expect(problem?.status == .cannotCreate && problem?.message.contains("File name too long") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func isTheLatest() throws {
        let folder = try TestFolder("folders")
        let run = try RunFolder(parent: folder.path + "/results/", strategy: "lua", started: Date())
        try run.becomeLatest()
        #expect(FileManager.default.fileExists(atPath: "\(folder.path)/results/latest/history"))
        let next = try RunFolder(parent: folder.path + "/results/", strategy: "lock", started: Date())
        try next.becomeLatest()
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder.path)/results/latest")
        #expect("\(folder.path)/results/\(target)" == next.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/results").count == 3)
    }

    @Test(arguments: [true, false])
    func takesNoOtherThingsPlace(_ isFolder: Bool) throws {
        let folder = try TestFolder("folders")
        let run = try RunFolder(parent: folder.path, strategy: "lua", started: Date())
        if isFolder { _ = try folder.folder("latest") } else { try folder.file("latest", "mine") }
        let problem = #expect(throws: RunError.self) { try run.becomeLatest() }
        #expect(problem?.status == .cannotWrite && problem?.message.contains("not a link to a run") == true)
        // Not of what a link leads to.
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/latest")
        #expect(attributes[.type] as? FileAttributeType != .typeSymbolicLink)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
    }

    /// Links of runs that were killed on the way to `latest`; those of runs that may be on it, and what looks alike, stay.
    @Test func removesLinksThatWereLeftBehind() throws {
        let folder = try TestFolder("folders")
        let now = time(nil)
        for (name, age) in [
            (".latest-12345", 120), (".latest-54321", 0), (".latest-", 120), (".latest-12x", 120), ("latest", 120),
        ] {
            #expect(symlink("nowhere", "\(folder.path)/\(name)") == 0)
            var times = timeval()
            times.tv_sec = now - age
            #expect(lutimes("\(folder.path)/\(name)", [times, times]) == 0)
        }
        try folder.file(".latest-777", "mine")
        let run = try RunFolder(parent: folder.path, strategy: "lua", started: Date())
        try run.becomeLatest()
        #expect(
            Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) == [
                ".latest-54321", ".latest-", ".latest-12x", ".latest-777", "latest",
                String(run.path.dropFirst(folder.path.count + 1)),
            ])
    }
}
