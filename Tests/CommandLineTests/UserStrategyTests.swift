import Foundation
import TestSupport
import Testing

/// Strategy files of the kinds that engineers use, each with the verdict that it deserves. Each file says why.
struct UserStrategyTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var file: String
        /// The check that finds what is broken; nil where nothing is.
        var finder: String?
        /// The exit code of a rehearsal: some mistakes need no race.
        var rehearsal: Int32 = 0
        /// Warnings of the rehearsal.
        var warnings: [String] = []
        var testDescription: String { file }
    }

    static let cases: [Case] = [
        Case(file: "hash-fields"),
        Case(file: "returns-json"),
        Case(file: "returns-array"),
        Case(file: "number-sold"),
        Case(file: "zero-keys", warnings: ["undeclared-key"]),
        // `left == 0` is never true of a key that is not there.
        Case(file: "won-and-last", warnings: ["sells-without-stock"]),
        Case(file: "last-is-sold-out", finder: "exact-accounting", rehearsal: 1, warnings: ["burned-stock"]),
        Case(file: "winners-set"),
        Case(file: "zero-is-true", finder: "purchase-limit", rehearsal: 1, warnings: ["zero-is-true", "nothing-sold"]),
        Case(file: "early-return", finder: "ledger", rehearsal: 1),
        Case(file: "red-packet"),
        Case(file: "seats"),
        Case(file: "cart"),
        Case(file: "plain-decr"),
        Case(file: "string-comparison", finder: "no-oversell", warnings: ["string-comparison"]),
    ]

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Strategies").path

    @Test(arguments: cases)
    func verdict(_ expected: Case) throws {
        let sandbox = try Sandbox()
        let run = try sandbox.stress(
            ["run", "--procs", "2", "--threads", "20", "--strategy", "\(Self.folder)/\(expected.file).yaml"])
        #expect(run.exitCode == (expected.finder == nil ? 0 : 1), "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        if let finder = expected.finder {
            #expect(record.check(finder)["result"].text == "violated", "\(run.output)")
        }
        sandbox.expectNothingLeft()
    }

    @Test(arguments: cases)
    func rehearsal(_ expected: Case) throws {
        let sandbox = try Sandbox()
        let check = try sandbox.stress(["strategies", "check", "\(Self.folder)/\(expected.file).yaml"])
        #expect(check.exitCode == expected.rehearsal, "\(check.errors)\(check.output)")
        for warning in expected.warnings { #expect(check.output.contains("\n  \(warning)  "), "\(check.output)") }
        if expected.finder == nil, expected.warnings.isEmpty {
            #expect(check.output.contains("Warnings: none"), "\(check.output)")
        }
        sandbox.expectNothingLeft()
    }

    @Test("every file is in the table")
    func complete() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".yaml") }
        #expect(Set(files) == Set(Self.cases.map { "\($0.file).yaml" }))
    }

    /// A script beside the file is a part of the run: what it was stays with the results.
    @Test func keepsTheScriptBesideTheFile() throws {
        let sandbox = try Sandbox()
        let run = try sandbox.run(["--strategy", "\(Self.folder)/hash-fields.yaml"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let script = try sandbox.text("\(Self.folder)/hash-fields.lua")
        #expect(try sandbox.record()["scenario"]["strategy"]["files"]["hash-fields.lua"].text == script)
    }
}
