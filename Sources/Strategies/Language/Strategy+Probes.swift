extension Strategy {
    /// How the units left are read.
    package struct Probe: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            case one(Call)
            case difference(total: Call, minus: Call)
            case sum([Call])
        }

        package var kind: Kind
        /// Refused buyers count on: a number below 0 means that nothing is left.
        package var belowZeroIsSoldOut: Bool

        package init(_ kind: Kind, belowZeroIsSoldOut: Bool = false) {
            self.kind = kind
            self.belowZeroIsSoldOut = belowZeroIsSoldOut
        }

        package var calls: [Call] {
            switch kind {
            case .one(let call): [call]
            case .difference(let total, let minus): [total, minus]
            case .sum(let calls): calls
            }
        }

        /// The units left, from the numbers that ``calls`` gave; nil where no machine word holds them.
        package func units(from numbers: [Int]) -> Int? {
            var sum = 0
            for (index, number) in numbers.enumerated() {
                var isSubtracted = false
                if case .difference = kind { isSubtracted = index == 1 }
                let next =
                    isSubtracted ? sum.subtractingReportingOverflow(number) : sum.addingReportingOverflow(number)
                guard !next.overflow else { return nil }
                sum = next.partialValue
            }
            return sum
        }
    }

    /// How the orders are read after the sale.
    package struct LedgerRule: Sendable, Equatable {
        /// What an order may tell.
        package enum Part: String, Sendable, CaseIterable {
            case attempt, purchase, buyer, quantity
        }

        /// What the reply to `read` holds.
        package enum Holds: Sendable, Equatable {
            /// Ids: the members of a set, the elements of a list, the keys or values of a hash.
            case ids(Part)
            /// Pairs, as HGETALL and ZRANGE WITHSCORES give them.
            case pairs(Part, Part)
            /// Texts with ids in them: of each member, or of a field and its value, or of a member and its score.
            case patterns([LedgerPattern])
            /// Entries of a stream, as XRANGE gives them, with the names of their fields.
            case entries([Field])
            /// JSON texts, with the names of their fields.
            case json([Field])
            /// Nothing but their number.
            case count
            /// Nothing that is looked at: the names of ``LedgerRule/keys`` tell everything.
            case nothing

            /// What a flat list of members holds; empty where it is no such list.
            package var members: [LedgerPattern] {
                switch self {
                case .ids(let part): [LedgerPattern(part)]
                case .pairs(let first, let second): [LedgerPattern(first), LedgerPattern(second)]
                case .patterns(let patterns): patterns
                case .entries, .json, .count, .nothing: []
                }
            }

            /// What the orders tell.
            var parts: [Part] {
                switch self {
                case .entries(let fields), .json(let fields): fields.flatMap(\.pattern.parts)
                case .ids, .pairs, .patterns, .count, .nothing: members.flatMap(\.parts)
                }
            }
        }

        /// A field of an entry or of a JSON text.
        package struct Field: Sendable, Equatable {
            package var name: String
            /// In a JSON text.
            package var path: [JSONStep] = []
            package var pattern: LedgerPattern

            package init(name: String, pattern: LedgerPattern) {
                self.name = name
                self.pattern = pattern
            }
        }

        /// nil where ``keys`` says where the orders are.
        package var read: Call?
        /// What the keys are called that each hold an order or several; nil where ``read`` gives all orders.
        package var keys: LedgerPattern?
        package var holds: Holds
        package var isAtomic: Bool
        /// Where the file says what the orders look like, for messages.
        package var line = 1

        package init(read: Call, holds: Holds, isAtomic: Bool) {
            self.read = read
            self.holds = holds
            self.isAtomic = isAtomic
        }

        package init(keys: LedgerPattern, holds: Holds, isAtomic: Bool) {
            self.keys = keys
            self.holds = holds
            self.isAtomic = isAtomic
        }

        /// What an order has to look like, for messages: `user:{buyer}`.
        package var inWords: String {
            let own =
                switch holds {
                case .entries(let fields), .json(let fields):
                    fields.map { "\($0.name): \($0.pattern.text)" }.joined(separator: ", ")
                case .ids, .pairs, .patterns: holds.members.map(\.text).joined(separator: ", ")
                case .count: "count"
                case .nothing: ""
                }
            return [keys?.text, own.isEmpty ? nil : own].compactMap { $0 }.joined(separator: " with ")
        }

        /// Whether what is read keeps one order at most for each id, as a set or a hash does, so that a second one of the
        /// same id cannot be seen. A list, a stream and a counter keep them all.
        package var mergesRepeats: Bool {
            guard case .command(let command)? = read else { return true }
            return !Self.keepsAll.contains(command.name)
        }

        private static let keepsAll: Set<String> = [
            "GET", "HGET", "HVALS", "LLEN", "LRANGE", "XLEN", "XRANGE", "XREVRANGE",
        ]
    }
}
