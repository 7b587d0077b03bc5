import Exploration
import FlashSale
import Foundation
import Strategies
import TestSupport

/// A program in a folder of its own, and what exploring it finds.
struct ProgramTrial {
    let folder: TestFolder
    var settings: ProgramSettings

    /// What an exploration has found.
    struct Found {
        var end: ExplorationEnd
        var counts: ExplorationCounts
        /// Of the executions that came to their end, the checks that were violated.
        var violations: [[CheckName]] = []
        /// Of each of them, how its purchases ended.
        var outcomes: [[Outcome]] = []
        var words: [String] = []
        var notes: [String] = []
        var remarks: [Finding] = []

        var violated: Set<CheckName> { Set(violations.flatMap { $0 }) }
        /// Executions in which something was violated.
        var bad: Int { violations.count { !$0.isEmpty } }
    }

    /// A Python with redis-py and Flask in it.
    static let python = "/usr/bin/python3"

    /// - Parameter files: the program's texts by their names.
    init(
        _ files: [String: String], _ buyers: ProgramSettings.Buyers, won: String = "exit 0",
        stock: String = "GET count",
        open: [String] = ["SET count {units}"], orders: String? = nil
    ) throws {
        folder = try TestFolder("explored")
        for (name, text) in files { try folder.file(name, text) }
        settings = ProgramSettings(
            buyers, won: try AnswerTest(won), stock: stock, folder: folder.path, executable: StressBinary.path)
        settings.open = open
        settings.orders = orders
    }

    func sale(buyers: Int = 2, units: Int = 1) throws(RunError) -> ProgramSale {
        try ProgramSale.start(settings, buyers: buyers, units: units)
    }

    func rehearse() throws(RunError) -> ProgramRehearsal { try ProgramRehearsal.play(settings) }

    func explore(buyers: Int = 2, units: Int = 1, _ bounds: ExplorationBounds = .init()) throws -> Found {
        var sale = try sale(buyers: buyers, units: units)
        return try Self.explore(&sale, bounds)
    }

    static func explore(_ sale: inout ProgramSale, _ bounds: ExplorationBounds = .init()) throws -> Found {
        var found = Found(end: .complete, counts: .init())
        (found.end, found.counts) = try Explorer.explore(&sale, within: bounds) {
            (execution: Execution, sale: inout ProgramSale) throws(RunError) -> Bool in
            let facts = try sale.facts()
            found.violations.append(Checks.ofSale(facts).filter { $0.result == .violated }.map(\.name))
            found.outcomes.append(sale.outcomes.map(\.outcome))
            found.words.append(
                execution.steps.map { step in
                    "\(step.offer.choice.buyer.map(String.init) ?? "x") \(step.offer.words) -> \(step.taken?.reply ?? "nothing")"
                }.joined(separator: "\n"))
            return true
        }
        found.notes = sale.notes
        found.remarks = sale.remarks
        return found
    }
}

extension ExplorationBounds {
    static func losing(_ kinds: Set<FaultKind> = [.lostReplies]) -> ExplorationBounds {
        var bounds = ExplorationBounds()
        bounds.faults = 1
        bounds.kinds = kinds
        return bounds
    }

    static var expiring: ExplorationBounds {
        var bounds = ExplorationBounds()
        bounds.expiries = 1
        return bounds
    }
}
