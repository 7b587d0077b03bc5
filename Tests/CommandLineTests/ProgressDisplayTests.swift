import FlashSale
import Foundation
import Glibc
import TestSupport
import Testing

/// What standard error shows while a run goes on.
struct ProgressDisplayTests {
    private let sandbox: Sandbox
    private static let slow = Sandbox.small + ["--think-time", "10ms..20ms"]

    init() throws { sandbox = try Sandbox() }

    /// A few lines, always as many, and nothing of them is left.
    @Test func theLinesAreTakenAway() throws {
        let run = try sandbox.start(["run"] + Self.slow, environment: ["LANG": "C.UTF-8"], errors: .terminal)
        #expect(run.wait() == .init(exitCode: 0))
        let screen = Screen(run.terminalText)
        #expect(screen.isBlank && screen.row == 0 && screen.unknown.isEmpty && !screen.hasWrapped, "\(screen.text)")
        #expect(!screen.frames.isEmpty && screen.frames.allSatisfy { $0.count == 4 })
        #expect(screen.frames.allSatisfy { $0[0].contains(" of 400 purchases") && $0[1].hasPrefix("Units ") })
        #expect(run.output.hasPrefix("UPHELD") && !run.output.contains("\u{1B}") && !run.output.contains("\r"))
    }

    /// They neither are wrapped by a narrow terminal nor leave out what a wide one has room for; a low one has one line.
    @Test(arguments: [(20, 24), (60, 24), (100, 5)])
    func theLinesFitTheTerminal(_ columns: Int, _ rows: Int) throws {
        let run = try sandbox.start(
            ["run"] + Self.slow, after: "stty cols \(columns) rows \(rows) <&2", errors: .terminal)
        #expect(run.wait() == .init(exitCode: 0))
        let screen = Screen(run.terminalText, columns: columns)
        #expect(screen.isBlank && !screen.hasWrapped && screen.unknown.isEmpty, "\(screen.text)")
        #expect(screen.frames.allSatisfy { $0.count == (rows < 8 ? 1 : 4) })
        let widths = screen.frames.joined().map(\.count)
        #expect(widths.allSatisfy { $0 < columns } && widths.max() ?? 0 > min(40, columns - 10), "\(widths)")
    }

    /// Somebody makes the window smaller meanwhile.
    @Test func theLinesAreAsWideAsTheTerminalIsNow() throws {
        let run = try sandbox.start(["run"] + Sandbox.long, after: "stty cols 100 <&2", errors: .terminal)
        #expect(TestProcess.eventually { Self.frames(run).contains { $0.contains { $0.count > 40 } } })
        run.makeTerminal(columns: 30)
        #expect(TestProcess.eventually { Self.frames(run).last.map { $0.allSatisfy { $0.count < 30 } } == true })
        run.signal(SIGINT)
        #expect(run.wait() == .init(exitCode: 130))
    }

    /// The lines of each time that they were written whole.
    private static func frames(_ run: Program) -> [[Substring]] {
        run.terminalText.components(separatedBy: "\u{1B}[J").dropLast().map { frame in
            frame.replacing(/\u{1B}\[[0-9]*[AK]/, with: "").split(whereSeparator: \.isNewline)
        }.filter { !$0.isEmpty }
    }

    /// Whatever ends or stops a run: the shell finds an empty line.
    @Test func ctrlZAndCtrlCLeaveACleanScreen() throws {
        let run = try sandbox.start(["run"] + Sandbox.long, errors: .terminal)
        #expect(TestProcess.eventually { Screen(run.terminalText).frames.count > 2 })
        run.signal(SIGTSTP)
        #expect(TestProcess.eventually { TestProcess.isStopped(run.process) })
        #expect(Screen(run.terminalText).isBlank, "\(Screen(run.terminalText).text)")
        // What the shell says meanwhile stays.
        let before = Screen(run.terminalText).frames.count
        run.signal(SIGCONT)
        #expect(TestProcess.eventually { Screen(run.terminalText).frames.count > before + 2 })
        run.signal(SIGINT)
        #expect(run.wait() == .init(exitCode: 130))
        let screen = Screen(run.terminalText)
        #expect(screen.isBlank && screen.row == 0 && screen.unknown.isEmpty, "\(screen.text)")
        sandbox.expectNothingLeft()
    }

    /// An editor's shell has a terminal that knows no codes, and some want none.
    @Test(arguments: [(["TERM": "dumb"], [String]()), ([:], ["--progress", "none"])])
    func whereNothingIsShown(_ environment: [String: String], _ flags: [String]) throws {
        let run = try sandbox.start(["run"] + Self.slow + flags, environment: environment, errors: .terminal)
        #expect(run.wait() == .init(exitCode: 0))
        #expect(run.terminalText.isEmpty, "\(run.terminalText)")
    }

    /// A line a second for a log, on a pipe as on a terminal.
    @Test func aLineASecond() throws {
        let run = try sandbox.start(
            ["run"] + Sandbox.long + ["--duration", "2500ms", "--progress", "plain", "--fault", "slow-replies@0s:10%"])
        #expect(run.wait() == .init(exitCode: 0), "\(run.output)")
        let lines = run.errors.split(separator: "\n")
        let form =
            /stress: \d+\.\d s  [\d,]+ purchases  [\d,]+\/5,000 units sold  [\d,]+ attempts\/s  won [\d,]+(  [a-z-]+ [\d,]+)*(  p99 [\d,.]+ ms)?  fault slow-replies@0s:10%/
        #expect(lines.count >= 1 && lines.count <= 4, "\(run.errors)")
        #expect(lines.allSatisfy { $0.wholeMatch(of: form) != nil }, "\(run.errors)")
    }

    @Test(arguments: ["fancy", ""])
    func anotherKindIsRefused(_ kind: String) throws {
        let run = try sandbox.run(["--progress", kind])
        #expect(run.exitCode == 64 && run.errors.contains("--progress"), "\(run.errors)")
        #expect(sandbox.resultFolders.isEmpty)
    }
}
