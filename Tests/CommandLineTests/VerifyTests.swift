import Foundation
import Testing

/// `stress verify`, as its users see it.
struct VerifyTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private func history(_ text: String, _ name: String = "history.csv") throws -> String {
        let path = sandbox.path + "/" + name
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// Its output without line breaks.
    private func said(_ run: Sandbox.Finished) -> String {
        run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static let header = "attempt,invoked_ns,returned_ns,outcome,remaining\n"

    @Test func aGoodHistoryIsUpheld() throws {
        let path = try history(Self.header + "1,100,250,won,1\n2,200,400,won,0\n3,300,700,sold-out,\n")
        let run = try sandbox.stress(["verify", "--history", path, "--units", "2", "--remaining", "0"])
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        #expect(run.output.hasPrefix("UPHELD  the sale sold all 2 units"))
    }

    /// Its totals agree: three units, three wins, none left.
    @Test func answersThatContradictRealTimeAreFound() throws {
        let path = try history(Self.header + "1,100,300,won,0\n2,200,400,won,1\n3,500,600,won,2\n")
        let run = try sandbox.stress(
            ["verify", "--history", path, "--units", "3", "--remaining", "0", "--format", "json"])
        #expect(run.exitCode == 1)
        let record = try JSON(Data(run.output.utf8))
        for check in record["checks"].list where check["result"].text == "violated" {
            #expect(check["name"].text == "linearizable")
        }
        #expect(record["verdict"].text == "violated")
    }

    @Test func whatMayStillHappenExplainsAHole() throws {
        let rows = "1,100,200,won,0\n2,50,,unknown,\n3,120,180,conflict,\n"
        let path = try history(Self.header + rows)
        let run = try sandbox.stress(["verify", "--history", path, "--units", "2"])
        #expect(run.exitCode == 0, "\(run.output)")
        // Called only after the win had returned.
        let late = try history(Self.header + "1,100,200,won,0\n2,250,,unknown,\n3,10,300,conflict,\n", "late.csv")
        let refused = try sandbox.stress(["verify", "--history", late, "--units", "2"])
        #expect(refused.exitCode == 1 && said(refused).contains("linearizable"), "\(refused.output)")
    }

    @Test func ordersAreCompared() throws {
        let path = try history(Self.header + "1,100,250,won,1\n2,200,400,won,0\n")
        let good = try history("attempt\n1\n2\n", "good.csv")
        let arguments = ["verify", "--history", path, "--units", "2", "--ledger"]
        #expect(try sandbox.stress(arguments + [good]).exitCode == 0)
        let missing = try history("attempt\n1\n", "missing.csv")
        let run = try sandbox.stress(arguments + [missing])
        #expect(run.exitCode == 1 && said(run).contains("the server has no order of it"), "\(run.output)")
        let buyers = try history("buyer\n1\n2\n", "buyers.csv")
        let refused = try sandbox.stress(arguments + [buyers])
        #expect(refused.exitCode == 64 && refused.errors.contains("has no column buyer"), "\(refused.errors)")
    }

    @Test func anAttemptThatIsThereTwiceIsInconclusive() throws {
        let path = try history(
            Self.header + "1,100,250,won,1\n2,200,400,won,0\n3,210,300,conflict,\n3,210,300,conflict,\n")
        let run = try sandbox.stress(["verify", "--history", path, "--units", "2"])
        #expect(run.exitCode == 2 && said(run).contains("2 records have the attempt id 3"), "\(run.output)")
    }

    @Test(arguments: [
        (["verify"], "a run's folder is wanted"),
        (["verify", "x", "--history", "y", "--units", "1"], "found both"),
        (["verify", "nowhere"], "there is no folder nowhere"),
        (["verify", "x", "--units", "1"], "--units is for --history"),
        (["verify", "--history", "nowhere.csv"], "--units N"),
        (["verify", "--history", "nowhere.csv", "--units", "0"], "--units 0"),
        (["verify", "--history", "nowhere.csv", "--units", "2"], "nowhere.csv cannot be read"),
    ])
    func refusesWhatItCannotMean(_ arguments: [String], _ message: String) throws {
        let run = try sandbox.stress(arguments)
        #expect(run.exitCode == 64 && run.output.isEmpty)
        #expect(run.errors.contains(message), "\(run.errors)")
    }

    @Test func damagedRowsAreNamed() throws {
        let path = try history(Self.header + "1,100,250,won,1\n2,200,many,won,0\n")
        let run = try sandbox.stress(["verify", "--history", path, "--units", "2"])
        #expect(run.exitCode == 64 && run.output.isEmpty)
        #expect(run.errors.contains("history.csv, line 3, column returned_ns"), "\(run.errors)")
    }

    // MARK: A run's folder

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
        #expect(run.exitCode == 2 && said(run).contains("end in the middle of a record"), "\(run.output)")
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
        // The one that was overwritten may have been a win.
        #expect(run.exitCode == 2 || run.exitCode == 1)
        #expect(said(run).contains("have the attempt id"), "\(run.output)")
    }

    @Test func anOrderThatIsGoneIsSeen() throws {
        let run = try verify { folder in
            var lines = try sandbox.text(folder + "/ledger.csv").split(separator: "\r\n").map(String.init)
            lines.removeLast()
            try (lines.joined(separator: "\r\n") + "\r\n").write(
                toFile: folder + "/ledger.csv", atomically: true, encoding: .utf8)
        }
        #expect(run.exitCode == 1 || run.exitCode == 2)
        #expect(said(run).contains("it was changed since"), "\(run.output)")
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
        #expect(run.exitCode == 0 && said(run).contains("The run itself said violated"), "\(run.output)")
    }
}
