internal import FlashSale
internal import Fleet
internal import Foundation
internal import Reports

/// The live line on standard error, on a terminal only, and only on one that can take it away again.
struct ProgressDisplay {
    let scenario: Scenario
    private let isShown = isatty(STDERR_FILENO) == 1 && !Terminal.isDumb

    init(scenario: Scenario) { self.scenario = scenario }

    func show(_ progress: Coordinator.Progress) {
        guard isShown else { return }
        let line = ProgressLine.text(
            elapsedSeconds: progress.elapsedSeconds, attempts: progress.attempts, won: progress.won,
            purchases: progress.purchases,
            plannedPurchases: scenario.pace.endsByTime ? nil : scenario.totalPurchases, units: scenario.units,
            // Asked each time, since windows are resized.
            columns: Terminal.columns(of: STDERR_FILENO) ?? ProgressLine.usualColumns)
        write("\r\u{1B}[K" + line)
    }

    func clear() {
        if isShown { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
