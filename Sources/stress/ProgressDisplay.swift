internal import FlashSale
internal import Foundation
internal import Host
internal import Reports

/// What standard error shows of a run that goes on: a few lines on a terminal that can take them away again, or a line a second.
final class ProgressDisplay {
    private enum Form {
        case nothing
        case lines
        case plain
    }

    private let plan: ProgressPlan
    private let form: Form
    private let isUnicode = Terminal.isUnicode
    /// Widths of the lines that are on the screen.
    private var shown: [Int] = []
    private var nextSecond = 1.0

    init(scenario: Scenario, _ kind: ProgressOptions.Kind) {
        plan = ProgressPlan(scenario)
        form =
            switch kind {
            case .none: .nothing
            case .plain: .plain
            case .auto: isatty(STDERR_FILENO) == 1 && !Terminal.isDumb ? .lines : .nothing
            }
    }

    /// Whether it shows what the journals tell.
    var isShown: Bool { form != .nothing }

    func show(_ progress: RunProgress) {
        switch form {
        case .nothing: return
        case .plain:
            guard progress.elapsedSeconds >= nextSecond else { return }
            nextSecond = progress.elapsedSeconds.rounded(.down) + 1
            Terminal.say("stress: " + ProgressLine.plain(progress, plan))
        case .lines: draw(ProgressSummary(progress, plan))
        }
    }

    private func draw(_ summary: ProgressSummary) {
        // Asked each time, since windows are resized.
        let size = Terminal.size(of: STDERR_FILENO)
        let columns = size?.columns ?? ProgressLine.usualColumns
        let lines = ProgressLines.lines(summary, columns: columns, rows: size?.rows, isUnicode: isUnicode)
        // Each line is erased before it is written, and what is left of more lines after the last.
        let text = lines.map { ForeignText.printable($0) + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J"
        LiveLines.rewrite { above in
            write(Self.up(above == 0 ? 0 : Self.rows(of: shown, columns: columns)) + text)
            shown = lines.map(\.count)
            return lines.count
        }
    }

    /// Takes the lines away.
    func clear() {
        guard form == .lines else { return }
        let columns = Terminal.columns(of: STDERR_FILENO) ?? ProgressLine.usualColumns
        LiveLines.rewrite { above in
            if above > 0 { write(Self.up(Self.rows(of: shown, columns: columns)) + "\u{1B}[J") }
            return 0
        }
    }

    /// Rows that the lines take now: a window that was made narrower has wrapped them.
    private static func rows(of widths: [Int], columns: Int) -> Int {
        widths.reduce(0) { $0 + max(1, ($1 + columns - 1) / max(1, columns)) }
    }

    /// To the start of the first of so many rows, of which the last has the cursor.
    private static func up(_ rows: Int) -> String { rows > 1 ? "\r\u{1B}[\(rows - 1)A" : "\r" }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
