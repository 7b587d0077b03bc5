/// The names of the units that were for sale when the doors opened.
package enum UnitsForSale: Sendable, Equatable {
    /// One for each unit. A name may be there more than once: so many units have it.
    case listed([String])
    /// Decimal numbers, both included, as seats and bits of a bitmap have them.
    case numbers(ClosedRange<Int>)

    /// The names that are listed; nil where they are numbers.
    package var names: [String]? { if case .listed(let names) = self { names } else { nil } }

    /// How many units of each name were for sale.
    ///
    /// - Returns: a number for each name of the table.
    func counts(of table: NameTable) -> [UInt32] {
        var counts = [UInt32](repeating: 0, count: table.count)
        switch self {
        case .listed(let names):
            for name in names {
                if let number = table.known(name) { counts[number] += 1 }
            }
        case .numbers(let range):
            for number in counts.indices {
                let name = table.name(number)
                // `07` is another name than `7`.
                if let value = Int(name), range.contains(value), String(value) == name { counts[number] = 1 }
            }
        }
        return counts
    }
}
