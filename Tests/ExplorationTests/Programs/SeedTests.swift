import Exploration
import FlashSale
import Foundation
import TestSupport
import Testing

/// The two listings of an article as they stand there, but for the capitals and the indentation that it has lost on the way, for the port,
/// and for how many threads there are.
struct SeedTests {
    private static func listing(_ name: String) throws -> String {
        try Shops.text(name).replacing("port=6379", with: "port=int(__import__('os').environ['REDIS_PORT'])")
    }

    /// It makes a transaction, and nobody watches: `conn.watch` is none of the pipeline's.
    private static func first(inThreads: Bool) throws -> ProgramTrial {
        var listing = try listing("seed-first.py")
        guard inThreads else {
            return try ProgramTrial(
                ["seed.py": listing], .processes([ProgramTrial.python, "-W", "ignore", "seed.py"]),
                won: #"stdout /^\[True\]/"#)
        }
        listing =
            "def miaosha():\n" + listing.split(separator: "\n").map { "    \($0)\n" }.joined()
            + "import sys, threading\nfor i in range(int(sys.argv[1])): threading.Thread(target=miaosha).start()\n"
        return try ProgramTrial(
            ["seed.py": listing], .whole([ProgramTrial.python, "-W", "ignore", "seed.py", "{buyers}"]),
            won: #"stdout /^\[True\]/"#)
    }

    private static func second() throws -> ProgramTrial {
        let listing = try listing("seed-second.py").replacing(
            "range(300)", with: "range(int(__import__('sys').argv[1]))")
        return try ProgramTrial(
            ["seed.py": listing], .whole([ProgramTrial.python, "seed.py", "{buyers}"]), won: "stdout /成功/")
    }

    @Test(
        "the first listing sells a unit twice, as a program for each purchase and with threads",
        arguments: [false, true])
    func first(_ inThreads: Bool) throws {
        let found = try Self.first(inThreads: inThreads).explore()
        #expect(found.end == .complete && found.counts.unsteady == nil && found.counts.givenUp == 0, "\(found)")
        #expect(found.violated.contains(.noOversell) && found.bad < found.violations.count, "\(found)")
    }

    @Test("the second one stands every order of two threads")
    func second() throws {
        let found = try Self.second().explore()
        #expect(found.end == .complete && found.counts.unsteady == nil && found.counts.givenUp == 0, "\(found)")
        #expect(found.bad == 0 && found.outcomes.allSatisfy { $0.contains(.won) || $0.contains(.failed) }, "\(found)")
    }

    @Test("the second one takes two units for a purchase where the reply of EXEC is lost")
    func secondWithLostReply() throws {
        let found = try Self.second().explore(buyers: 1, units: 2, .losing())
        #expect(found.end == .complete && found.violated.contains(.exactAccounting), "\(found)")
    }
}
