import Strategies

/// Whom the buyers of a strategy ask, and so what they send and what comes back.
struct Counterpart: Sendable {
    enum Kind: Sendable {
        /// Redis.
        case server
        case service
        /// One that answers lines with lines.
        case program
        /// Programs that are started.
        case commands
    }

    let kind: Kind
    /// Whether each request to a service has a body of JSON.
    private let takesJSON: Bool
    /// How many words commands have.
    private let words: [Int]

    static let server = Counterpart(.server)

    private init(_ kind: Kind, takesJSON: Bool = false, words: [Int] = []) {
        self.kind = kind
        self.takesJSON = takesJSON
        self.words = words
    }

    init(_ strategy: Strategy) {
        if strategy.asksService {
            let requests = (strategy.signIn + strategy.buy + strategy.finally).compactMap(\.request)
            self.init(
                .service,
                takesJSON: requests.allSatisfy { request in
                    if case .json = request.body { true } else { false }
                })
        } else if strategy.program != nil {
            self.init(.program)
        } else if !strategy.commandCalls.isEmpty {
            self.init(.commands, words: strategy.commandCalls.map(\.arguments.count))
        } else {
            self.init(.server)
        }
    }

    /// How many answers what a machine has written asks for.
    ///
    /// - Parameter attempt: the number of the attempt that it belongs to.
    func answers(to bytes: UnsafeRawBufferPointer, attempt: Int) throws(BrokenPromise) -> Int {
        switch kind {
        case .server: return try Self.commands(in: bytes)
        case .service: try Self.checkRequest(Array(bytes), takesJSON: takesJSON)
        case .program: try Self.checkQuestion(Array(bytes), attempt: attempt)
        case .commands:
            let count = bytes.count { $0 == 0 }
            try BrokenPromise.unless(bytes.last == 0 && words.contains(count), "no command has \(count) words")
        }
        return 1
    }

    // MARK: Redis

    /// How many commands were written, each an array of bulk strings.
    private static func commands(in bytes: UnsafeRawBufferPointer) throws(BrokenPromise) -> Int {
        var index = 0
        var count = 0
        func number(after mark: UInt8) -> Int? {
            guard index < bytes.count, bytes[index] == mark,
                let end = bytes[index...].firstIndex(of: 13), end + 1 < bytes.count, bytes[end + 1] == 10
            else { return nil }
            let number = Reply.integer(bytes[(index + 1)..<end])
            index = end + 2
            return number
        }
        while index < bytes.count {
            let arguments = number(after: UInt8(ascii: "*"))
            guard let arguments, arguments > 0 else { throw BrokenPromise("a command has no head at byte \(index)") }
            for _ in 0..<arguments {
                let length = number(after: UInt8(ascii: "$"))
                guard let length, length >= 0, index + length + 2 <= bytes.count,
                    bytes[index + length] == 13, bytes[index + length + 1] == 10
                else { throw BrokenPromise("an argument is not whole at byte \(index)") }
                index += length + 2
            }
            count += 1
        }
        try BrokenPromise.unless(count > 0, "nothing is sent")
        return count
    }

    // MARK: Services and programs

    /// A first line, header lines and an empty line, each ended by CR LF, then the body (RFC 9112).
    private static func checkRequest(_ bytes: [UInt8], takesJSON: Bool) throws(BrokenPromise) {
        var rest = bytes[...]
        func line() -> ArraySlice<UInt8>? {
            guard let end = rest.firstIndex(of: 10), end > rest.startIndex, rest[end - 1] == 13 else { return nil }
            defer { rest = rest[(end + 1)...] }
            return rest[..<(end - 1)]
        }
        let words = line()?.split(separator: 32, omittingEmptySubsequences: false) ?? []
        try BrokenPromise.unless(
            words.count == 2 && !words[0].isEmpty && words[0].allSatisfy { (65...90).contains($0) }
                && words[1].first == UInt8(ascii: "/") && words[1].allSatisfy { $0 > 32 && $0 != 127 },
            "the first line of a request is \(words.map { String(decoding: $0, as: UTF8.self) })")
        while true {
            guard let line = line() else { throw BrokenPromise("the head of a request does not end") }
            if line.isEmpty { break }
            let name = line.prefix { $0 != UInt8(ascii: ":") }
            try BrokenPromise.unless(
                !name.isEmpty && name.count < line.count && name.allSatisfy { $0 > 32 && $0 < 127 }
                    && line.allSatisfy { $0 >= 32 },
                "a header is \(String(decoding: line, as: UTF8.self))")
        }
        // Deeper than the reader that it is held against goes.
        guard takesJSON, rest.count(where: { "[{".utf8.contains($0) }) < 50 else { return }
        let body = String(decoding: rest, as: UTF8.self)
        try BrokenPromise.unless(JSONTree(body) != nil, "no JSON is \(body)")
    }

    private static func checkQuestion(_ bytes: [UInt8], attempt: Int) throws(BrokenPromise) {
        let text = String(decoding: bytes.dropLast(), as: UTF8.self)
        try BrokenPromise.unless(
            bytes.firstIndex(of: 10) == bytes.count - 1
                && JSONTree(text)?.value(at: [.field("id")])?.integer == attempt,
            "attempt \(attempt) asks \(text)")
    }
}
