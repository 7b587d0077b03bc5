import Dispatch
import Foundation
import Glibc
import Synchronization

/// A server on 127.0.0.1 with a thread for each connection, which reads whole commands and does what a test says.
package final class CommandServer: Sendable {
    /// What is done after a command.
    package enum Answer: Sendable {
        case write(String)
        /// The second some time after the first.
        case writeLater(String, String)
        /// Byte after byte, each in a packet of its own.
        case trickle(String)
        /// In two parts.
        case split(String, at: Int)
        /// Hangs up, after these bytes.
        case hangUp(String)
        case silence
        /// Reads nothing more.
        case deafness
    }

    package let port: Int
    private let listener: Int32
    private let peers = Peers()
    private let hasStoppedAccepting = DispatchSemaphore(value: 0)

    /// How many connections there were.
    package var connections: Int { peers.accepted.load(ordering: .acquiring) }

    /// - Parameters:
    ///   - limit: bytes of an argument after which nothing more is read.
    ///   - answer: for the arguments of a command, the first of which is its name. PING and CLIENT are answered before it
    ///     is asked.
    package init(readingAtMost limit: Int = .max, _ answer: @escaping @Sendable ([String]) -> Answer) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        precondition(isListening)
        listener = descriptor
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [peers, hasStoppedAccepting] in
            defer { hasStoppedAccepting.signal() }
            while true {
                let peer = accept(descriptor, nil, nil)
                guard peer >= 0 else { return }
                peers.add(peer)
                var on: Int32 = 1
                setsockopt(peer, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
                Thread.detachNewThread {
                    Self.serve(peer, limit, answer)
                    peers.close(peer)
                }
            }
        }
    }

    deinit {
        // Wakes the thread, which must not accept on a number that has become another listener's.
        shutdown(listener, Int32(SHUT_RDWR))
        hasStoppedAccepting.wait()
        close(listener)
        peers.hangUp()
    }

    /// The open connections. A number that was closed is soon somebody else's in this process, so it is forgotten at the
    /// same moment.
    private final class Peers: Sendable {
        let accepted = Atomic(0)
        private let open = Mutex<Set<Int32>>([])

        func add(_ peer: Int32) {
            accepted.add(1, ordering: .releasing)
            open.withLock { _ = $0.insert(peer) }
        }

        func close(_ peer: Int32) {
            open.withLock {
                $0.remove(peer)
                _ = Glibc.close(peer)
            }
        }

        /// Ends all waits of the threads that serve, each of which then closes its own.
        func hangUp() {
            open.withLock { for peer in $0 { shutdown(peer, Int32(SHUT_RDWR)) } }
        }
    }

    private static func serve(_ peer: Int32, _ limit: Int, _ answer: ([String]) -> Answer) {
        while let command = readCommand(peer, limit) {
            switch command[0] {
            case "PING": write(peer, "+PONG\r\n")
            case "CLIENT": write(peer, "+OK\r\n")
            default:
                switch answer(command) {
                case .write(let text): write(peer, text)
                case .writeLater(let first, let second):
                    write(peer, first)
                    usleep(100_000)
                    write(peer, second)
                case .trickle(let text):
                    for byte in text.utf8 {
                        write(peer, [byte])
                        usleep(200)
                    }
                case .split(let text, let place):
                    write(peer, Array(text.utf8.prefix(place)))
                    usleep(300)
                    write(peer, Array(text.utf8.dropFirst(place)))
                case .hangUp(let text): return write(peer, text)
                case .silence: break
                case .deafness: return waitForEnd(peer)
                }
            }
        }
    }

    /// Reads nothing until the client is gone.
    private static func waitForEnd(_ peer: Int32) {
        var poller = pollfd(fd: peer, events: 0, revents: 0)
        poll(&poller, 1, 20_000)
    }

    private static func write(_ peer: Int32, _ text: String) { write(peer, Array(text.utf8)) }

    private static func write(_ peer: Int32, _ bytes: [UInt8]) {
        _ = send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// nil when the client has gone.
    private static func readCommand(_ peer: Int32, _ limit: Int) -> [String]? {
        guard let head = readLine(peer), head.first == "*", let count = Int(head.dropFirst()) else { return nil }
        var arguments: [String] = []
        for _ in 0..<count {
            guard let line = readLine(peer), let size = Int(line.dropFirst()) else { return nil }
            guard size <= limit else {
                waitForEnd(peer)
                return nil
            }
            var bytes = [UInt8](repeating: 0, count: size + 2)
            var read = 0
            while read < bytes.count {
                let more = bytes.withUnsafeMutableBytes { recv(peer, $0.baseAddress! + read, $0.count - read, 0) }
                guard more > 0 else { return nil }
                read += more
            }
            arguments.append(String(decoding: bytes.dropLast(2), as: UTF8.self))
        }
        return arguments
    }

    private static func readLine(_ peer: Int32) -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while recv(peer, &byte, 1, 0) == 1 {
            if byte == 10 { return String(decoding: line.dropLast(), as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }
}
