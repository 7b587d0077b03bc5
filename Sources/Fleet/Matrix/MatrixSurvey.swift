package import FlashSale
internal import Foundation
internal import Host
internal import Strategies

/// Makes the sales of a matrix, one after the other, each on a private server of its own.
package struct MatrixSurvey {
    private let plan: MatrixPlan
    private let executable: String

    /// - Parameter executable: our own binary, which workers are started from.
    package init(_ plan: MatrixPlan, executable: String = OwnBinary.path) {
        self.plan = plan
        self.executable = executable
    }

    /// To be called on the main thread. Where somebody asks to stop, the record has the cells that were made so far.
    ///
    /// - Parameter show: called before each cell that is made, with its place from 1.
    /// - Throws: ``RunError`` where not one sale could be made.
    package func run(show: (Int, MatrixCell) -> Void) throws(RunError) -> MatrixRecord {
        var record = MatrixRecord(
            started: Date().formatted(.iso8601), seed: plan.load.seed, runs: plan.load.runs, planned: plan.cells.count)
        var made = 0
        var first: RunError?
        for (index, planned) in plan.cells.enumerated() {
            var cell = plan.record(of: planned)
            if let problem = plan.problem(of: planned) {
                cell.notApplicable = true
                cell.detail = problem
                record.cells.append(cell)
                continue
            }
            show(index + 1, cell)
            do throws(RunError) {
                try Interruption.check()
                for run in 0..<plan.load.runs { try make(planned, run: run, &cell) }
                made += 1
            } catch {
                if error.status == .interrupted {
                    record.interrupted = true
                    // Of several runs, those that are over tell something.
                    if cell.verdict != nil { record.cells.append(cell) }
                    return record
                }
                // Without a server there will be none for the others, either.
                if made == 0, error.status == .unavailable { throw error }
                first = first ?? error
                if cell.verdict == nil { cell.detail = error.message }
            }
            record.cells.append(cell)
        }
        if made == 0, let first { throw first }
        return record
    }

    private func make(_ planned: MatrixPlan.Cell, run: Int, _ cell: inout MatrixCell) throws(RunError) {
        let strategy = plan.rows[planned.row].strategy
        let scenario = plan.scenario(of: planned, run: run)
        if let draw = strategy.emptyDraw(units: scenario.units) {
            throw RunError(
                .usage,
                "\(strategy.file):\(draw.line): draw: \(draw.name): with \(scenario.units.counted("unit")) there is no number in this range"
            )
        }
        let made = try PassingRun(scenario, strategy, executable: executable)
        cell.add(made.completed.facts, made.verdict)
    }
}
