import Foundation
import TestSupport
import Testing

/// Colours are for terminals.
struct TerminalTests {
    private let sandbox: Sandbox
    private static let escape = "\u{1B}"

    init() throws {
        sandbox = try Sandbox()
    }

    /// Colours as ANSI has them: an escape, figures, and an m.
    private func hasColours(_ text: String) -> Bool {
        text.contains(/\u{1B}\[[0-9;]*m/)
    }

    @Test(arguments: ["optimistic", "naive"])
    func noCodesWithoutATerminal(_ strategy: String) throws {
        let run = try sandbox.run(["--strategy", strategy, "--think-time", "1ms"])
        #expect(!run.output.isEmpty && !run.output.contains(Self.escape))
        #expect(run.errors.isEmpty)
    }

    @Test func coloursOnATerminal() throws {
        let run = try sandbox.start(["run"] + Sandbox.small, output: .terminal)
        #expect(run.wait() == .init(exitCode: 0))
        #expect(hasColours(run.terminalText) && run.terminalText.contains("UPHELD"))
        #expect(run.errors.isEmpty)
    }

    /// No line is wrapped by the terminal, in the middle of a word. A path stays whole.
    @Test(arguments: [60, 80, 100], ["lua", "optimistic"])
    func theReportFitsTheTerminal(_ columns: Int, _ strategy: String) throws {
        let run = try sandbox.start(
            ["run"] + Sandbox.small + ["--strategy", strategy], environment: ["NO_COLOR": "1"],
            after: "stty cols \(columns) <&1", output: .terminal)
        #expect(run.wait() == .init(exitCode: 0))
        let lines = run.terminalText.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("Results") }
        #expect(lines.contains { $0.hasPrefix("Where the units are") })
        #expect(lines.allSatisfy { $0.count <= columns }, "\(lines.filter { $0.count > columns })")
        #expect(lines.contains { $0.count > columns - 20 })
    }

    @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
    func noColoursWhereNobodyWantsThem(_ environment: [String: String]) throws {
        let run = try sandbox.start(
            ["run"] + Sandbox.small, environment: environment, output: .terminal, errors: .terminal)
        #expect(run.wait() == .init(exitCode: 0))
        #expect(run.terminalText.contains("UPHELD") && !hasColours(run.terminalText))
    }

    @Test func anEmptyNOCOLORMeansNothing() throws {
        let run = try sandbox.start(["run"] + Sandbox.small, environment: ["NO_COLOR": ""], output: .terminal)
        #expect(run.wait() == .init(exitCode: 0))
        #expect(hasColours(run.terminalText))
    }

    @Test func jsonHasNoColoursEvenOnATerminal() throws {
        let run = try sandbox.start(["run"] + Sandbox.small + ["--format", "json"], output: .terminal)
        #expect(run.wait() == .init(exitCode: 0))
        #expect(run.terminalText.contains("\"verdict\"") && !run.terminalText.contains(Self.escape))
    }
}
