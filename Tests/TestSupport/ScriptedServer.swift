import Dispatch
import Foundation
import Glibc

/// A server on 127.0.0.1 that plays a script to the first client that connects, and is gone when it is released.
package final class ScriptedServer: Sendable {
    /// One accepted connection, blocking.
    package struct Peer: Sendable {
        package let descriptor: Int32

        /// Reads until what came ends with `ending`, or the client has gone. What came.
        @discardableResult
        package func read(until ending: String) -> [UInt8] {
            var received: [UInt8] = []
            var byte: UInt8 = 0
            while !received.suffix(ending.utf8.count).elementsEqual(ending.utf8), recv(descriptor, &byte, 1, 0) == 1 {
                received.append(byte)
            }
            return received
        }

        package func write(_ bytes: [UInt8]) {
            _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }

        package func write(_ text: String) { write(Array(text.utf8)) }

        /// Reads until the client has gone.
        package func waitForEnd() {
            var byte: UInt8 = 0
            while recv(descriptor, &byte, 1, 0) > 0 {}
        }
    }

    package let port: Int
    private let listener: Int32
    private let hasAccepted = DispatchSemaphore(value: 0)

    package init(_ script: @escaping @Sendable (Peer) -> Void) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        precondition(isListening)
        listener = descriptor
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [hasAccepted] in
            let accepted = accept(descriptor, nil, nil)
            hasAccepted.signal()
            guard accepted >= 0 else { return }
            var on: Int32 = 1
            setsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            script(Peer(descriptor: accepted))
            close(accepted)
        }
    }

    /// A server that shakes hands, waits for the command GO, writes `pieces` apart from each other, and then either
    /// hangs up or waits for the client to.
    package convenience init(answering pieces: [[UInt8]], hangsUp: Bool = false) {
        self.init { peer in
            peer.read(until: "PING\r\n")
            peer.write("+PONG\r\n")
            peer.read(until: "GO\r\n")
            for (number, piece) in pieces.enumerated() {
                if number > 0 { usleep(300) }
                peer.write(piece)
            }
            if !hangsUp { peer.waitForEnd() }
        }
    }

    package convenience init(answering text: String, hangsUp: Bool = false) {
        self.init(answering: [Array(text.utf8)], hangsUp: hangsUp)
    }

    deinit {
        // Wakes the thread, which must not accept on a number that has become another listener's.
        shutdown(listener, Int32(SHUT_RDWR))
        hasAccepted.wait()
        close(listener)
    }
}
