import HTTPTransport
import Strategies

/// Makes answers of a text: one up to each byte 1E, which is no answer where there is nothing before it.
///
/// A service's has its status on the first line, then header lines, an empty line and the body; a program's is its line; a
/// command's begins with a byte that is the exit code, and the last line follows.
struct AnswerMaker {
    private let bytes: [UInt8]
    private let counterpart: Counterpart
    private var index = 0

    private static let end: UInt8 = 0x1E
    private static let lineFeed: UInt8 = 10

    init(_ bytes: [UInt8], of counterpart: Counterpart) {
        self.bytes = bytes
        self.counterpart = counterpart
    }

    var isOver: Bool { index >= bytes.count }

    mutating func next() -> ReplyMaker.Event {
        let end = bytes[min(index, bytes.count)...].firstIndex(of: Self.end) ?? bytes.count
        let answer = bytes[min(index, bytes.count)..<end]
        index = end + 1
        guard let first = answer.first else { return .loss }
        var reply = Reply()
        switch counterpart.kind {
        case .service: Self.fill(&reply, answer)
        case .commands:
            Array(Self.line(answer.dropFirst())).withUnsafeBytes { reply.reset(toExit: Int(first), lastLine: $0) }
        case .program, .server: Array(Self.line(answer)).withUnsafeBytes { reply.append(.string, bytes: $0) }
        }
        return .reply(reply)
    }

    private static func line(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> { bytes.prefix { $0 != lineFeed } }

    private static func fill(_ reply: inout Reply, _ answer: ArraySlice<UInt8>) {
        let status = Reply.integer(line(answer)).flatMap { (100...599).contains($0) ? $0 : nil } ?? 200
        var rest = answer.dropFirst(line(answer).count + 1)
        var head: [UInt8] = []
        while !rest.isEmpty {
            let line = line(rest)
            rest = rest.dropFirst(line.count + 1)
            if line.isEmpty || line.elementsEqual([13]) { break }
            head += line + [lineFeed]
        }
        reply.fill(status: status, headerLines: &head, body: Array(rest))
    }
}
