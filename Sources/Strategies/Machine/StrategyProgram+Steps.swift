internal import FlashSale

/// What the tables of a program hold of its steps.
extension StrategyProgram {
    /// Where names of units come from.
    enum UnitPart: Equatable, BitwiseCopyable {
        /// A place in the reply, which may be an array of names.
        case place(Path)
        /// One name of several pieces.
        case pieces(Span)
    }

    /// A piece of one name.
    enum UnitPiece: Equatable, BitwiseCopyable {
        case text(start: Int, count: Int)
        case number(Sum)
        case capture(Int)
        case place(Path)
    }

    /// What a step's `if:` asks. `needs` are the captures that it looks at, one bit each: without them it does not hold.
    struct Condition: Equatable, BitwiseCopyable {
        enum Test: Equatable, BitwiseCopyable {
            case taken
            case notTaken
            case compare(Sum, Comparison, Sum)
            case text(capture: Int, start: Int, count: Int, isNegated: Bool)
            /// Conditions that all hold, or of which one does: a run of them.
            case all(Span)
            case any(Span)
        }

        var needs: UInt64
        var test: Test
    }

    struct Capture: Equatable, BitwiseCopyable {
        var index: Int
        var path: Path
    }

    /// Two numbers between which one is drawn, both included.
    struct Draw: Equatable, BitwiseCopyable {
        var lower: Int
        var upper: Int
    }

    struct Rule: BitwiseCopyable {
        /// Index of the test that the reply must pass.
        var test: Int
        /// Whether it may judge a reply that has an error inside.
        var namesErrors: Bool
        var outcome: Outcome
        var remaining: Sum?
        /// Where the names of the units are that were sold; empty where the rule does not say.
        var units = Span(start: 0, end: 0)
    }

    struct Step: BitwiseCopyable {
        enum Kind: Equatable, BitwiseCopyable {
            case send, transaction, script, http, program, command, think, finish
        }

        var kind: Kind
        /// What goes out.
        var parts = Span(start: 0, end: 0)
        /// Replies that come back.
        var replies = 0
        /// Commands that the server's own table says have no effect.
        var hasNoEffect = false
        var watches = false
        var rules = Span(start: 0, end: 0)
        var captures = Span(start: 0, end: 0)
        /// Index of its condition; -1 for none.
        var condition = -1
        /// Captures that what goes out is made of, one bit each.
        var needs: UInt64 = 0
        /// What makes the server know a script again: whole commands among the literals, and their number.
        var reload = Span(start: 0, end: 0)
        var reloadReplies = 0
        /// For a step that ends the attempt.
        var outcome = Outcome.unknown
        var remaining: Sum?
        var units = Span(start: 0, end: 0)
        /// Sent in one write with the step before, since it does not need its reply and has no effect.
        var joinsPrevious = false
        /// Microseconds of thinking, at least and at most.
        var thinkMinimum = 0
        var thinkMaximum = 0
    }
}
