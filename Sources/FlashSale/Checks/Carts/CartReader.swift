/// What carts want of each of their items, for one attempt after the other.
///
/// Not to be shared between threads. Whoever lets go of what was read before the next is read saves an allocation.
package final class CartReader {
    /// What a cart wants of one item.
    package struct Part: Equatable {
        /// Its place, from 0.
        package var item: Int
        /// Units on all of its lines.
        package var quantity: Int
        /// What was left of it after the last of these, as far as somebody told it.
        package var remaining: Int?
    }

    package let picker: CartPicker
    private let names: UnitNames?
    private let lines: UnsafeMutablePointer<CartLine>
    private let left: UnsafeMutablePointer<Int?>
    /// How many lines the cart has that was read last.
    private(set) var lineCount = 0
    /// What was read last.
    private var parts: [Part] = []

    /// - Parameter names: those of the history; they say what was left (``LinesLeft``).
    package init(_ picker: CartPicker, names: UnitNames? = nil) {
        self.picker = picker
        self.names = names
        lines = .allocate(capacity: picker.lines.max)
        left = .allocate(capacity: picker.lines.max)
    }

    deinit {
        lines.deallocate()
        left.deallocate()
    }

    /// The items that a purchase wants, each once, in the order in which they are asked for first.
    package func parts(ofPurchase purchase: Int) -> [Part] { read(purchase, isTold: false) }

    /// The same with what an attempt was told.
    package func parts(of record: RecordView, at position: History.Position) -> [Part] {
        guard let names, record.hasUnit, record.outcome == .won || record.outcome == .unknown else {
            return read(record.purchase, isTold: false)
        }
        return read(record.purchase, isTold: true, names, position)
    }

    private func read(
        _ purchase: Int, isTold: Bool, _ names: UnitNames? = nil, _ position: History.Position = 0
    ) -> [Part] {
        let size = picker.pick(ofPurchase: purchase, into: lines)
        lineCount = size
        let isTold = isTold && (names?.read(at: position, into: left, lines: size) ?? false)
        parts.removeAll(keepingCapacity: true)
        for line in 0..<size {
            let remaining = isTold ? left[line] : nil
            if let place = parts.firstIndex(where: { $0.item == lines[line].item }) {
                parts[place].quantity += lines[line].quantity
                // What was left before its later units were taken says nothing of these.
                parts[place].remaining = remaining
            } else {
                parts.append(Part(item: lines[line].item, quantity: lines[line].quantity, remaining: remaining))
            }
        }
        return parts
    }
}

extension UnitNames {
    /// What an attempt was told of the lines of its cart; see ``LinesLeft``.
    fileprivate func read(
        at position: History.Position, into left: UnsafeMutablePointer<Int?>, lines: Int
    ) -> Bool {
        let numbers = numbers(at: position)
        guard let first = numbers.first, numbers.count == 1 else { return false }
        return LinesLeft.read(table.bytes(of: Int(first)), into: left, lines: lines)
    }
}
