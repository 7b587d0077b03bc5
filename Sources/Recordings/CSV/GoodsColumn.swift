/// Which column of a file tells what was in stock.
enum GoodsColumn: Sendable {
    case none
    /// The first that is called like one, if any.
    case likely
    /// This one.
    case named(String)
    /// The first, or where it is not there, the second.
    case either(String, String)

    /// What such columns are called, without what joins words: `sku`, `item_id`, `productId`.
    private static let likelyNames: Set<String> = [
        "article", "articleid", "goods", "goodsid", "good", "item", "itemid", "product", "productid", "sku", "skuid",
        "variant", "variantid",
    ]

    /// Where it is in a header.
    ///
    /// - Parameter known: columns that tell something else.
    /// - Throws: ``CSVDamage`` if one that was asked for is not there once.
    func index(in names: [String], known: [String]) throws(CSVDamage) -> Int? {
        switch self {
        case .none: return nil
        case .likely:
            return names.firstIndex { name in
                name.utf8.count <= CSVExcerpt.limit && !known.contains(name)
                    && Self.likelyNames.contains(name.lowercased().filter { $0.isLetter })
            }
        case .either(let wanted, let other):
            let name = names.contains(wanted) || !names.contains(other) ? wanted : other
            return try GoodsColumn.named(name).index(in: names, known: known)
        case .named(let wanted):
            guard let index = names.firstIndex(of: wanted), !known.contains(wanted) else {
                let found = CSVExcerpt.quoted(names.prefix(CSVExcerpt.limit).joined(separator: ",").utf8)
                throw CSVDamage(line: 1, "wanted the column \(wanted) that separates goods, found \(found)")
            }
            if let second = names[(index + 1)...].firstIndex(of: wanted) {
                throw CSVDamage(
                    line: 1, column: wanted,
                    "wanted each column once, found this one as the columns \(index + 1) and \(second + 1); take one of them out"
                )
            }
            return index
        }
    }
}
