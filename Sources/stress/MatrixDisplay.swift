internal import FlashSale
internal import Fleet
internal import Foundation

/// How far a matrix is, on standard error: a live line on a terminal that can take it away again, a line for each cell elsewhere.
struct MatrixDisplay {
    private let cells: Int
    private let isLive = isatty(STDERR_FILENO) == 1 && !Terminal.isDumb

    /// Says how long it may take.
    init(_ plan: MatrixPlan) {
        cells = plan.cells.count
        let seconds = plan.estimatedSeconds
        let time = seconds < 90 ? "\(Int(seconds.rounded(.up))) s" : "\(Int((seconds / 60).rounded(.up))) minutes"
        Terminal.say("stress: \(cells.counted("cell")), about \(time); Ctrl-C shows those that were made")
    }

    /// - Parameter place: of the cell that is made next, from 1.
    func show(_ place: Int, _ cell: MatrixCell) {
        let text =
            "cell \(place) of \(cells): \(cell.strategy), \(cell.topology.map { "\($0), " } ?? "")\(cell.persistence.rawValue), \(cell.fault)"
        guard isLive else { return Terminal.say("stress: \(text)") }
        let columns = max(20, Terminal.columns(of: STDERR_FILENO) ?? 80)
        write("\r\u{1B}[K" + ForeignText.sentence(text).prefix(columns - 1))
    }

    func clear() {
        if isLive { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
