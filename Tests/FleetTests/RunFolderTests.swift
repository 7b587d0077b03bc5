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
        #expect(!FileManager.default.fileExists(atPath: parent))
    }

    @Test func isTheLatest() throws {
        let folder = try TestFolder("folders")
        let run = try RunFolder(parent: folder.path + "/results/", strategy: "lua", started: Date())
        try run.becomeLatest()
        #expect(FileManager.default.fileExists(atPath: "\(folder.path)/results/latest/history"))
    }
}
