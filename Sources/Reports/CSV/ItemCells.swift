package import FlashSale

/// The columns `item` and `phase` of a table of attempts; there is no item where there is one, and no phase where no purchase takes its time.
package struct ItemCells: Sendable {
    private let names: [String]
    private let picker: ItemPicker?
    private let carts: CartPicker?
    private let hasPhases: Bool

    package init(_ scenario: Scenario?) {
        names = scenario?.items?.items.map(\.item) ?? []
        hasPhases = scenario?.phases != nil
        picker = scenario.flatMap { scenario in scenario.items.map { ItemPicker($0, seed: scenario.seed) } }
        carts = scenario.flatMap { CartPicker($0) }
    }

    var columns: [String] { (picker == nil ? [] : ["item"]) + (hasPhases ? ["phase"] : []) }

    /// Writes what stands in ``columns``, each cell with the comma before it.
    func append<Sink: ByteSink & ~Copyable>(_ attempt: Attempt, to sink: inout Sink) {
        if let item = item(of: attempt) { sink.append(next: item) }
        if hasPhases { sink.append(next: attempt.phase.word) }
    }

    /// The name, or the lines of a cart with blanks between them: the item, the units that are wanted of it and, where the attempt was
    /// told, how many were left: `7:2:98 12:1:40`. Nil where there is one item.
    private func item(of attempt: Attempt) -> String? {
        guard let carts else { return picker.map { names[$0.item(ofPurchase: attempt.purchase)] } }
        let left = attempt.unit?.split(separator: ",", omittingEmptySubsequences: false) ?? []
        return carts.lines(ofPurchase: attempt.purchase).enumerated().map { index, line in
            let told = index < left.count && !left[index].isEmpty ? ":\(left[index])" : ""
            return "\(names[line.item]):\(line.quantity)\(told)"
        }.joined(separator: " ")
    }

    /// The names of the items that an attempt was for, each once.
    func items(of attempt: Attempt) -> [String] {
        if let carts {
            var seen: Set<Int> = []
            return carts.lines(ofPurchase: attempt.purchase).filter { seen.insert($0.item).inserted }.map {
                names[$0.item]
            }
        }
        return picker.map { [names[$0.item(ofPurchase: attempt.purchase)]] } ?? []
    }

    /// What stands in the column `unit`: with carts nothing has a name.
    func unit(of attempt: Attempt) -> String? { carts == nil ? attempt.unit : nil }
}
