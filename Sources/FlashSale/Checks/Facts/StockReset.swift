/// A time in which the stock was removed, rolled back or set anew by something else than the scheme: one epoch of the sale ends
/// with it, and the next begins.
///
/// An attempt that was over before it began belongs to the epoch before, one that was called after its end to the one after. Of
/// all others nobody knows, unless every connection was cut.
package struct StockReset: Codable, Sendable, Equatable {
    /// What brought it about.
    package var kind: FaultKind
    /// CLOCK_MONOTONIC before anything was done.
    package var startedNs: UInt64
    /// CLOCK_MONOTONIC once ``after`` was read, and before buyers could change it.
    package var endedNs: UInt64
    /// Units just before; absent where nobody could read them, as before a crash.
    package var before: Reading?
    /// Units with which the next epoch begins.
    package var after: Reading
    /// Whether nothing that was sent before its end can be executed after it, since every connection was cut.
    package var cutConnections: Bool
    /// Whether the server came back with what it had kept, which may be less than what it had acknowledged.
    package var mayForget: Bool
    /// `host:port` of the node that had the stock before, and of the one that has it now; absent where it is the same.
    package var from: String?
    package var to: String?
    /// The same of each of several items, in the order of the scenario; absent where there is one, or where nobody read them.
    package var items: [OfItem]?

    /// What was read of one of several items.
    package struct OfItem: Codable, Sendable, Equatable {
        package var item: String
        package var before: Reading?
        package var after: Reading

        package init(_ item: String, before: Reading?, after: Reading) {
            self.item = item
            self.before = before
            self.after = after
        }
    }

    /// What a probe read: `{ "units": 5 }`, `{ "absent": true }` or `{ "unreadable": "why" }`.
    package enum Reading: Codable, Sendable, Equatable {
        case units(Int)
        /// The probe answered nil: the stock is gone.
        case absent
        /// Why it could not be read.
        case unreadable(String)

        private enum Key: String, CodingKey { case units, absent, unreadable }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            if let units = try container.decodeIfPresent(Int.self, forKey: .units) {
                self = .units(units)
            } else if let reason = try container.decodeIfPresent(String.self, forKey: .unreadable) {
                self = .unreadable(reason)
            } else {
                self = .absent
            }
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            switch self {
            case .units(let units): try container.encode(units, forKey: .units)
            case .absent: try container.encode(true, forKey: .absent)
            case .unreadable(let reason): try container.encode(reason, forKey: .unreadable)
            }
        }

        package init(_ stock: FinalStock) {
            self =
                switch stock {
                case .units(let units): .units(units)
                case .absent: .absent
                case .unreadable(let reason): .unreadable(reason)
                case .unread: .unreadable("nobody read it")
                }
        }
    }

    package init(
        _ kind: FaultKind, startedNs: UInt64, endedNs: UInt64, before: Reading?, after: Reading,
        cutConnections: Bool, mayForget: Bool
    ) {
        self.kind = kind
        self.startedNs = startedNs
        self.endedNs = endedNs
        self.before = before
        self.after = after
        self.cutConnections = cutConnections
        self.mayForget = mayForget
    }

    /// The same for one of several items; nil where what was left of it is not known.
    ///
    /// - Parameter index: its place in the scenario.
    func ofItem(_ item: String, at index: Int) -> StockReset? {
        guard let items, items.indices.contains(index), items[index].item == item else { return nil }
        let own = items[index]
        var reset = self
        (reset.before, reset.after, reset.items) = (own.before, own.after, nil)
        return reset
    }
}
