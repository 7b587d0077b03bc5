internal import CHiredis
internal import CLinux
internal import FlashSale
internal import Glibc
internal import Strategies

/// Reads replies from a connected socket through hiredis's parser, straight into the flat ``Reply``: no object of hiredis's
/// is allocated for a reply, and no buffer of its size is touched.
enum ReplyReader {
    /// What one call reads at first: replies to a step of a sale are shorter. Every thread has it on its stack, where Swift
    /// puts no more than 1,024 bytes; what is larger would be taken from the heap each time.
    private static let shortRead = 1024
    /// What it reads when that was not all.
    private static let longRead = 65536

    /// Lets hiredis's parser of this context fill replies of ours.
    static func install(in context: UnsafeMutablePointer<redisContext>) -> Bool {
        guard let reader = redisReaderCreateWithFunctions(functions) else { return false }
        redisReaderFree(context.pointee.reader)
        context.pointee.reader = reader
        return true
    }

    /// Fills `reply`, which must be empty, with the next reply. Nil if it came; otherwise what went wrong.
    ///
    /// - Parameter limit: bytes that it may have.
    static func read(
        _ context: UnsafeMutablePointer<redisContext>, over tls: TLSSession?, into reply: UnsafeMutablePointer<Reply>,
        limit: Int, timeoutNanoseconds: Int
    ) -> ConnectionError? {
        guard let reader = context.pointee.reader else { return .closed }
        reader.pointee.privdata = UnsafeMutableRawPointer(reply)
        let descriptor = context.pointee.fd
        var taken = 0
        switch parse(reader, taken: &taken, limit: limit) {
        case .complete: return nil
        case .failed(let error): return error
        case .partial: break
        }
        if let error = receive(from: descriptor, over: tls, size: shortRead, into: reader) { return error }
        // Only where the reply comes in parts does the clock matter.
        var start: Int?
        while true {
            switch parse(reader, taken: &taken, limit: limit) {
            case .complete: return nil
            case .failed(let error): return error
            case .partial: break
            }
            let now = Int(Clock.nanoseconds())
            let elapsed = now - (start ?? now)
            start = start ?? now
            guard
                elapsed < timeoutNanoseconds || (elapsed < 2 * timeoutNanoseconds && isReadable(descriptor, over: tls))
            else {
                return .timeout
            }
            if let error = receive(from: descriptor, over: tls, size: longRead, into: reader) { return error }
        }
    }

    enum Progress {
        case complete, partial
        case failed(ConnectionError)
    }

    /// Parses as much of the next reply as has been read.
    ///
    /// - Parameters:
    ///   - taken: bytes of it that earlier calls have parsed; 0 for a reply that begins, and again after its end.
    ///   - limit: bytes that it may have. What is parsed beyond it is what one read has brought.
    @inline(__always)
    static func parse(
        _ context: UnsafeMutablePointer<redisContext>, into reply: UnsafeMutablePointer<Reply>, taken: inout Int,
        limit: Int
    ) -> Progress {
        guard let reader = context.pointee.reader else { return .failed(.closed) }
        reader.pointee.privdata = UnsafeMutableRawPointer(reply)
        return parse(reader, taken: &taken, limit: limit)
    }

    @inline(__always)
    private static func parse(
        _ reader: UnsafeMutablePointer<redisReader>, taken: inout Int, limit: Int
    ) -> Progress {
        let unread = reader.pointee.len - reader.pointee.pos
        if unread == 0 { return .partial }
        var object: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &object) == REDIS_OK else {
            let text = withUnsafeBytes(of: reader.pointee.errstr) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            return .failed(.protocolViolation(text + hint(at: text)))
        }
        // What stays unread is the next reply's where this one is whole, and otherwise its own.
        let most = taken + unread
        guard object != nil else { return judgePart(reader, most, taken: &taken, limit: limit) }
        taken = 0
        guard most > limit, most - (reader.pointee.len - reader.pointee.pos) > limit else { return .complete }
        return .failed(.oversized(OversizedReply(.untold, limit: limit)))
    }

    /// What to say beside hiredis's reason where a reply begins as only those of RESP3 do.
    private static func hint(at text: String) -> String {
        let isNewer = "_#,(!=%~>|".contains { text.hasPrefix("Protocol error, got \"\($0)\"") }
        return isNewer ? ", as RESP3 has it and RESP2 has not" : ""
    }

    /// Goes on with a reply that is not whole, if it can end within the limit.
    @inline(never)
    private static func judgePart(
        _ reader: UnsafeMutablePointer<redisReader>, _ most: Int, taken: inout Int, limit: Int
    ) -> Progress {
        taken = most - (reader.pointee.len - reader.pointee.pos)
        guard let reply = OversizedReply.announced(in: reader, taken: taken, limit: limit) else { return .partial }
        return .failed(.oversized(reply))
    }

    /// Waits for bytes and feeds them to the parser. An interrupted wait goes on.
    @inline(__always)
    private static func receive(
        from descriptor: Int32, over tls: TLSSession?, size: Int, into reader: UnsafeMutablePointer<redisReader>
    ) -> ConnectionError? {
        withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { buffer in
            var count: Int
            if let tls {
                do throws(ConnectionError) { count = try tls.read(buffer) } catch { return error }
                if count == 0 { return .timeout }
            } else {
                repeat { count = recv(descriptor, buffer.baseAddress!, size, 0) } while count < 0 && errno == EINTR
                if count < 0 { return errno == EAGAIN || errno == EWOULDBLOCK ? .timeout : .closed }
                if count == 0 { return .closed }
            }
            let bytes = buffer.baseAddress!.assumingMemoryBound(to: CChar.self)
            return redisReaderFeed(reader, bytes, count) == REDIS_OK ? nil : .protocolViolation("out of memory")
        }
    }

    /// Whether the server's bytes, or its end, are there to be read without waiting.
    private static func isReadable(_ descriptor: Int32, over tls: TLSSession?) -> Bool {
        if let tls { return tls.look() != .nothing }
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&poller, 1, 0) == 1
    }

    // MARK: What the parser calls

    /// Stands for every object: the parser only asks whether there is one.
    nonisolated(unsafe) private static let token = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)

    /// Made once and never changed; hiredis only reads it.
    nonisolated(unsafe) private static let functions: UnsafeMutablePointer<redisReplyObjectFunctions> = {
        let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        functions.initialize(
            to: redisReplyObjectFunctions(
                createString: { task, text, count in
                    ReplyReader.reply(of: task).pointee.append(
                        ReplyReader.kind(ofText: task), bytes: UnsafeRawBufferPointer(start: text, count: count))
                    return ReplyReader.token
                },
                createArray: { task, count in
                    ReplyReader.reply(of: task).pointee.append(.array, integer: Int(count))
                    return ReplyReader.token
                },
                createInteger: { task, value in
                    ReplyReader.reply(of: task).pointee.append(.integer, integer: Int(value))
                    return ReplyReader.token
                },
                createNil: { task in
                    ReplyReader.reply(of: task).pointee.append(.null)
                    return ReplyReader.token
                },
                freeObject: { _ in }))
        return functions
    }()

    @inline(__always)
    private static func reply(of task: UnsafePointer<redisReadTask>?) -> UnsafeMutablePointer<Reply> {
        task!.pointee.privdata.assumingMemoryBound(to: Reply.self)
    }

    @inline(__always)
    private static func kind(ofText task: UnsafePointer<redisReadTask>?) -> Reply.Kind {
        switch task!.pointee.type {
        case REDIS_REPLY_ERROR: .error
        case REDIS_REPLY_STATUS: .status
        default: .string
        }
    }
}
