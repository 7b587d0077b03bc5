/// A ``Matcher`` made ready: plain memory, its texts among the program's literals and its parts among the tests.
enum ReplyTest: Equatable, BitwiseCopyable {
    case integers(from: Int, through: Int)
    case notEqual(Int)
    case null
    case ok
    case empty
    case text(start: Int, count: Int)
    case array
    case any
    case error(start: Int, count: Int)
    case element(Int, test: Int)

    /// Whether the value at `node` of `reply` passes.
    ///
    /// - Parameters:
    ///   - tests: where the tests of elements are.
    ///   - literals: where texts are.
    @inline(__always)
    func passes(
        _ reply: borrowing Reply, at node: Int, tests: UnsafeBufferPointer<ReplyTest>,
        literals: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        let kind = reply.kind(at: node)
        switch self {
        case .integers(let from, let through):
            guard let value = reply.integer(at: node) else { return false }
            return value >= from && value <= through
        case .notEqual(let number):
            guard let value = reply.integer(at: node) else { return false }
            return value != number
        case .null: return kind == .null
        case .ok: return kind == .status && reply.textIsOK(at: node)
        case .empty:
            return (kind == .string && reply.textCount(at: node) == 0)
                || (kind == .array && reply.elementCount(at: node) == 0)
        case .text(let start, let count):
            return (kind == .string || kind == .status)
                && reply.text(at: node, equals: UnsafeBufferPointer(rebasing: literals[start..<start + count]))
        case .array: return kind == .array
        case .any: return kind != .error
        case .error(let start, let count):
            return kind == .error
                && reply.text(at: node, startsWithWord: UnsafeBufferPointer(rebasing: literals[start..<start + count]))
        case .element(let position, let test):
            guard let element = reply.element(position, of: node) else { return false }
            return Self.passes(tests[test], reply, element, tests, literals)
        }
    }

    /// The way back in for elements of elements.
    @inline(never)
    private static func passes(
        _ test: ReplyTest, _ reply: borrowing Reply, _ node: Int, _ tests: UnsafeBufferPointer<ReplyTest>,
        _ literals: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        test.passes(reply, at: node, tests: tests, literals: literals)
    }
}
