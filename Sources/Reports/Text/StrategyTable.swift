internal import FlashSale
package import Strategies

/// The built-in strategies as a table.
package enum StrategyTable {
    package static func text(_ strategies: [Strategy], _ layout: TextLayout) -> String {
        let rows = strategies.map { strategy -> (head: [String], summary: String) in
            let nature = BuiltinStrategies.Nature(summary: strategy.summary)
            let word =
                switch nature {
                case .safe: "safe"
                case .conditional: "safe if"
                case .broken: "broken"
                case nil: "?"
                }
            return ([strategy.name, word, "\(strategy.commandsPerWin)"], strategy.summary)
        }
        let heads = TextLines.table(
            [["name", "", "per win"]] + rows.map(\.head), left: [0, 1], indent: 0)
        let width = heads.map(\.count).max() ?? 0
        var lines = [TextLines.padded(heads[0], width: width) + "  summary"]
        for (head, row) in zip(heads.dropFirst(), rows) {
            lines += layout.hanging(row.summary, after: TextLines.padded(head, width: width) + "  ")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
