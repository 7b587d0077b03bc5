import Foundation
import Glibc
import TestSupport
import Testing

/// `stress verify` of a run's folder, as its users see it.
struct VerifyRunTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// Its output without line breaks.
    private func said(_ run: Sandbox.Finished) -> String {
        run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private func verify(_ change: (_ folder: String) throws -> Void) throws -> Sandbox.Finished {
        #expect(try sandbox.run(["--strategy", "lua"]).exitCode == 0)
        try change(sandbox.latest)
        return try sandbox.stress(["verify", sandbox.latest])
    }

    private func edit(_ path: String, _ change: (inout Data) -> Void) throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        change(&bytes)
        try bytes.write(to: URL(fileURLWithPath: path))
    }

    private static let header64 = 65536

    @Test func aJournalThatWasCutIsInconclusive() throws {
        let run = try verify { folder in try edit(folder + "/history/worker-0.journal") { $0.removeLast(40) } }
        #expect(run.exitCode == 2 && said(run).contains("ends in the middle of a record"), "\(run.output)")
    }

    @Test func aJournalThatIsGoneIsInconclusive() throws {
        let run = try verify { folder in
            try FileManager.default.removeItem(atPath: folder + "/history/worker-1.journal")
        }
        #expect(run.exitCode == 2 && said(run).contains("history/worker-1.journal cannot be opened"), "\(run.output)")
    }

    @Test func recordsInAnotherOrderAreInconclusive() throws {
        let run = try verify { folder in
            try edit(folder + "/history/worker-0.journal") { bytes in
                let first = bytes[Self.header64..<Self.header64 + 64]
                let second = bytes[Self.header64 + 64..<Self.header64 + 128]
                bytes.replaceSubrange(Self.header64..<Self.header64 + 128, with: second + first)
            }
        }
        #expect(run.exitCode == 2 && said(run).contains("older than the one before it"), "\(run.output)")
    }

    @Test func aRecordThatIsThereTwiceIsInconclusive() throws {
        let run = try verify { folder in
            try edit(folder + "/history/worker-0.journal") { bytes in
                let first = Data(bytes[Self.header64..<Self.header64 + 64])
                bytes.replaceSubrange(Self.header64 + 64..<Self.header64 + 128, with: first)
            }
        }
        #expect(run.exitCode == 2 && said(run).contains("history/worker-0.journal is not what the run wrote"))
    }

    @Test func anOrderThatIsGoneIsSeen() throws {
        let run = try verify { folder in
            var lines = try sandbox.text(folder + "/ledger.csv").split(separator: "\r\n").map(String.init)
            lines.removeLast()
            try (lines.joined(separator: "\r\n") + "\r\n").write(
                toFile: folder + "/ledger.csv", atomically: true, encoding: .utf8)
        }
        #expect(run.exitCode == 2 && said(run).contains("ledger.csv is not what the run wrote"), "\(run.output)")
    }

    @Test func aRecordOfAnotherVersionIsRefused() throws {
        let run = try verify { folder in
            try edit(folder + "/run.json") { bytes in
                let text = String(decoding: bytes, as: UTF8.self).replacingOccurrences(
                    of: "\"observed\"", with: "\"other\"")
                bytes = Data(text.utf8)
            }
        }
        #expect(run.exitCode == 64 && run.errors.contains("run.json: observed is missing"), "\(run.errors)")
    }

    @Test func aVerdictThatDiffersIsSaid() throws {
        let run = try verify { folder in
            try edit(folder + "/run.json") { bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                    .replacingOccurrences(of: "\"verdict\" : \"upheld\"", with: "\"verdict\" : \"violated\"")
                bytes = Data(text.utf8)
            }
        }
        #expect(run.exitCode == 2 && said(run).contains("The run itself said violated"), "\(run.output)")
        #expect(said(run).contains("because run.json is not what the run wrote"), "\(run.output)")
    }

    /// The stock is no longer what the sale opened with, so that every unit seems to be lost or sold twice.
    @Test func nobodyIsAccusedByAnEditedRecord() throws {
        let run = try verify { folder in
            try edit(folder + "/run.json") { bytes in
                bytes = Data(
                    String(decoding: bytes, as: UTF8.self).replacing("\"units\" : 200", with: "\"units\" : 150").utf8)
            }
        }
        #expect(run.exitCode == 2 && said(run).contains("run.json, which that rests on, is not what"), "\(run.output)")
    }

    @Test func aPipeInItsPlaceIsNotWaitedFor() throws {
        #expect(try sandbox.run(["--strategy", "lua"]).exitCode == 0)
        for (file, code) in [("history/worker-0.journal", Int32(2)), ("ledger.csv", 2), ("run.json", 64)] {
            let path = "\(sandbox.latest)/\(file)"
            try FileManager.default.moveItem(atPath: path, toPath: path + ".aside")
            #expect(mkfifo(path, 0o600) == 0)
            let run = try sandbox.start(["verify", sandbox.latest])
            #expect(run.wait(seconds: 10) == .init(exitCode: code), "\(file): \(run.output)\(run.errors)")
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: path + ".aside", toPath: path)
        }
        #expect(try sandbox.stress(["verify", sandbox.latest]).exitCode == 0)
    }

    /// What took place was right, but it was not all.
    @Test func aRunThatWasStoppedStaysOne() throws {
        let run = try sandbox.start(["run", "--strategy", "lua"] + Sandbox.long)
        #expect(sandbox.isSelling())
        run.signal(SIGINT)
        #expect(run.wait() == .init(exitCode: 130), "\(run.errors)")
        let verified = try sandbox.stress(["verify", sandbox.latest, "--format", "json"])
        #expect(verified.exitCode == 130, "\(verified.output)")
        let record = try JSON(Data(verified.output.utf8))
        #expect(record["exit_code"].number == 130 && record["verdict"].text == "upheld")
        #expect(try sandbox.stress(["verify", sandbox.latest]).output.hasPrefix("UPHELD"))
    }

    @Test func whatIsPrintedIsWhatIsWritten() throws {
        let run = try sandbox.run(["--strategy", "lua", "--format", "json"])
        #expect(run.exitCode == 0)
        #expect(try sandbox.text(sandbox.latest + "/run.json") == run.output)
        let files = try sandbox.record()["observed"]["digests"]["files"].list.compactMap { $0["file"].text }
        #expect(files == ["history/worker-0.journal", "history/worker-1.journal", "ledger.csv"])
    }
}
