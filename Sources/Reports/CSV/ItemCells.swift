package import FlashSale

/// The column `item` of a table of attempts; there is none where there is one item.
package struct ItemCells: Sendable {
    private let names: [String]
    private let picker: ItemPicker?

    package init(_ scenario: Scenario?) {
        names = scenario?.items?.items.map(\.item) ?? []
        picker = scenario.flatMap { scenario in scenario.items.map { ItemPicker($0, seed: scenario.seed) } }
    }

    var columns: [String] { picker == nil ? [] : ["item"] }

    /// The name; nil where there is one item.
    func item(of attempt: Attempt) -> String? {
        picker.map { names[$0.item(ofPurchase: attempt.purchase)] }
    }
}
