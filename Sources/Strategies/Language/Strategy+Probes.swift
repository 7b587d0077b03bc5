extension Strategy {
    /// How the units left are read: numbers of the server and of the file, added and subtracted.
    package struct Probe: Sendable, Equatable {
        /// One of the numbers.
        package struct Term: Sendable, Equatable {
            package enum Source: Sendable, Equatable {
                case call(Call)
                /// A number that the file says, or the sale's units.
                case constant(Template.Expression)
            }

            package var source: Source
            package var isSubtracted: Bool
            /// What stands for a reply of nil, for a key that comes only with the first sale; nil where the number is then not
            /// known.
            package var missing: Template.Expression?

            package init(_ source: Source, isSubtracted: Bool = false, missing: Template.Expression? = nil) {
                self.source = source
                self.isSubtracted = isSubtracted
                self.missing = missing
            }
        }

        package var terms: [Term]
        /// Refused buyers count on: a number below 0 means that nothing is left.
        package var belowZeroIsSoldOut: Bool
        /// One answer has the number of every item, beside its name.
        package var isByItem = false

        package init(_ terms: [Term], belowZeroIsSoldOut: Bool = false) {
            self.terms = terms
            self.belowZeroIsSoldOut = belowZeroIsSoldOut
        }

        /// What is sent, in the order of the terms.
        package var calls: [Call] {
            terms.compactMap { term in
                if case .call(let call) = term.source { call } else { nil }
            }
        }

        /// For each of ``calls`` the number that stands for nil, if one does.
        package func missing(units: Int) -> [Int?] {
            terms.compactMap { term in
                guard case .call = term.source else { return nil }
                return .some(term.missing?.constant(units: units))
            }
        }

        /// Which of ``calls`` are each a part of the stock, beside others; none where it is in one place, or where a number of the file is
        /// added, so that another one may be a difference.
        package var parts: [Int] {
            var places: [Int] = []
            var place = 0
            for term in terms {
                guard case .call = term.source else {
                    if term.isSubtracted { continue }
                    return []
                }
                if !term.isSubtracted { places.append(place) }
                place += 1
            }
            return places.count > 1 ? places : []
        }

        /// The units left, from the numbers that ``calls`` gave; nil where no machine word holds them.
        ///
        /// - Parameter units: of stock, when the sale opened.
        package func units(from numbers: [Int], of units: Int) -> Int? {
            var rest = numbers[...]
            var sum = 0
            for term in terms {
                let number =
                    switch term.source {
                    case .call: rest.popFirst()
                    case .constant(let expression): expression.constant(units: units)
                    }
                guard let number else { return nil }
                let next =
                    term.isSubtracted
                    ? sum.subtractingReportingOverflow(number) : sum.addingReportingOverflow(number)
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
            /// Texts with ids in them: of each member, or of a field and its value, or of a member and its score.
            case patterns([LedgerPattern])
            /// Entries of a stream, as XRANGE gives them, with the names of their fields.
            case entries([Field])
            /// Rows of a table, with the names of their columns.
            case columns([Field])
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
                case .entries, .columns, .json, .count, .nothing: []
                }
            }

            /// Whether each order says of which item it is.
            package var sayItem: Bool {
                switch self {
                case .entries(let fields), .columns(let fields), .json(let fields):
                    fields.contains { $0.pattern.isOfItem }
                case .ids, .pairs, .patterns, .count, .nothing: members.contains(where: \.isOfItem)
                }
            }

            /// What the orders tell.
            var parts: [Part] {
                switch self {
                case .entries(let fields), .columns(let fields), .json(let fields): fields.flatMap(\.pattern.parts)
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
                case .entries(let fields), .columns(let fields), .json(let fields):
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
            if unitsAreKeys { return false }
            switch read {
            case .command(let command): return !Self.keepsAll.contains(command.name)
            case .query(let query):
                // A table, a list of objects and lines of text keep every row.
                guard case .redis(let command) = query.words else { return false }
                return !Self.keepsAll.contains(command.name)
            case .script, nil: return true
            }
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
