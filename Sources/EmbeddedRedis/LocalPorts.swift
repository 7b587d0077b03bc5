internal import FoundationEssentials
internal import Glibc

/// Where processes listen for TCP connections, from /proc: it tells who is at a port without connecting to it.
package enum ListeningSockets {
    /// The addresses, such as `127.0.0.1:6379` and `[::]:6379`, at which these processes listen. Nil where the system does
    /// not tell.
    package static func addresses(of processes: [Int32]) -> [String]? {
        guard let table = SmallFile.read("/proc/net/tcp") else { return nil }
        // A system without IPv6 has no such table.
        let listening = listeners(table) + listeners(SmallFile.read("/proc/net/tcp6") ?? "")
        guard !listening.isEmpty else { return [] }
        let sockets = sockets(of: processes)
        return listening.filter { sockets.contains("socket:[\($0.inode)]") }.map(\.address).sorted()
    }

    /// What the kernel calls the sockets that processes have.
    static func sockets(of processes: [Int32]) -> Set<String> {
        var sockets: Set<String> = []
        for process in processes {
            let folder = "/proc/\(process)/fd"
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { continue }
            for name in names {
                if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)") {
                    sockets.insert(target)
                }
            }
        }
        return sockets
    }

    /// The sockets in a table of the kernel's that listen. They stand before all others, of which there may be a hundred thousand
    /// (https://docs.kernel.org/networking/proc_net_tcp.html).
    package static func listeners(_ table: String) -> [(address: String, inode: Substring)] {
        var found: [(address: String, inode: Substring)] = []
        var rest = table.utf8.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            let fields = Substring(rest[..<end]).split(separator: " ")
            guard fields.count > 9, fields[3] == "0A" else { break }
            if let address = address(fields[1]) { found.append((address, fields[9])) }
            rest = rest[end...].dropFirst()
        }
        return found
    }

    /// The kernel writes each word of an address as the number that this machine takes it for.
    static func address(_ field: Substring) -> String? {
        let parts = field.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1], radix: 16), [8, 32].contains(parts[0].utf8.count) else {
            return nil
        }
        var digits = parts[0]
        var words: [UInt32] = []
        while !digits.isEmpty {
            guard let word = UInt32(digits.prefix(8), radix: 16) else { return nil }
            words.append(word)
            digits = digits.dropFirst(8)
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(words.count == 1 ? AF_INET : AF_INET6, words, &text, socklen_t(text.count)) != nil else {
            return nil
        }
        let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return words.count == 1 ? "\(name):\(port)" : "[\(name)]:\(port)"
    }
}

/// A port that nobody listens on at this moment.
package enum FreePort {
    /// The kernel's choice among the ports of 127.0.0.1, or nil if it has none.
    package static func find() -> Int? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        return isBound ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }
}
