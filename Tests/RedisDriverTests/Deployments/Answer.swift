import Strategies

/// A reply as tests of several nodes write it.
indirect enum Answer: Sendable {
    case text(String)
    case number(Int)
    case status(String)
    case error(String)
    case null
    case list([Answer])

    var reply: Reply {
        var reply = Reply()
        append(to: &reply)
        return reply
    }

    private func append(to reply: inout Reply) {
        switch self {
        case .text(let text): reply.append(.string, text)
        case .number(let number): reply.append(.integer, integer: number)
        case .status(let text): reply.append(.status, text)
        case .error(let text): reply.append(.error, text)
        case .null: reply.append(.null)
        case .list(let elements):
            reply.append(.array, integer: elements.count)
            for element in elements { element.append(to: &reply) }
        }
    }

    /// As it comes from a server.
    var wire: String {
        switch self {
        case .text(let text): "$\(text.utf8.count)\r\n\(text)\r\n"
        case .number(let number): ":\(number)\r\n"
        case .status(let text): "+\(text)\r\n"
        case .error(let text): "-\(text)\r\n"
        case .null: "*-1\r\n"
        case .list(let elements): "*\(elements.count)\r\n" + elements.map(\.wire).joined()
        }
    }

    static func master(_ host: String, _ port: Int) -> Answer { .list([.text(host), .text("\(port)")]) }

    static let roleOfPrimary = Answer.list([.text("master"), .number(1), .list([])])
    static let roleOfReplica = Answer.list([.text("slave"), .text("h"), .number(1), .text("connected"), .number(1)])

    /// A row of CLUSTER SLOTS.
    static func slots(_ range: ClosedRange<Int>, _ nodes: (String, Int)...) -> Answer {
        .list(
            [.number(range.lowerBound), .number(range.upperBound)]
                + nodes.map { .list([.text($0.0), .number($0.1), .text("id")]) })
    }

    static func info(_ state: String) -> Answer { .text("cluster_state:\(state)\r\ncluster_slots_assigned:16384\r\n") }
}
