internal import FlashSale
internal import Glibc
internal import Synchronization

/// The end of what a program that carries a link has written to its standard error. It is read always, so that the program never
/// waits for a reader.
final class CarrierErrors: Sendable {
    private struct State {
        var descriptor: Int32
        var tail: [UInt8] = []
    }

    /// How much of it is kept.
    private static var keptBytes: Int { 4096 }
    private let state: Mutex<State>

    /// - Parameter descriptor: whoever made it closes it, after ``end()``.
    init(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        state = Mutex(State(descriptor: descriptor))
    }

    /// Reads what there is.
    func drain() { state.withLock { Self.drain(&$0) } }

    /// Reads what there is, and nothing any more.
    func end() {
        state.withLock { state in
            Self.drain(&state)
            state.descriptor = -1
        }
    }

    var text: String { state.withLock { String(decoding: $0.tail, as: UTF8.self) } }

    private static func drain(_ state: inout State) {
        // A program that writes without end shall not keep us.
        var most = 1 << 20
        while state.descriptor >= 0, most > 0 {
            let count = withUnsafeTemporaryAllocation(byteCount: keptBytes, alignment: 1) { buffer in
                let count = read(state.descriptor, buffer.baseAddress!, buffer.count)
                if count > 0 { state.tail += buffer[..<count] }
                return count
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                if count == 0 { state.descriptor = -1 }
                break
            }
            most -= count
            if state.tail.count > keptBytes { state.tail.removeFirst(state.tail.count - keptBytes) }
        }
    }
}
