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
            /// The name of a unit, which is text.
            case unit
        }

        /// What the reply to `read` holds.
        package enum Holds: Sendable, Equatable {
            /// Ids: the members of a set, the elements of a list, the keys or values of a hash.
            case ids(Part)
            /// Pairs, as HGETALL and ZRANGE WITHSCORES give them.
            case pairs(Part, Part)
            /// Entries of a stream, as XRANGE gives them, with the names of their fields.
            case entries([Part: String])
            /// JSON texts, with the names of their fields.
            case json([Part: [JSONStep]])
            /// Nothing but their number.
            case count
        }

        package var read: Call
        package var holds: Holds
        package var isAtomic: Bool

        package init(read: Call, holds: Holds, isAtomic: Bool) {
            self.read = read
            self.holds = holds
            self.isAtomic = isAtomic
        }

        /// Whether what is read keeps one order at most for each id, as a set or a hash does, so that a second one of the
        /// same id cannot be seen. A list, a stream and a counter keep them all.
        package var mergesRepeats: Bool {
            if unitsAreKeys { return false }
            guard case .command(let command) = read else { return true }
            return !Self.keepsAll.contains(command.name)
        }

        /// Whether there is an entry for each unit, by its name.
        package var unitsAreKeys: Bool {
            if case .pairs(.unit, _) = holds { true } else { false }
        }

        private static let keepsAll: Set<String> = [
            "GET", "HGET", "HVALS", "LLEN", "LRANGE", "XLEN", "XRANGE", "XREVRANGE",
        ]
    }
}
