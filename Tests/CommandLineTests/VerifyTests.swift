import Foundation
import Glibc
import TestSupport
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

    @Test func whatWasNotToldIsNotCalledUncountable() throws {
        let path = try history(Self.header + "1,100,250,won,1\n2,200,400,won,0\n")
        let run = try sandbox.stress(["verify", "--history", path, "--units", "2"])
        #expect(run.exitCode == 0 && said(run).contains("not told (--remaining)"), "\(run.output)")
        #expect(said(run).contains("--remaining would tell") && !said(run).contains("could not be counted"))
    }

    /// The flag and its value as two words, as everybody types them.
    @Test func aStockBelowNothingCanBeTold() throws {
        let path = try history(Self.header + "1,100,250,won,1\n2,200,400,won,0\n")
        let run = try sandbox.stress(["verify", "--history", path, "--units", "2", "--remaining", "-1"])
        #expect(run.exitCode == 1 && said(run).contains("left on the server -1"), "\(run.output)\(run.errors)")
    }

    @Test func aStockThatRoseIsSaidSo() throws {
        let path = try history(Self.header + "1,100,250,won,1\n2,200,400,won,0\n")
        let run = try sandbox.stress(["verify", "--history", path, "--units", "2", "--remaining", "3"])
        #expect(run.exitCode == 1 && said(run).contains("but the stock rose by 1"), "\(run.output)")
        #expect(said(run).contains("1 unit came back to the stock") && !said(run).contains("only -1"))
        let same = try sandbox.stress(["verify", "--history", path, "--units", "2", "--remaining", "2"])
        #expect(same.exitCode == 1 && said(same).contains("but the stock did not fall"), "\(same.output)")
    }

    @Test func quantitiesOfOrdersNeedThoseOfAttempts() throws {
        let rows = "1,100,250,won,1\n2,200,400,won,0\n"
        let path = try history(Self.header + rows)
        let ledger = try history("attempt,quantity\n1,1\n2,5\n", "ledger.csv")
        let run = try sandbox.stress(["verify", "--history", path, "--units", "2", "--ledger", ledger])
        #expect(run.exitCode == 64 && run.errors.contains("order 2, is of 5 units"), "\(run.output)\(run.errors)")
        #expect(run.errors.contains("has no column quantity"))
        let ones = try history("attempt,quantity\n1,1\n2,1\n", "ones.csv")
        #expect(try sandbox.stress(["verify", "--history", path, "--units", "2", "--ledger", ones]).exitCode == 0)
    }

    @Test func aHistoryOfNothingProvesNothing() throws {
        let path = try history(Self.header)
        let run = try sandbox.stress(["verify", "--history", path, "--units", "2", "--remaining", "0"])
        #expect(run.exitCode == 2 && run.output.hasPrefix("INCONCLUSIVE"), "\(run.output)\(run.errors)")
    }

    /// Buyers that the file does not name are not named, and what takes no microsecond has times all the same.
    @Test func evidenceSaysWhatTheFileSays() throws {
        let rows = "1,100,300,won,0\n2,200,400,won,1\n3,500,600,won,2\n"
        let path = try history(Self.header + rows)
        let run = try sandbox.stress(["verify", "--history", path, "--units", "3", "--remaining", "0"])
        #expect(run.exitCode == 1 && !run.output.contains("buyer 3"), "\(run.output)")
        #expect(
            run.output.contains("    attempt 3  ") && run.output.contains("0.000400 .. 0.000500 ms"), "\(run.output)")
        let named = try history(
            "attempt,buyer,invoked_ns,returned_ns,outcome,remaining\n1,5,100,300,won,0\n2,6,200,400,won,1\n3,7,500,600,won,2\n",
            "named.csv")
        let told = try sandbox.stress(["verify", "--history", named, "--units", "3", "--remaining", "0"])
        #expect(told.exitCode == 1 && told.output.contains("buyer 7 (attempt 3)"), "\(told.output)\(told.errors)")
    }

    @Test func aPipeThatNobodyWritesToIsRefused() throws {
        let pipe = sandbox.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        let path = try history(Self.header + "1,100,250,won,1\n")
        let runs = try [["--history", pipe], ["--history", path, "--ledger", pipe]].map {
            try sandbox.start(["verify", "--units", "2"] + $0)
        }
        for run in runs {
            #expect(run.wait(seconds: 20) == .init(exitCode: 64), "\(run.errors)")
            #expect(run.errors.contains("a pipe that nobody writes to"))
        }
    }

    /// `stress verify --history <(zcat attempts.csv.gz)`.
    @Test func aPipeThatSomebodyWritesToIsRead() throws {
        let path = try history(Self.header + "1,100,250,won,1\n2,200,400,won,0\n")
        let run = try sandbox.stress(
            ["verify", "--history", "/dev/stdin", "--units", "2", "--remaining", "0"],
            after: "exec 0<&-; mkfifo in; (sleep 0.3; cat '\(path)') > in & exec < in")
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
    }
}
