import FlashSale
import Strategies

/// Replies as tests write them.
indirect enum Said: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, Sendable {
    case integer(Int)
    case string(String)
    case status(String)
    case error(String)
    case null
    case array([Said])

    static let ok = Said.status("OK")
    static let queued = Said.status("QUEUED")

    init(integerLiteral value: Int) { self = .integer(value) }
    init(stringLiteral value: String) { self = .string(value) }
    init(arrayLiteral elements: Said...) { self = .array(elements) }

    var reply: Reply {
        var reply = Reply()
        append(to: &reply)
        return reply
    }

    private func append(to reply: inout Reply) {
        switch self {
        case .integer(let value): reply.append(.integer, integer: value)
        case .string(let text): reply.append(.string, text)
        case .status(let text): reply.append(.status, text)
        case .error(let text): reply.append(.error, text)
        case .null: reply.append(.null)
        case .array(let elements):
            reply.append(.array, integer: elements.count)
            for element in elements { element.append(to: &reply) }
        }
    }
}
