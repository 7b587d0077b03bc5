internal import FlashSale

/// Several goods.
extension Strategy {
    /// Whether a template says which item is meant, by itself or by a key that it names.
    package func areOfItem(_ templates: [Template]) -> Bool {
        templates.contains { template in
            template.values.contains { value in
                switch value {
                case .variable(.item), .variable(.items), .variable(.cart), .ofLine(_, .variable(.item)): true
                case .key(let name), .ofLine(_, .key(let name)):
                    keys.contains { $0.name == name && $0.template.values.contains(.variable(.item)) }
                default: false
                }
            }
        }
    }

    /// Whether the file says itself where items differ. Where it does not, `{sale}` stands for the item's own part of the tag.
    package var namesItems: Bool {
        areOfItem(keys.map(\.template) + calls.flatMap(\.templates) + allSteps.flatMap(\.templates))
    }

    /// What `{item}` stands for where one item only is sold, as in a rehearsal.
    package var firstItem: String { items?.first?.item ?? ItemsForSale.only }

    /// What `{sale}` stands for where an item is meant.
    package func tag(ofItem name: String, saleTag: String) -> String {
        namesItems ? saleTag : "\(saleTag):item:\(name)"
    }

    /// Why several items of this file would be one and the same, with a line of it; nil where they can be told apart.
    package var itemsProblem: (line: Int, words: String)? {
        func tells(_ templates: [Template]) -> Bool {
            if namesItems { return areOfItem(templates) }
            return templates.contains { template in
                template.holdsTag
                    || template.values.contains { value in
                        if case .key(let name) = value {
                            keys.contains { $0.name == name && $0.template.holdsTag }
                        } else {
                            false
                        }
                    }
            }
        }
        let advice =
            namesItems
            ? "it has to say {item}, or to tell of each item (stock: or held: by-item:, or {item} in the ledger's holds: or fields:)"
            : "it says neither {item} nor {sale}"
        if !tells(allSteps.flatMap(\.templates)) {
            return (buy.first?.line ?? 1, "buy: buyers ask for the same thing whichever item they want: \(advice)")
        }
        for probe in [stock] + otherStocks where !probe.isByItem && !tells(probe.calls.flatMap(\.templates)) {
            return (probe.calls.first?.line ?? 1, "stock: it reads the same for every item: \(advice)")
        }
        if let held, !held.isByItem, !tells(held.calls.flatMap(\.templates)) {
            return (held.calls.first?.line ?? 1, "held: it reads the same for every item: \(advice)")
        }
        for rule in [ledger].compactMap(\.self) + otherLedgers {
            let templates = rule.read?.templates ?? []
            let isOfItem = rule.holds.sayItem || rule.keys?.pieces.contains(namesItems ? .item : .sale) == true
            if !isOfItem, !tells(templates) {
                return (rule.line, "ledger: it reads the orders of all items together: \(advice)")
            }
        }
        return nil
    }
}
