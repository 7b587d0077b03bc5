internal import FlashSale
internal import _StringProcessing

/// What is to be true of an answer: `exit 0`, `status 200`, `status 2xx`, `json .ok == true`, `stdout /bought/`, several with `and`.
package struct AnswerTest: Sendable, Equatable {
    enum Condition: Sendable, Equatable {
        case exit(Int)
        case status(ClosedRange<Int>)
        case json(JSONPath, Comparison, JSONTree)
        /// A regular expression that fits somewhere.
        case text(String)
    }

    enum Comparison: String, Sendable, CaseIterable {
        case equal = "=="
        case different = "!="
        case atMost = "<="
        case atLeast = ">="
        case less = "<"
        case more = ">"
    }

    /// As it was written.
    package let source: String
    let conditions: [Condition]

    var asksExit: Bool { conditions.contains { if case .exit = $0 { true } else { false } } }
    var asksStatus: Bool { conditions.contains { if case .status = $0 { true } else { false } } }

    package func holds(of answer: ProgramAnswer) -> Bool { conditions.allSatisfy { Self.holds($0, answer) } }

    private static func holds(_ condition: Condition, _ answer: ProgramAnswer) -> Bool {
        switch condition {
        case .exit(let code): answer.ending == .exit(code)
        case .status(let range): if case .status(let status) = answer.ending { range.contains(status) } else { false }
        case .json(let path, let comparison, let wanted):
            JSONTree(lastOf: answer.text).flatMap { path.value(in: $0) }.map { compare($0, comparison, wanted) }
                ?? false
        case .text(let pattern): (try? Regex(pattern).firstMatch(in: answer.text)) != nil
        }
    }

    private static func compare(_ found: JSONTree, _ comparison: Comparison, _ wanted: JSONTree) -> Bool {
        switch comparison {
        case .equal: return found == wanted
        case .different: return found != wanted
        case .atMost, .atLeast, .less, .more:
            guard case .number(let left) = found, case .number(let right) = wanted else { return false }
            return switch comparison {
            case .atMost: left <= right
            case .atLeast: left >= right
            case .less: left < right
            default: left > right
            }
        }
    }

    /// How many lines it holds of, of a program that makes several purchases.
    func lines(of answer: ProgramAnswer) -> Int {
        answer.text.split(whereSeparator: \.isNewline).count {
            holds(of: ProgramAnswer(answer.ending, text: String($0)))
        }
    }
}
