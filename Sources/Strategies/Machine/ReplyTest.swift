/// A ``Matcher`` made ready: plain memory, its texts among the program's literals and its parts among the tests.
enum ReplyTest: Equatable, BitwiseCopyable {
    case integers(from: Int, through: Int)
    case notEqual(Int)
    case compare(Comparison, StrategyProgram.Sum)
    case null
    case ok
    case empty
    case text(start: Int, count: Int)
    /// An index among the machine's regular expressions.
    case pattern(Int)
    case array
    case any
    case error(start: Int, count: Int)
    case element(Int, test: Int)
    case json(StrategyProgram.Path, JSONTest)

    enum JSONTest: Equatable, BitwiseCopyable {
        case exists
        case integers(from: Int, through: Int)
        case notEqual(Int)
        case compare(Comparison, StrategyProgram.Sum)
        case text(start: Int, count: Int, isNegated: Bool)
        case boolean(Bool)
        case null
    }
}
