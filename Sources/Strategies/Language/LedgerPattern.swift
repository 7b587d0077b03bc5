package import FlashSale

/// What a member of a ledger looks like: text around the ids that it tells, such as `user:{buyer}`.
///
/// A number ends where its digits end, so no text that follows one starts with a digit, and something always stands between
/// two placeholders: a text is read in one way or not at all.
package struct LedgerPattern: Sendable, Equatable {
    package enum Piece: Sendable, Equatable {
        case text([UInt8])
        /// The run's own tag, and the units of the sale: text once these are known.
        case sale, shard, units
        /// The name of the item.
        case item
        /// A number that tells who or how many, with what was added to it.
        case part(Strategy.LedgerRule.Part, offset: Int)
        /// A number that tells nothing, such as a time.
        case number
        /// One byte or more that tell nothing.
        case any
    }

    package var pieces: [Piece]
    /// As the file has it, for messages.
    package var text: String

    package init(pieces: [Piece], text: String) {
        self.pieces = pieces
        self.text = text
    }

    /// A bare number.
    package init(_ part: Strategy.LedgerRule.Part) {
        pieces = [.part(part, offset: 0)]
        text = "{\(part.rawValue)}"
    }

    /// What it tells.
    package var parts: [Strategy.LedgerRule.Part] {
        pieces.compactMap { piece in if case .part(let part, _) = piece { part } else { nil } }
    }

    /// Whether it says the name of the item.
    package var isOfItem: Bool { pieces.contains(.item) }

    /// The same of any item: nil where it says none, or what tells nothing stands beside it, so that nobody could tell where one ends.
    package var ofAnyItem: LedgerPattern? {
        guard isOfItem, !pieces.contains(.any), pieces.count(where: { $0 == .item }) == 1 else { return nil }
        return LedgerPattern(pieces: pieces.map { $0 == .item ? .any : $0 }, text: text)
    }

    /// Whether it says the tag of a shelf.
    package var isOfShelf: Bool { pieces.contains(.shard) }

    /// The same with the values of one sale.
    ///
    /// - Parameter shelf: the tag of a shelf; nil where the stock is not sharded.
    package func filled(sale: String, shelf: String? = nil, units: Int, item: String = ItemsForSale.only)
        -> LedgerPattern
    {
        let pieces = pieces.map { piece -> Piece in
            switch piece {
            case .sale: .text(Array(sale.utf8))
            case .shard: .text(Array((shelf ?? sale).utf8))
            case .units: .text(Array(String(units).utf8))
            case .item: .text(Array(item.utf8))
            case .text, .part, .number, .any: piece
            }
        }
        return LedgerPattern(pieces: pieces, text: text)
    }
}

// MARK: - Reading

extension LedgerPattern {
    /// The largest id: no run has more purchases, and a double holds it exactly.
    private static var largest: Int { 1 << 53 }

    /// Reads a member into an order, which stays as it is where the member does not fit, or contradicts what the order tells.
    ///
    /// To be asked of a pattern that is ``filled(sale:units:)``.
    package func read(_ member: ArraySlice<UInt8>, into order: inout Ledger.Order) -> Bool {
        var read = order
        guard match(from: 0, member, &read) else { return false }
        order = read
        return true
    }

    private func match(from start: Int, _ bytes: ArraySlice<UInt8>, _ order: inout Ledger.Order) -> Bool {
        var rest = bytes
        for index in start..<pieces.count {
            switch pieces[index] {
            case .text(let text):
                guard rest.starts(with: text) else { return false }
                rest = rest.dropFirst(text.count)
            case .number:
                let digits = Self.digits(rest)
                guard digits > 0 else { return false }
                rest = rest.dropFirst(digits)
            case .part(.unit, _):
                // A name is any text, so it ends where the rest fits.
                let longest = Self.textLength(rest)
                for length in stride(from: longest, to: 0, by: -1) {
                    let behind = rest.dropFirst(length)
                    var tried = order
                    guard length == longest || !Self.continuesScalar(behind.first),
                        match(from: index + 1, behind, &tried)
                    else { continue }
                    tried.unit = UnitText.text([UnitText.decoded(rest.prefix(length))])
                    order = tried
                    return true
                }
                return false
            case .part(let part, let offset):
                guard Self.take(&rest, as: part, offset: offset, into: &order) else { return false }
            case .any:
                if index + 1 == pieces.count { return !rest.isEmpty }
                // The rest is anchored at the end and there is no second one, so only one length fits.
                for length in stride(from: 1, through: rest.count, by: 1) {
                    var tried = order
                    guard match(from: index + 1, rest.dropFirst(length), &tried) else { continue }
                    order = tried
                    return true
                }
                return false
            case .sale, .shard, .units, .item: return false
            }
        }
        return rest.isEmpty
    }

    /// How many bytes at the start are text in UTF-8. Looked at once: a member may be long.
    private static func textLength(_ bytes: ArraySlice<UInt8>) -> Int {
        var decoder = UTF8()
        var rest = bytes.makeIterator()
        var length = 0
        while case .scalarValue(let scalar) = decoder.decode(&rest) { length += UTF8.width(scalar) }
        return length
    }

    private static func continuesScalar(_ byte: UInt8?) -> Bool { byte.map { $0 & 0xC0 == 0x80 } ?? false }

    private static func digits(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    }

    private static func take(
        _ rest: inout ArraySlice<UInt8>, as part: Strategy.LedgerRule.Part, offset: Int, into order: inout Ledger.Order
    ) -> Bool {
        // Only a quantity can be below 0: ids count from 1.
        let sign = part == .quantity && rest.first == UInt8(ascii: "-") ? 1 : 0
        let length = digits(rest.dropFirst(sign))
        guard length > 0, let written = Reply.integer(rest.prefix(sign + length)), written.magnitude <= UInt(largest)
        else { return false }
        let number = written - offset
        guard part == .quantity ? number.magnitude <= UInt(largest) : (1...largest).contains(number) else {
            return false
        }
        rest = rest.dropFirst(sign + length)
        return set(number, as: part, in: &order)
    }

    /// False where the order tells another number already.
    private static func set(_ number: Int, as part: Strategy.LedgerRule.Part, in order: inout Ledger.Order) -> Bool {
        let place: WritableKeyPath<Ledger.Order, Int?> =
            switch part {
            case .attempt: \.attempt
            case .purchase: \.purchase
            case .buyer: \.buyer
            case .quantity: \.quantity
            case .unit: preconditionFailure("a unit's name is no number")
            }
        guard order[keyPath: place] ?? number == number else { return false }
        order[keyPath: place] = number
        return true
    }
}
