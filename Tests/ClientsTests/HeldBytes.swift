import Foundation
import Glibc
import Synchronization
import TestSupport

/// A server on 127.0.0.1 that keeps what every client has sent so far, whole or not.
final class HeldBytes: Sendable {
    /// What a server does with what a client has sent since its last whole request.
    enum Action {
        case wait
        /// The first so many bytes are a request; it is answered. With 0 an answer comes before there is one.
        case answer(Int, String)
        /// The connection is reset.
        case reset
    }

    /// Requests that came whole, and for each connection what came of the one after.
    private struct Seen {
        var whole: [String] = []
        var parts: [Int: String] = [:]
        var ended = 0
    }

    private let seen: SeenBox
    private let service: ScriptedService

    private final class SeenBox: Sendable {
        let value = Mutex(Seen())
    }

    var port: Int { service.port }
    var whole: [String] { seen.value.withLock { $0.whole } }
    /// The parts of requests that are there, of connections that are open.
    var parts: [String] { seen.value.withLock { $0.parts.values.filter { !$0.isEmpty }.sorted() } }
    /// Connections that clients have ended.
    var ended: Int { seen.value.withLock { $0.ended } }

    init(_ act: @escaping @Sendable (String) -> Action) {
        let seen = SeenBox()
        self.seen = seen
        service = ScriptedService { peer, number in
            var bytes: [UInt8] = []
            var room = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(peer.descriptor, &room, room.count, 0)
                guard count > 0 else { break }
                bytes += room[..<count]
                while !bytes.isEmpty {
                    let action = act(String(decoding: bytes, as: UTF8.self))
                    if case .reset = action {
                        seen.value.withLock { $0.parts[number] = nil }
                        return peer.reset()
                    }
                    guard case .answer(let length, let text) = action else { break }
                    let request = String(decoding: bytes[..<length], as: UTF8.self)
                    bytes.removeFirst(length)
                    if length > 0 { seen.value.withLock { $0.whole.append(request) } }
                    peer.write(text)
                    if length == 0 { break }
                }
                let left = String(decoding: bytes, as: UTF8.self)
                seen.value.withLock { $0.parts[number] = left }
            }
            seen.value.withLock {
                $0.ended += 1
                $0.parts[number] = nil
            }
        }
    }

    /// How many bytes the first command has; nil where it is not whole.
    static func command(_ text: String) -> Int? {
        let lines = text.components(separatedBy: "\r\n")
        guard let count = Int(lines[0].dropFirst()), lines.count > 2 * count + 1 else { return nil }
        return lines[...(2 * count)].reduce(0) { $0 + $1.utf8.count + 2 }
    }

    /// How many bytes the first request has; nil where it is not whole.
    static func request(_ text: String) -> Int? {
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let head = text[..<end.upperBound]
        let length =
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
        let whole = head.utf8.count + length
        return text.utf8.count >= whole ? whole : nil
    }
}
