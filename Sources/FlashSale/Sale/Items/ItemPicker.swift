/// Says which item each purchase is for: it follows from the seed and the purchase's number, so that no record has to keep it.
package final class ItemPicker: Sendable {
    package let count: Int
    private let seed: UInt64
    /// Whether items come one after the other.
    let isInTurn: Bool
    /// For each item but the last the number below which a draw is for it or one before; empty where all are alike.
    ///
    /// `nonisolated(unsafe)`: written once, in `init`, and only read afterwards.
    nonisolated(unsafe) private let bounds: UnsafeBufferPointer<UInt64>

    package init(_ items: ItemsForSale, seed: UInt64) {
        count = items.items.count
        self.seed = seed
        isInTurn = items.choice == .each
        let memory = UnsafeMutableBufferPointer<UInt64>.allocate(
            capacity: Self.shares(items.choice, count: items.items.count).isEmpty ? 0 : items.items.count - 1)
        var sum = 0.0
        let shares = Self.shares(items.choice, count: items.items.count)
        let whole = shares.reduce(0, +)
        for index in memory.indices {
            sum += shares[index]
            // 2^64 itself is no number of 64 bits.
            let bound = sum / whole * 0x1p64
            memory.initializeElement(at: index, to: bound < 0x1p64 ? UInt64(bound) : .max)
        }
        bounds = UnsafeBufferPointer(memory)
    }

    deinit { bounds.deallocate() }

    /// How often each item is wanted, in any unit; empty where all are alike.
    private static func shares(_ choice: ItemChoice, count: Int) -> [Double] {
        switch choice {
        case .uniform, .each: return []
        case .zipf(let exponent): return (1...max(1, count)).map { Self.power(Double($0), -exponent) }
        case .hot(let purchases, let items):
            let hot = hotItems(items, of: count)
            guard hot < count else { return [] }
            return (0..<count).map { index in
                index < hot ? Double(purchases) / Double(hot) : Double(100 - purchases) / Double(count - hot)
            }
        }
    }

    /// At least one.
    package static func hotItems(_ hundredths: Int, of count: Int) -> Int { max(1, count * hundredths / 100) }

    /// base ^ exponent for base >= 1, by its logarithm: the same on every machine that draws, without a library of mathematics.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        exponential(exponent * logarithm(base))
    }

    /// The natural logarithm of a number from 1: ln(m * 2^e) = e ln 2 + 2 artanh((m - 1) / (m + 1)), by its series.
    private static func logarithm(_ number: Double) -> Double {
        let significand = number.significand
        let ratio = (significand - 1) / (significand + 1)
        var (term, sum) = (ratio, 0.0)
        for odd in stride(from: 1.0, through: 41, by: 2) {
            sum += term / odd
            term *= ratio * ratio
        }
        return Double(number.exponent) * 0.693_147_180_559_945_3 + 2 * sum
    }

    /// e ^ number, by its series after halving the number until it is small.
    private static func exponential(_ number: Double) -> Double {
        var halvings = 0
        var small = number
        while abs(small) > 0.25 {
            small /= 2
            halvings += 1
        }
        var (term, sum) = (1.0, 1.0)
        for factor in 1...16 {
            term *= small / Double(factor)
            sum += term
        }
        for _ in 0..<halvings { sum *= sum }
        return sum
    }

    /// The place of the first item that no purchase can ever be for, since its share is smaller than any number that is drawn; nil where
    /// there is none.
    package var neverPicked: Int? {
        guard bounds.count > 0 else { return nil }
        if bounds[0] == 0 { return 0 }
        if let place = bounds.indices.dropFirst().first(where: { bounds[$0] == bounds[$0 - 1] }) { return place }
        return bounds[bounds.count - 1] == .max ? bounds.count : nil
    }

    /// The place of the item, from 0.
    ///
    /// - Parameter purchase: from 1.
    @inline(__always)
    package func item(ofPurchase purchase: Int) -> Int {
        if count == 1 { return 0 }
        if isInTurn { return (purchase - 1) % count }
        var generator = SplitMix64(seed: ~seed ^ (UInt64(truncatingIfNeeded: purchase) &* 0xA24B_AED4_963E_E407))
        return item(drawn: generator.next())
    }

    /// The place of the item that a number of 64 random bits stands for; of no use where items come one after the other.
    @inline(__always)
    func item(drawn: UInt64) -> Int {
        guard bounds.count > 0 else { return Int(drawn.multipliedFullWidth(by: UInt64(count)).high) }
        var (low, high) = (0, bounds.count)
        while low < high {
            let middle = (low + high) / 2
            if drawn < bounds[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
