/// What a reply must be for an outcome to hold.
package indirect enum Matcher: Sendable, Equatable {
    /// An integer reply, or text that is a decimal number, between the two, both included.
    case integers(ClosedRange<Int>)
    case notEqual(Int)
    /// A number compared with one that is known at the time of the attempt: `< {quantity}`.
    case compare(Comparison, Template.Expression)
    case null
    /// The status OK.
    case ok
    /// An empty string or an empty array.
    case empty
    case text(String)
    /// A regular expression that the text has a match of, anywhere.
    case pattern(String)
    case array
    case any
    /// An error whose text starts with the prefix, up to the end of a word; any error where it is empty.
    case error(prefix: String)
    /// The element of an array, counted from 0.
    case element(Int, Matcher)
    /// What stands after the name in a service's headers.
    case named(String, Matcher)
    /// Each of the two.
    case both(Matcher, Matcher)
    /// A value inside the JSON text that the reply is.
    case json([JSONStep], JSONTest)

    /// What a JSON value must be.
    package enum JSONTest: Sendable, Equatable {
        case exists
        /// A number, or text that is one.
        case integers(ClosedRange<Int>)
        case notEqual(Int)
        case compare(Comparison, Template.Expression)
        case text(String, isNegated: Bool)
        case boolean(Bool)
        case null
    }

    /// Whether it matches errors, and so may judge a reply that contains one.
    package var namesErrors: Bool {
        switch self {
        case .error: true
        case .element(_, let inner), .named(_, let inner): inner.namesErrors
        case .both(let first, let second): first.namesErrors || second.namesErrors
        default: false
        }
    }

    /// What it compares with that is known only at the time of an attempt.
    package var expressions: [Template.Expression] {
        switch self {
        case .compare(_, let expression), .json(_, .compare(_, let expression)): [expression]
        case .element(_, let inner), .named(_, let inner): inner.expressions
        case .both(let first, let second): first.expressions + second.expressions
        default: []
        }
    }

    /// Whether every reply that passes `other` passes this one too, as far as that can be told.
    package func covers(_ other: Matcher) -> Bool {
        switch (self, other) {
        case (.any, .error): false
        case (.any, _): true
        case (.integers(let own), .integers(let others)):
            own.lowerBound <= others.lowerBound && own.upperBound >= others.upperBound
        case (.integers(let own), .text(let text)): Reply.integer(text.utf8).map(own.contains) ?? false
        case (.notEqual(let number), .integers(let others)): !others.contains(number)
        case (.error(let own), .error(let others)):
            own.isEmpty || own == others || others.hasPrefix(own + " ")
        case (.element(let own, let inner), .element(let others, let otherInner)):
            own == others && inner.covers(otherInner)
        case (.named(let own, let inner), .named(let others, let otherInner)):
            own == others && inner.covers(otherInner)
        case (.array, .element): true
        default: self == other
        }
    }
}

/// How two numbers are compared.
package enum Comparison: String, Sendable, CaseIterable, BitwiseCopyable {
    // The longer signs first: `<=` starts with `<`.
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case greater = ">"

    /// The comparison that text starts with.
    init?(startOf text: some StringProtocol) {
        guard let match = Comparison.allCases.first(where: { text.hasPrefix($0.rawValue) }) else { return nil }
        self = match
    }

    @inline(__always)
    package func holds(_ left: Int, _ right: Int) -> Bool {
        switch self {
        case .lessOrEqual: left <= right
        case .greaterOrEqual: left >= right
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .greater: left > right
        }
    }
}
