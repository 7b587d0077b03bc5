internal import CLinux
internal import Glibc

/// A command's first run on a connection of its own, whose replies are dropped.
final class FirstRun {
    enum Progress {
        case waiting, done
        /// The connection was lost before the last reply came.
        case failed
    }

    private let descriptor: Int32
    private let bytes: [UInt8]
    private var sent = 0
    private var repliesLeft: Int
    /// Of these, what makes the connection the same as the client's.
    private var introductionsLeft: Int
    private(set) var replies = ReplyFramer()
    /// The connection could not be made the same, or what was run had no effect that is known.
    private(set) var hasRefused = false
    private var buffer = ByteQueue()
    private var isClosed = false
    /// When it was sent.
    let started = Clock.nanoseconds()

    /// Something has happened at the socket.
    var isReady = false
    var isEnding = false

    init(_ descriptor: Int32, bytes: [UInt8], replies: Int, introductions: Int) {
        self.descriptor = descriptor
        self.bytes = bytes
        repliesLeft = replies
        introductionsLeft = introductions
    }

    deinit { close() }

    func close() {
        if !isClosed { Glibc.close(descriptor) }
        isClosed = true
    }

    /// Writes and reads what can be now.
    func step() -> Progress {
        guard isReady else { return .waiting }
        while sent < bytes.count {
            let result = bytes.withUnsafeBytes {
                ProxySocket.write(UnsafeRawBufferPointer(rebasing: $0[sent...]), to: descriptor)
            }
            switch result {
            case .bytes(let count): sent += count
            case .later: return .waiting
            case .ended, .lost: return .failed
            }
        }
        while true {
            switch ProxySocket.read(descriptor, into: buffer.room(atLeast: 4096)) {
            case .bytes(let count):
                buffer.added(count)
                if let progress = scan() { return progress }
            case .later: return .waiting
            case .ended, .lost: return .failed
            }
        }
    }

    private func scan() -> Progress? {
        while true {
            let (used, event) = replies.advance(buffer.bytes())
            buffer.consume(used)
            switch event {
            case .more: return nil
            case .header: break
            case .end:
                if replies.isPush { continue }
                repliesLeft -= 1
                if introductionsLeft > 0 {
                    introductionsLeft -= 1
                    if replies.isError { hasRefused = true }
                }
                if repliesLeft == 0 {
                    if replies.isNull, replies.kind != UInt8(ascii: "$") { hasRefused = true }
                    return .done
                }
            case .broken: return .failed
            }
        }
    }
}
