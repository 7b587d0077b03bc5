/// Which items buyers want.
///
/// As text: `uniform`, `zipf:1.1`, `hot:80/20`, `each`.
package enum ItemChoice: Sendable, Equatable {
    /// All alike.
    case uniform
    /// The item at place k (from 1) in proportion to 1 / k^exponent, so that the first is wanted most.
    case zipf(exponent: Double)
    /// So many hundredths of the purchases are for so many hundredths of the items, the first ones.
    case hot(purchases: Int, items: Int)
    /// One after the other, so that each item is wanted as often as any other.
    case each

    /// What a choice can be, for messages.
    package static let forms =
        "uniform, each, zipf:1.1 (an exponent above 0, up to 10) or hot:80/20 (80% of the purchases for 20% of the items)"
}

extension ItemChoice: LosslessStringConvertible {
    package var description: String {
        switch self {
        case .uniform: "uniform"
        case .each: "each"
        case .zipf(let exponent): "zipf:\(exponent)"
        case .hot(let purchases, let items): "hot:\(purchases)/\(items)"
        }
    }

    package init?(_ description: String) {
        switch description {
        case "uniform": self = .uniform
        case "each": self = .each
        default:
            if description.hasPrefix("zipf:") {
                guard let exponent = Double(description.dropFirst(5)), exponent > 0, exponent <= 10 else { return nil }
                self = .zipf(exponent: exponent)
                return
            }
            guard description.hasPrefix("hot:") else { return nil }
            let parts = description.dropFirst(4).split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let purchases = Int(parts[0]), let items = Int(parts[1]), 1...99 ~= purchases,
                1...99 ~= items
            else { return nil }
            self = .hot(purchases: purchases, items: items)
        }
    }
}

extension ItemChoice: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let choice = ItemChoice(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text) is no choice of items: \(Self.forms)"))
        }
        self = choice
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
