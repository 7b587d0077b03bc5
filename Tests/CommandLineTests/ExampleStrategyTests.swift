import Foundation
import TestSupport
import Testing

/// The strategy files under examples/strategies: each ends with the verdict that it states itself.
struct ExampleStrategyTests {
    /// What a rehearsal says of a file: some mistakes need no race.
    struct Rehearsal: Sendable {
        var exitCode: Int32 = 0
        var warnings: [String] = []
    }

    /// Of those that a rehearsal has something to say of.
    static let rehearsals: [String: Rehearsal] = [
        "zero-keys": Rehearsal(warnings: ["undeclared-key"]),
        // `left == 0` is never true of a key that is not there.
        "won-and-last": Rehearsal(warnings: ["sells-without-stock"]),
        "last-is-sold-out": Rehearsal(exitCode: 1, warnings: ["burned-stock"]),
        "zero-is-true": Rehearsal(exitCode: 1, warnings: ["zero-is-true", "nothing-sold"]),
        "early-return": Rehearsal(exitCode: 1),
        "cancel-twice": Rehearsal(exitCode: 1, warnings: ["burned-stock"]),
        // With the nine units of its own load:, and buyers who want more.
        "string-comparison": Rehearsal(exitCode: 1, warnings: ["string-comparison"]),
    ]

    @Test("a run ends as the file says", arguments: ExampleStrategy.all)
    func run(_ example: ExampleStrategy) throws {
        let verdict = try #require(
            example.verdict,
            "\(example.name).yaml: the comment at its start should end with a line \"# Verdict: upheld\" or \"# Verdict: violated, by CHECK\""
        )
        let sandbox = try Sandbox()
        let run = try sandbox.stress(
            [
                "run", "--procs", "2", "--threads", "20", "--clients", "2", "--strategy", example.path,
            ] + example.flags)
        #expect(run.exitCode == verdict.exitCode, "\(run.errors)\(run.output)")
        if case .violated(let check) = verdict {
            #expect(try sandbox.record().check(check)["result"].text == "violated", "\(run.output)")
        }
        sandbox.expectNothingLeft()
    }

    @Test(arguments: ExampleStrategy.all)
    func rehearsal(_ example: ExampleStrategy) throws {
        let expected = Self.rehearsals[example.name] ?? Rehearsal()
        let sandbox = try Sandbox()
        let check = try sandbox.stress(["strategies", "check", example.path])
        #expect(check.exitCode == expected.exitCode, "\(check.errors)\(check.output)")
        for warning in expected.warnings { #expect(check.output.contains("\n  \(warning)  "), "\(check.output)") }
        if example.verdict == .upheld, expected.warnings.isEmpty {
            #expect(check.output.contains("Warnings: none"), "\(check.output)")
        }
        sandbox.expectNothingLeft()
    }

    @Test("what a file shows is said before its verdict", arguments: ExampleStrategy.all)
    func saysWhatItShows(_ example: ExampleStrategy) { #expect(example.comment.count >= 2) }

    @Test("the table in examples/README.md has every file, with its verdict")
    func table() throws {
        let text = try String(contentsOf: ExampleStrategy.examples.appending(path: "README.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| [`") }
        #expect(rows.count == ExampleStrategy.all.count)
        for example in ExampleStrategy.all {
            let file = "\(example.name).yaml"
            let row = try #require(
                rows.first { $0.hasPrefix("| [`\(file)`](strategies/\(file)) |") }, "no row for \(file)")
            let words =
                switch try #require(example.verdict) {
                case .upheld: "upheld"
                case .violated(let check): "violated, by `\(check)`"
                }
            #expect(row.hasSuffix(" | \(words) |"), "\(row)")
        }
    }

    @Test("there are examples, and what is expected of rehearsals is of these")
    func complete() {
        let names = Set(ExampleStrategy.all.map(\.name))
        #expect(names.count >= 15)
        #expect(names.isSuperset(of: Self.rehearsals.keys))
    }

    @Test("the page that starts from a script shows the example", arguments: ["lua", "yaml"])
    func page(_ language: String) throws {
        let page = ExampleStrategy.examples.appending(path: "../docs/bring-your-own.md")
        let shown = try #require(
            try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```\(language)\n").dropFirst().first?
                .components(separatedBy: "```").first)
        let example = try String(contentsOfFile: "\(ExampleStrategy.folder)/seckill.\(language)", encoding: .utf8)
        #expect(example.hasSuffix(shown))
    }

    /// A script beside the file is a part of the run: what it was stays with the results.
    @Test func keepsTheScriptBesideTheFile() throws {
        let sandbox = try Sandbox()
        let run = try sandbox.run(["--strategy", "\(ExampleStrategy.folder)/hash-fields.yaml"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let script = try sandbox.text("\(ExampleStrategy.folder)/hash-fields.lua")
        #expect(try sandbox.record()["scenario"]["strategy"]["files"]["hash-fields.lua"].text == script)
    }
}
