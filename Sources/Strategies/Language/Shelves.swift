/// How the units of a sale are dealt to its shelves: evenly, and what is left over to the first ones.
package struct Shelves: Sendable, Equatable, BitwiseCopyable {
    /// 0 where the stock is not sharded.
    package let count: Int
    /// Of the whole sale, when it opens.
    private let units: Int

    package init(count: Int, units: Int) {
        self.count = count
        self.units = units
    }

    /// Their numbers, from 1.
    package var numbers: ClosedRange<Int>? { count > 0 ? 1...count : nil }

    /// Of one shelf when the sale opens; of the whole sale for number 0.
    package func units(on shelf: Int) -> Int {
        shelf > 0 ? units / count + (shelf <= units % count ? 1 : 0) : units
    }

    /// Of the shelves before this one.
    package func units(before shelf: Int) -> Int {
        shelf > 0 ? (shelf - 1) * (units / count) + min(shelf - 1, units % count) : 0
    }

    /// What `{shard}` stands for: the sale's tag with the shelf's number in its braces, so that a cluster keeps each shelf in a slot
    /// of its own.
    package static func tag(of shelf: Int, saleTag: String) -> String {
        let (head, tail) = parts(of: saleTag)
        return "\(head)\(shelf)\(tail)"
    }

    /// What stands before and after a shelf's number.
    package static func parts(of saleTag: String) -> (head: String, tail: String) {
        let end = saleTag.firstIndex(of: "}") ?? saleTag.endIndex
        return (saleTag[..<end] + ":", String(saleTag[end...]))
    }

    /// Whether a text holds the tag of one of a sale's shelves.
    package static func isTag(in text: String, of saleTag: String) -> Bool {
        let (head, tail) = parts(of: saleTag)
        return text.ranges(of: head).contains { range in
            let digits = text[range.upperBound...].prefix { $0.isASCII && $0.isNumber }
            return !digits.isEmpty && text[digits.endIndex...].hasPrefix(tail)
        }
    }
}

extension Strategy {
    package static let shardBounds = 1...1024

    /// The shelves of a sale: no more than it has units, so that none is empty when the doors open.
    package func shelves(units: Int) -> Shelves {
        Shelves(count: shards.map { min($0, max(1, units)) } ?? 0, units: units)
    }

    /// Whether the tag of a shelf is in one of the templates, or in a key that they name.
    package func areOfShelf(_ templates: [Template]) -> Bool {
        templates.contains { template in
            template.values.contains { value in
                switch value {
                case .variable(.shard): true
                case .key(let name):
                    keys.contains { $0.name == name && $0.template.values.contains(.variable(.shard)) }
                default: false
                }
            }
        }
    }
}
