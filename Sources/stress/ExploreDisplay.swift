internal import CLinux
internal import Exploration
internal import FlashSale
internal import Foundation

/// How far an exploration is: a live line on a terminal that can take it away again.
final class ExploreDisplay {
    private let isLive = isatty(STDERR_FILENO) == 1 && !Terminal.isDumb
    private var next: UInt64 = 0

    func show(_ phase: ExplorationPhase, _ counts: ExplorationCounts, _ cost: Int) {
        let now = Clock.nanoseconds()
        guard isLive, now >= next else { return }
        next = now + 100_000_000
        let columns = max(20, Terminal.columns(of: STDERR_FILENO) ?? 80)
        let text =
            "\(phase.title): \(counts.complete.grouped) orders, those with \(cost.counted("switch", "switches")) now, at least "
            + "\(counts.waiting.grouped) left"
        write("\r\u{1B}[K" + ForeignText.sentence(text).prefix(columns - 1))
    }

    func clear() {
        if isLive { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
