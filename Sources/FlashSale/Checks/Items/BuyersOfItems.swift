/// Who may have something of which item, so that nobody is accused of a limit that counts all items together.
struct BuyersOfItems {
    /// Of each buyer who may have anything the item; -1 for several.
    private var items: [Int: Int] = [:]

    /// - Parameter histories: the attempts to buy each item.
    init(_ histories: [History]) {
        for (item, history) in histories.enumerated() {
            for (_, record) in history.records where [.won, .unknown, .duplicate].contains(record.outcome) {
                let buyer = record.buyer
                if record.outcome == .duplicate {
                    // What a whole cart wants may be more than a limit of all items leaves.
                    if record.isPart { items[buyer] = -1 }
                } else if let known = items[buyer], known != item {
                    items[buyer] = -1
                } else {
                    items[buyer] = item
                }
            }
        }
    }

    func whoMayHaveOther(than item: Int) -> Set<Int> { Set(items.lazy.filter { $0.value != item }.map(\.key)) }
}
