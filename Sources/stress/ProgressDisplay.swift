internal import FlashSale
internal import Fleet
internal import Foundation
internal import Reports

/// The live line on standard error, on a terminal only.
struct ProgressDisplay {
    let scenario: Scenario
    private let isTerminal = isatty(STDERR_FILENO) == 1

    init(scenario: Scenario) { self.scenario = scenario }

    func show(_ progress: Coordinator.Progress) {
        guard isTerminal else { return }
        let line = ProgressLine.text(
            elapsedSeconds: progress.elapsedSeconds, attempts: progress.attempts, won: progress.won,
            purchases: progress.purchases,
            plannedPurchases: scenario.pace.endsByTime ? nil : scenario.totalPurchases, units: scenario.units)
        write("\r\u{1B}[K" + line)
    }

    func clear() {
        if isTerminal { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
