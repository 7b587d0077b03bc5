import Foundation
import TestSupport
import Testing

/// The casebook: public reports of sales that went wrong, each with a bug that is found and a repair that holds.
struct CasebookTests {
    @Test("a run with the command of the table ends as the file says", arguments: ExampleStrategy.casebook)
    func run(_ example: ExampleStrategy) throws {
        let verdict = try #require(example.verdict, "\(example.name).yaml does not end its comment with a verdict")
        let sandbox = try Sandbox()
        let run = try sandbox.stress(["run"] + Self.flags + ["--strategy", example.path])
        #expect(run.exitCode == verdict.exitCode, "\(run.errors)\(run.output)")
        if case .violated(let check) = verdict {
            #expect(try sandbox.record().check(check)["result"].text == "violated", "\(run.output)")
        }
        sandbox.expectNothingLeft()
    }

    /// A repair that is right is also right without a race.
    @Test("the rehearsal of a repair finds nothing", arguments: ExampleStrategy.casebook.filter { $0.isRepair })
    func rehearsal(_ example: ExampleStrategy) throws {
        let sandbox = try Sandbox()
        let check = try sandbox.stress(["strategies", "check", example.path])
        #expect(check.exitCode == 0, "\(check.errors)\(check.output)")
        sandbox.expectNothingLeft()
    }

    @Test("each case has a bug that is violated and a repair that is upheld, of one and the same source")
    func pairs() throws {
        let cases = Dictionary(grouping: ExampleStrategy.casebook, by: \.caseName)
        #expect(cases.count >= 30)
        for (name, files) in cases {
            let bug = try #require(files.first { $0.name == "\(name).bug" }, "\(name) has no bug")
            let repair = try #require(files.first { $0.name == "\(name).repair" }, "\(name) has no repair")
            #expect(files.count == 2, "\(name)")
            #expect(bug.verdict?.exitCode == 1, "\(name)")
            #expect(repair.verdict == .upheld, "\(name)")
            #expect(bug.source != nil && bug.source == repair.source, "\(name)")
            #expect(bug.address?.hasPrefix("https://") == true, "\(name)")
            // What happened is told before the source.
            #expect(bug.comment.first?.hasPrefix("Source:") == false, "\(name)")
        }
    }

    @Test("the table has every case, with its source and both commands, and nothing else")
    func table() throws {
        let text = try String(contentsOfFile: "\(ExampleStrategy.casebookFolder)/README.md", encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let bugs = ExampleStrategy.casebook.filter { !$0.isRepair }
        #expect(rows.count == bugs.count)
        for bug in bugs {
            let row = try #require(rows.first { $0.hasPrefix("| `\(bug.caseName)` |") }, "no row for \(bug.caseName)")
            let address = try #require(bug.address)
            #expect(row.contains("](\(address))"), "\(row)")
            guard case .violated(let check) = bug.verdict else { continue }
            #expect(row.contains("| `\(check)` |"), "\(row)")
            for file in ["bug", "repair"] {
                let name = "\(bug.caseName).\(file).yaml"
                #expect(row.contains("[`--strategy examples/casebook/\(name)`](\(name))"), "\(row)")
            }
        }
        #expect(text.contains("scripts/stress run \(Self.flags.joined(separator: " ")) --strategy examples/casebook/"))
    }

    private static let flags = ["--procs", "2", "--threads", "20", "--clients", "2"]
}

extension ExampleStrategy {
    static let casebookFolder = examples.appending(path: "casebook").path
    /// Every file of the casebook.
    static let casebook = files(in: casebookFolder)

    /// The name of the case that a file of the casebook belongs to: `09-one-too-many`.
    var caseName: String { String(name.prefix { $0 != "." }) }
    var isRepair: Bool { name.hasSuffix(".repair") }

    /// What stands behind `Source:` in the comment, up to the verdict, in one line.
    var source: String? {
        guard let start = comment.firstIndex(where: { $0.hasPrefix("Source: ") }) else { return nil }
        return comment[start...].dropLast().joined(separator: " ")
    }

    /// The address at which the source is to be read.
    var address: String? { source?.split(separator: " ").last.map(String.init) }
}
