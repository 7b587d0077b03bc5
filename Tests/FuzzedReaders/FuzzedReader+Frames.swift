import Proxy

/// What the proxy tells apart.
extension FuzzedReader {
    /// Bytes of a client, or of a server, at once and in pieces: the same commands and replies have to end at the same places.
    static let frames = FuzzedReader(
        "frames",
        words: [
            "\r\n", "*2\r\n", "$3\r\n", "$-1\r\n", "*-1\r\n", ">2\r\n", "|1\r\n", "%1\r\n", "~1\r\n", "PING\r\n",
            "_\r\n",
        ],
        examples: {
            [
                "1*2\r\n$3\r\nGET\r\n$1\r\nk\r\nPING\r\n", "3*1\r\n$4\r\nPING\r\n*0\r\n\r\nGET k\r\n",
                "0+OK\r\n$3\r\nabc\r\n*2\r\n:1\r\n*-1\r\n",
                "2%1\r\n+a\r\n~2\r\n#t\r\n,1.5\r\n>2\r\n+x\r\n+y\r\n|1\r\n+a\r\n+b\r\n:1\r\n",
            ].map { Array($0.utf8) }
        }
    ) { (input) throws(BrokenPromise) in
        guard let first = input.first else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: input[1...])
        let isClient = first & 1 == 1
        let all = max(1, bytes.count)
        let whole = isClient ? commands(in: bytes, size: all) : replies(in: bytes, size: all)
        for size in [1, 2 + Int(first) % 61] {
            let pieces = isClient ? commands(in: bytes, size: size) : replies(in: bytes, size: size)
            try BrokenPromise.unless(pieces == whole, "by \(size) bytes: \(pieces); at once: \(whole)")
        }
    }

    /// Where commands end; the last is below zero if what follows is none.
    private static func commands(in bytes: UnsafeRawBufferPointer, size: Int) -> [Int] {
        var framer = CommandFramer()
        var ends: [Int] = []
        var place = 0
        while place < bytes.count {
            let piece = min(bytes.count, (place / size + 1) * size)
            let before = framer.length
            let outcome = framer.advance(UnsafeRawBufferPointer(rebasing: bytes[place..<piece]))
            place += framer.length - before
            switch outcome {
            case .incomplete: continue
            case .broken: return ends + [-place]
            case .complete, .empty:
                ends.append(place)
                framer.next()
            }
        }
        return ends
    }

    /// The same of replies.
    private static func replies(in bytes: UnsafeRawBufferPointer, size: Int) -> [Int] {
        var framer = ReplyFramer()
        var ends: [Int] = []
        var place = 0
        while true {
            let piece = min(bytes.count, (place / size + 1) * size)
            let (used, event) = framer.advance(UnsafeRawBufferPointer(rebasing: bytes[place..<piece]))
            place += used
            switch event {
            case .more: if place >= bytes.count { return ends }
            case .header: break
            case .end: ends.append(place)
            case .broken: return ends + [-place]
            }
        }
    }
}
