internal import FlashSale
internal import _StringProcessing

/// A number that answers tell: `json .left`, or `stdout /(\d+) left/`.
package struct AnswerValue: Sendable, Equatable {
    enum Place: Sendable, Equatable {
        case json(JSONPath)
        /// A regular expression whose first group is the number.
        case text(String)
    }

    package let source: String
    let place: Place

    func value(in answer: ProgramAnswer) -> Int? {
        switch place {
        case .json(let path):
            guard case .number(let number)? = JSONTree(lastOf: answer.text).flatMap({ path.value(in: $0) }) else {
                return nil
            }
            return Int(exactly: number)
        case .text(let pattern):
            guard let match = try? Regex(pattern).firstMatch(in: answer.text), match.output.count > 1,
                let text = match.output[1].substring
            else { return nil }
            return Int(text)
        }
    }
}
