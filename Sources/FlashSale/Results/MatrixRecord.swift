/// `matrix.json`: what sales came to, of each strategy, with each way to keep data, under each fault.
package struct MatrixRecord: Codable, Sendable, Equatable {
    package var version: String
    /// ISO 8601, UTC.
    package var started: String
    package var seed: UInt64
    /// Runs of each cell.
    package var runs: Int
    /// Cells that were planned; fewer are there where somebody stopped it.
    package var planned: Int
    package var interrupted: Bool
    package var cells: [MatrixCell]

    package init(started: String, seed: UInt64, runs: Int, planned: Int) {
        version = Version.current
        self.started = started
        self.seed = seed
        self.runs = runs
        self.planned = planned
        interrupted = false
        cells = []
    }
}
