internal import CLinux
internal import FlashSale
internal import Glibc

/// The file of all commands, one row each, in the order of their replies. Used by the proxy's thread alone.
///
/// A disk that is full is told once, and nothing more is written; commands go on.
final class CommandRecord {
    static let header = "command,connection,sent_ns,answered_ns,name,keys,arguments,reply,fault\n"

    private static var flushBytes: Int { 64 * 1024 }
    /// A row is in the file so long after it was made, at most.
    private static var flushNanoseconds: UInt64 { 500_000_000 }

    private let path: String
    private var descriptor: Int32
    private var buffer = ByteQueue()
    private var lastFlush = Clock.nanoseconds()
    private(set) var problem: RunError?

    /// Makes the file, or empties it.
    ///
    /// - Throws: 73 if that cannot be done.
    init(path: String) throws(RunError) {
        self.path = path
        // Not even opening waits, for somebody who reads a pipe.
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o666)
        guard descriptor >= 0 else {
            throw RunError(
                .cannotCreate, "the record of commands, \(path), cannot be created: \(String(cString: strerror(errno)))"
            )
        }
        Self.header.utf8.withContiguousStorageIfAvailable { buffer.append(UnsafeRawBufferPointer($0)) }
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    /// Whether rows wait for the file.
    var hasRows: Bool { !buffer.isEmpty }

    /// Adds a row.
    ///
    /// - Parameters:
    ///   - sent: when the proxy had read the command, and `answered` when it had read the reply; 0 for never.
    ///   - text: name, keys and arguments, as cells.
    func add(
        _ number: Int, connection: Int, sent: UInt64, answered: UInt64, text: UnsafeRawBufferPointer,
        reply: ReplyFramer, isSecret: Bool, fault: ProxyFaults.Kind?
    ) {
        guard problem == nil else { return }
        addNumbers(number, connection, sent, answered)
        buffer.append(text)
        buffer.append(UInt8(ascii: ","))
        if answered > 0 { reply.describe(isSecret: isSecret, in: &buffer) }
        endRow(fault)
    }

    /// Adds a row about a connection, in place of a command's.
    ///
    /// - Parameters:
    ///   - name: in small letters, as no command is.
    ///   - detail: in the column of the arguments.
    func note(_ name: StaticString, _ detail: String, connection: Int, fault: ProxyFaults.Kind? = nil) {
        guard problem == nil else { return }
        addNumbers(0, connection, Clock.nanoseconds(), 0)
        RecordText.append(name, to: &buffer)
        RecordText.append(",,", to: &buffer)
        for byte in detail.utf8.prefix(200) { RecordText.append(byte, to: &buffer, keepsBlanks: true) }
        buffer.append(UInt8(ascii: ","))
        endRow(fault)
    }

    private func addNumbers(_ number: Int, _ connection: Int, _ sent: UInt64, _ answered: UInt64) {
        if number > 0 { RecordText.append(number, to: &buffer) }
        buffer.append(UInt8(ascii: ","))
        RecordText.append(connection, to: &buffer)
        buffer.append(UInt8(ascii: ","))
        RecordText.append(sent, to: &buffer)
        buffer.append(UInt8(ascii: ","))
        if answered > 0 { RecordText.append(answered, to: &buffer) }
        buffer.append(UInt8(ascii: ","))
    }

    private func endRow(_ fault: ProxyFaults.Kind?) {
        buffer.append(UInt8(ascii: ","))
        if let fault { for byte in fault.rawValue.utf8 { buffer.append(byte) } }
        buffer.append(10)
        if buffer.count >= Self.flushBytes { flush() }
    }

    /// Writes what has waited long enough.
    func flushIfDue(now: UInt64) {
        if hasRows, now >= lastFlush + Self.flushNanoseconds { flush() }
    }

    func flush() {
        lastFlush = Clock.nanoseconds()
        while problem == nil, !buffer.isEmpty {
            let bytes = buffer.bytes()
            let count = write(descriptor, bytes.baseAddress, bytes.count)
            if count > 0 {
                buffer.consume(count)
            } else if errno != EINTR {
                fail(errno)
            }
        }
    }

    /// Writes the rest and closes the file.
    func close() {
        flush()
        if descriptor >= 0, Glibc.close(descriptor) != 0, errno != EINTR, problem == nil { fail(errno) }
        descriptor = -1
    }

    private func fail(_ code: Int32) {
        problem = RunError(
            .cannotWrite,
            "the record of commands, \(path), could not be written: \(String(cString: strerror(code))); its later rows are lost, "
                + "and commands go on")
        buffer.consume(buffer.count)
    }
}

extension ByteQueue {
    var isEmpty: Bool { count == 0 }
}

extension ReplyFramer {
    /// The reply in few words, as one cell.
    func describe(isSecret: Bool, in text: inout ByteQueue) {
        if isNull { return RecordText.append("(nil)", to: &text) }
        switch kind {
        case UInt8(ascii: "+"): break
        case UInt8(ascii: "-"), UInt8(ascii: "!"): RecordText.append("(error) ", to: &text)
        case UInt8(ascii: ":"): RecordText.append("(integer) ", to: &text)
        case UInt8(ascii: "$"), UInt8(ascii: "="): RecordText.append("(string) ", to: &text)
        case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: "%"), UInt8(ascii: ">"):
            RecordText.append(
                kind == UInt8(ascii: "*")
                    ? "(array) "
                    : kind == UInt8(ascii: "~") ? "(set) " : kind == UInt8(ascii: "%") ? "(map) " : "(push) ",
                to: &text)
            return RecordText.append(max(0, value), to: &text)
        default: RecordText.append("(value) ", to: &text)
        }
        // An error may quote what it was sent.
        let shown = isSecret ? self.text.prefix { $0 != 32 } : self.text.prefix(RecordText.argumentBytes)
        for byte in shown { RecordText.append(byte, to: &text, keepsBlanks: true) }
        if shown.count < self.text.count || (kind == UInt8(ascii: "$") && value > shown.count) {
            RecordText.appendMark(to: &text)
        }
    }
}
