internal import FlashSale
internal import Glibc

/// Where the live page is served: an address of this machine that no other can reach, since the page has a button that stops the
/// run.
package struct LiveAddress: Sendable, Equatable {
    /// What is wrong with it, for the user.
    package struct Problem: Error, Equatable {
        package var message: String
        init(_ message: String) { self.message = message }
    }

    /// A number: `127.0.0.1` or `::1`, without brackets.
    package var host: String
    /// 0 for any that is free.
    package var port: Int

    private static let form =
        "an address of this machine is wanted, such as 127.0.0.1:8080, [::1]:8080 or localhost; port 0 takes any"

    /// Reads `HOST`, `HOST:PORT` and `[HOST]:PORT`.
    ///
    /// - Throws: ``Problem`` for what is no loopback address, and for a port that is none.
    package init(_ text: String) throws(Problem) {
        var name = text
        var number: String?
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            name = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw Problem(Self.form) }
            number = rest.isEmpty ? nil : String(rest.dropFirst())
        } else if text.count(where: { $0 == ":" }) == 1, let colon = text.firstIndex(of: ":") {
            name = String(text[..<colon])
            number = String(text[text.index(after: colon)...])
        }
        if let number {
            guard !number.isEmpty, number.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(number),
                (0...65535).contains(port)
            else { throw Problem("a port from 0 to 65535 is wanted; \(Self.form)") }
            self.port = port
        } else {
            port = 0
        }
        guard let host = Self.loopback(name) else {
            throw Problem(
                "\(Self.form). Others than this machine's users must not reach it; "
                    + "from elsewhere, look at it through ssh -L")
        }
        self.host = host
    }

    private static func loopback(_ name: String) -> String? {
        if name == "localhost" { return "127.0.0.1" }
        var address = in_addr()
        // Big-endian: the first byte comes first.
        if inet_pton(AF_INET, name, &address) == 1 {
            return UInt8(truncatingIfNeeded: address.s_addr) == 127 ? name : nil
        }
        var long = in6_addr()
        guard inet_pton(AF_INET6, name, &long) == 1 else { return nil }
        return withUnsafeBytes(of: &long) { $0.dropLast().allSatisfy { $0 == 0 } && $0[15] == 1 } ? "::1" : nil
    }

    /// As it stands in a URL, with the port that was taken.
    package static func authority(host: String, port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
