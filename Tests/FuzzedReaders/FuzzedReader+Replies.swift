import FlashSale
import Glibc
import RedisDriver
import Strategies

/// What a server answers.
extension FuzzedReader {
    /// Bytes of a server, through the driver that waits and the one that never does, cut at other places: both have to read
    /// the same replies, and end with the same error.
    static let replies = FuzzedReader(
        "replies",
        words: [
            "\r\n", "*2\r\n", "$3\r\n", "$-1\r\n", "*-1\r\n", ":1\r\n", "+OK\r\n", "-ERR", "_\r\n", "%1\r\n",
            "9223372036854775807",
        ],
        examples: {
            csv([
                "1+OK\r\n:1\r\n$3\r\nabc\r\n$-1\r\n*-1\r\n-ERR no\r\n", "\u{3}*2\r\n*1\r\n:-5\r\n$0\r\n\r\n+QUEUED\r\n",
                "\u{7}*3\r\n:9223372036854775807\r\n:-9223372036854775808\r\n$2\r\n\r\n\r\n", "a$5\r\nabc",
                "b*1000000\r\n:1\r\n",
                "c*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", "d$2147483648\r\n", "e:12a\r\n",
            ])
        }
    ) { (input) throws(BrokenPromise) in
        guard let first = input.first else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: input[1...])
        let waiting = try waiting(for: bytes)
        for size in [1, 2 + Int(first) % 61] {
            let (replies, error) = try notWaiting(for: bytes, size: size)
            try BrokenPromise.unless(
                replies == waiting.replies,
                "by \(size) bytes \(replies.count) replies are read, at once \(waiting.replies.count)")
            try BrokenPromise.unless(
                error == waiting.error || isTooLarge(error) || isTooLarge(waiting.error),
                "by \(size) bytes: \(error); at once: \(waiting.error)")
        }
        for reply in waiting.replies { try check(reply) }
        if case .protocolViolation(let reason) = waiting.error {
            try BrokenPromise.unless(!reason.isEmpty, "no reason is given")
        }
    }

    /// Of a reply that is too large and wrong as well, what is seen first depends on how it comes.
    private static func isTooLarge(_ error: ConnectionError) -> Bool {
        if case .oversized = error { true } else { false }
    }

    private static func check(_ reply: Reply) throws(BrokenPromise) {
        try BrokenPromise.unless(
            !reply.nodes.isEmpty && reply.end(of: Reply.root) == reply.nodes.count, "the nodes are no whole reply")
        try BrokenPromise.unless(!reply.description.isEmpty || reply.kind == .status, "a reply has no description")
        for position in 0..<(reply.kind == .array ? reply.elementCount() : 0) {
            try BrokenPromise.unless(reply.element(position) != nil, "an element is missing")
        }
    }

    private typealias Received = (replies: [Reply], error: ConnectionError)

    /// A socket at whose other end these bytes are, and then the end.
    private static func socket(with bytes: UnsafeRawBufferPointer) throws(BrokenPromise) -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
            throw BrokenPromise("there is no socket: \(String(cString: strerror(errno)))")
        }
        // As much as its buffer takes: an input is short.
        _ = send(ends[1], bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        close(ends[1])
        return ends[0]
    }

    private static func connection(to bytes: UnsafeRawBufferPointer) throws(BrokenPromise) -> Connection {
        let socket = try socket(with: bytes)
        do throws(ConnectionError) {
            return try Connection(adopting: socket, timeoutMilliseconds: 5000)
        } catch {
            throw BrokenPromise("the socket is not taken: \(error)")
        }
    }

    private static func waiting(for bytes: UnsafeRawBufferPointer) throws(BrokenPromise) -> Received {
        var connection = try connection(to: bytes)
        var replies: [Reply] = []
        var reply = Reply()
        while true {
            do throws(ConnectionError) {
                try connection.receive(into: &reply)
                replies.append(reply)
            } catch {
                return (replies, error)
            }
        }
    }

    private static func notWaiting(for bytes: UnsafeRawBufferPointer, size: Int) throws(BrokenPromise) -> Received {
        var connection = try connection(to: bytes)
        connection.stopWaiting()
        var replies: [Reply] = []
        var reply = Reply()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
        defer { buffer.deallocate() }
        while true {
            do throws(ConnectionError) {
                guard try connection.readNow(buffer) != .nothing else { return (replies, .timeout) }
                while try connection.nextReply(into: &reply) { replies.append(reply) }
            } catch {
                return (replies, error)
            }
        }
    }

    /// The first byte chooses a strategy, the second how many units an attempt wants; what is left answers its commands.
    static let machine = FuzzedReader(
        "machine", mostBytes: 256,
        words: ["{\"code\":0}", "won", "sold out", "NOSCRIPT "],
        examples: {
            programs.indices.flatMap { index -> [[UInt8]] in
                [
                    [8, 8, 8, 8, 8], [40, 40, 1, 9, 9, 9, 23, 8, 40], [4, 4, 4, 4], [10, 10, 8, 8], [26, 2, 10, 255],
                    [63, 8, 8, 8, 8, 8, 8, 8, 1],
                ]
                .map { [UInt8(index), 1] + $0 + $0 }
            }
        }
    ) { (input) throws(BrokenPromise) in
        guard input.count > 2 else { return }
        let program = programs[Int(input[0]) % programs.count]
        let played = try PlayedAttempts(program, bytes: Array(input[2...]), quantity: Int(input[1]) % 4 + 1)
        try played.play(most: 64)
    }

    /// Built-in strategies and examples, compiled once.
    private static let programs: [PlayedAttempts.Prepared] = {
        let texts =
            BuiltinStrategies.all.map(\.yaml)
            + (Repository.files(in: "examples/strategies", ending: ".yaml")
            + Repository.files(in: "examples/casebook", ending: ".yaml")).map { String(decoding: $0, as: UTF8.self) }
        return texts.compactMap { text in
            (try? StrategyFile.parse(text, file: "example.yaml") { _ throws(StrategyFile.CompanionProblem) in "return 1"
            })
            .map(PlayedAttempts.Prepared.init)
        }
    }()
}
