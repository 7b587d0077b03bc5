import Strategies

/// Makes replies of bytes: few bytes make many replies, and every sort of reply is one byte away.
struct ReplyMaker {
    /// What happens to an attempt instead of a reply.
    enum Event {
        case reply(Reply)
        /// The connection is lost.
        case loss
    }

    private let bytes: [UInt8]
    private var index = 0
    /// Makes those of a service or a program; nil for those of Redis.
    private var answers: AnswerMaker?

    /// - Parameter counterpart: who answers.
    init(_ bytes: [UInt8], of counterpart: Counterpart = .server) {
        self.bytes = bytes
        if counterpart.kind != .server { answers = AnswerMaker(bytes, of: counterpart) }
    }

    var isOver: Bool { answers?.isOver ?? (index >= bytes.count) }

    private mutating func byte() -> UInt8 {
        guard index < bytes.count else { return 0 }
        index += 1
        return bytes[index - 1]
    }

    mutating func next() -> Event {
        guard !isOver else { return .loss }
        if let answer = answers?.next() { return answer }
        var reply = Reply()
        let sort = byte()
        if sort == 255 { return .loss }
        append(sort, to: &reply, depth: 0)
        return .reply(reply)
    }

    private mutating func append(_ sort: UInt8, to reply: inout Reply, depth: Int) {
        switch sort & 7 {
        case 0: reply.append(.integer, integer: number(sort >> 3))
        case 1: reply.append(.status, ["OK", "QUEUED", "", "0", "1"][Int(sort >> 3) % 5])
        case 2: reply.append(.error, Self.errors[Int(sort >> 3) % Self.errors.count])
        case 3:
            let end = min(bytes.count, index + Int(sort >> 3))
            bytes[index..<end].withUnsafeBytes { reply.append(.string, bytes: $0) }
            index = end
        case 4: reply.append(.null)
        case 5: reply.append(.string, String(number(sort >> 3)))
        case 6: reply.append(.string, Self.texts[Int(sort >> 3) % Self.texts.count])
        default:
            let count = depth < 6 ? Int(sort >> 3) % 8 : 0
            reply.append(.array, integer: count)
            for _ in 0..<count { append(byte(), to: &reply, depth: depth + 1) }
        }
    }

    private mutating func number(_ sort: UInt8) -> Int {
        switch sort {
        case 0..<20: Int(sort) - 3
        case 20: .max
        case 21: .min
        case 22: 1 << 53
        case 23: -(1 << 53)
        case 24: 1 << 31
        default: Int(Int8(bitPattern: byte()))
        }
    }

    private static let errors = [
        "ERR", "NOSCRIPT No matching script.", "ERR Function not found", "EXECABORT Transaction discarded", "BUSY",
        "LOADING Redis is loading", "MOVED 1 h:1", "READONLY You can't write", "OOM command not allowed", "NOPERM no",
        "WRONGTYPE Operation", "MISCONF Redis", "", " ", "SOLDOUT", "ERR value is not an integer", "CLUSTERDOWN",
        "NOAUTH", "-", "NOREPLICAS", "MASTERDOWN", "TRYAGAIN", "UNKILLABLE", "ERR max number of clients",
        "ERR sold out",
        "OUT_OF_STOCK", "ERR unknown command", "NOGOODSLAVE", "INPROG", "ASK 1 h:1", "ERR DISCARD", "ERR EXEC",
    ]

    private static let texts = [
        "", "OK", "won", "sold out", "{\"code\":0,\"left\":3,\"order\":\"a\"}", "{\"code\":1}", "[1,2,{\"a\":null}]",
        "{\"left\":9007199254740993}", "{\"left\":-1e400}", "A1;B\\;2", "1.5", "-0", "00", "9223372036854775808",
        "{\"msg\":\"sold out\",\"data\":{\"left\":2}}", "\u{1B}[2J", "\u{FFFD}", "1:2:3", "user:1", "nil", "{", "\"",
    ]
}
