import Foundation
import Glibc
import Synchronization

/// A service on 127.0.0.1 that plays a script to every client that connects, each on a thread of its own.
package final class ScriptedService: Sendable {
    package let port: Int
    private let listener: Int32
    private let count = Mutex(0)
    private let heard = Mutex<[String]>([])

    /// - Parameter script: is given the connection and its number, from 0.
    package init(_ script: @escaping @Sendable (ScriptedService.Peer, Int) -> Void) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 256) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        precondition(isListening)
        listener = descriptor
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self] in
            while true {
                let accepted = accept(descriptor, nil, nil)
                guard accepted >= 0 else {
                    close(descriptor)
                    return
                }
                // It is being released; its end of the listener is still to come.
                guard let service = self else {
                    close(accepted)
                    continue
                }
                let number = service.count.withLock { count in
                    count += 1
                    return count - 1
                }
                let peer = Peer(descriptor: accepted, service: service)
                Thread.detachNewThread {
                    script(peer, number)
                    close(accepted)
                }
            }
        }
    }

    /// Connections that were accepted.
    package var connections: Int { count.withLock { $0 } }
    /// Requests that came in whole, in their order.
    package var requests: [String] { heard.withLock { $0 } }

    deinit {
        // The thread that accepts closes it: it must not accept on a number that has become another listener's.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    package struct Peer: Sendable {
        package let descriptor: Int32
        fileprivate let service: ScriptedService

        /// The next request, head and body; nil once the client has gone.
        package func request() -> String? {
            var received: [UInt8] = []
            var byte: UInt8 = 0
            while !received.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
                received.append(byte)
            }
            let head = String(decoding: received, as: UTF8.self)
            let length = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
            for _ in 0..<(length ?? 0) {
                guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
                received.append(byte)
            }
            let request = String(decoding: received, as: UTF8.self)
            service.heard.withLock { $0.append(request) }
            return request
        }

        package func write(_ text: String) {
            let bytes = Array(text.utf8)
            _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }

        /// Answers with a status and a body.
        package func answer(_ status: Int, _ body: String = "", headers: String = "") {
            write("HTTP/1.1 \(status) Whatever\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
        }

        /// Ends the connection with a reset, as a process that is killed does.
        package func reset() {
            var hard = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
        }
    }
}
