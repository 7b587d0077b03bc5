import FlashSale
import Foundation
import Testing

@testable import Reports

@Suite struct RunsCSVTests {
    private static let header = RunsCSV.columns.joined(separator: ",")

    private static func lines(_ folder: TemporaryFolder) -> [String] {
        (folder.text("runs.csv") ?? "").components(separatedBy: "\r\n")
    }

    @Test(arguments: [true, false])
    func theHeaderComesOnce(isThereAndEmpty: Bool) throws {
        let folder = try TemporaryFolder()
        if isThereAndEmpty { try folder.write("", to: "runs.csv") }
        for record in Samples.all { try RunsCSV.append(record, path: folder.path + "/runs.csv") }
        let lines = Self.lines(folder)
        #expect(lines.count == Samples.all.count + 2)
        #expect(lines.first == Self.header)
        #expect(lines.last == "")
        #expect(lines[2].hasPrefix("2025-11-11T00:00:00Z,k3v9x1,naive,violated,1,false,"))
    }

    @Test func anOpenLastLineIsEnded() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.header + "\r\n2025", to: "runs.csv")
        try RunsCSV.append(Samples.upheld, path: folder.path + "/runs.csv")
        #expect(Self.lines(folder).count == 4)
        #expect(Self.lines(folder)[1] == "2025")
    }

    @Test func linesAsAnEditorEndsThemAreFine() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.header + "\n", to: "runs.csv")
        try RunsCSV.append(Samples.upheld, path: folder.path + "/runs.csv")
        #expect(folder.text("runs.csv")?.hasPrefix(Self.header + "\n2025-11-11") == true)
    }

    @Test func aTableOfAnEarlierVersionKeepsItsColumns() throws {
        let folder = try TemporaryFolder()
        let earlier = Self.header.replacing(",returned,", with: ",").replacing(",purchases_returned", with: "")
        try folder.write(earlier + "\r\n", to: "runs.csv")
        try RunsCSV.append(Samples.upheld, path: folder.path + "/runs.csv")
        let lines = Self.lines(folder)
        #expect(lines[0] == earlier)
        let columns = earlier.split(separator: ",")
        let cells = lines[1].split(separator: ",", omittingEmptySubsequences: false)
        #expect(cells.count == columns.count)
        #expect(cells[columns.firstIndex(of: "unknown")! + 1] == "\(Samples.upheld.purchases.won)")
        #expect(cells.last.map(String.init) == Samples.upheld.version)
    }

    @Test(arguments: ["begun,run\r\n", header + ",more\r\n", header + ",run\r\n"])
    func otherColumnsAreRefused(_ text: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(text, to: "runs.csv")
        let path = folder.path + "/runs.csv"
        let error = #expect(throws: ReportError.self) { try RunsCSV.append(Samples.upheld, path: path) }
        #expect(error?.status == .cannotWrite)
        #expect(error?.description.contains("columns that this version of stress does not know") == true)
        #expect(folder.text("runs.csv") == text)
    }

    @Test func manyAtOnce() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/runs.csv"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 { group.addTask { try RunsCSV.append(Samples.inconclusive, path: path) } }
            try await group.waitForAll()
        }
        let lines = Self.lines(folder)
        #expect(lines.count == 42)
        #expect(lines.filter { $0 == Self.header }.count == 1)
        #expect(Set(lines[1...40]).count == 1)
    }

    @Test func aFullDiskAndAFolderThatIsNone() throws {
        #expect(throws: ReportError.cannotWrite(path: "/dev/full", reason: "No space left on device")) {
            try RunsCSV.append(Samples.upheld, path: "/dev/full")
        }
        let folder = try TemporaryFolder()
        try folder.write("", to: "file")
        let path = folder.path + "/file/runs.csv"
        #expect(throws: ReportError.cannotCreate(path: path, reason: "Not a directory")) {
            try RunsCSV.append(Samples.upheld, path: path)
        }
    }

    /// Nobody reads it, so that even opening it would wait.
    @Test func aPipeInItsPlace() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/runs.csv"
        #expect(mkfifo(path, 0o600) == 0)
        #expect(
            throws: ReportError.cannotWrite(path: path, reason: "it is a pipe or a terminal; a file is wanted")
        ) {
            try RunsCSV.append(Samples.upheld, path: path)
        }
    }

    /// A program that was stopped holds the file, and does not hold up every run that follows.
    @Test func aLockThatIsNeverGivenBack() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/runs.csv"
        try RunsCSV.append(Samples.upheld, path: path)
        let holder = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(holder) }
        #expect(flock(holder, LOCK_EX) == 0)
        try RunsCSV.append(Samples.upheld, path: path, lockPatienceMilliseconds: 50)
        let lines = Self.lines(folder)
        #expect(lines.count == 4 && lines[1] == lines[2], "\(lines)")
    }
}
