/// Reads a Redis URL from left to right. Each function takes its part off the front of what is left.
///
/// What stands where a port was expected may be a password with its `@host` forgotten, so it is never quoted.
struct RedisURLParser {
    private let url: String
    var rest: Substring

    private static let forms =
        "redis://[[user]:password@]host[:port][/db], rediss:// for TLS, or unix://[[user]:password@]/path[?db=N]"

    init(_ url: String) {
        self.url = url
        rest = url[...]
    }

    mutating func endpoint() throws(RedisURLError) -> RedisEndpoint {
        // A mark that joins a sign would hide it, and a password that it ends would be taken for a host.
        guard !url.contains(where: Self.hidesSign) else { throw Self.joined }
        guard let colon = url.firstRange(of: "://") else { throw withoutScheme() }
        rest = url[colon.upperBound...]
        let scheme = url[..<colon.lowerBound].lowercased()
        switch scheme {
        case "redis": return try tcp()
        case "unix": return try unix()
        case "redis+sentinel": return try sentinel()
        case "redis+cluster": return try cluster()
        case "rediss":
            var endpoint = try tcp()
            endpoint.tls = RedisEndpoint.TLS()
            return endpoint
        default:
            throw RedisURLError(
                "wanted a Redis URL, \(Self.forms), \(Self.sentinelForm) or \(Self.clusterForm), but found the scheme \"\(scheme)\""
            )
        }
    }

    private static var joined: RedisURLError {
        RedisURLError(
            "the Redis URL has a character that joins the sign beside it: write what is not ASCII percent-encoded")
    }

    private static func hidesSign(_ character: Character) -> Bool {
        character.unicodeScalars.count > 1
            && character.unicodeScalars.contains { ":/?#@[]%&=".unicodeScalars.contains($0) }
    }

    private func withoutScheme() -> RedisURLError {
        guard !url.isEmpty else { return RedisURLError("the Redis URL is empty: wanted \(Self.forms)") }
        guard !url.contains("@") else {
            return RedisURLError("the Redis URL has no scheme: put redis:// before it")
        }
        let suggestion = url.hasPrefix("/") ? "unix://\(url)" : "redis://\(url)"
        return RedisURLError("the Redis URL has no scheme: did you mean \(suggestion)?")
    }

    // MARK: redis://

    private mutating func tcp() throws(RedisURLError) -> RedisEndpoint {
        var endpoint = RedisEndpoint(transport: .unix(path: ""))
        endpoint.transport = try address(try authority(into: &endpoint), port: RedisEndpoint.defaultPort)
        let path = path()
        endpoint.database = try database(path: path.isEmpty ? nil : path)
        return endpoint
    }

    /// Takes what stands before the path: the credentials go into `endpoint`, the hosts are left.
    mutating func authority(into endpoint: inout RedisEndpoint) throws(RedisURLError) -> Substring {
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        guard !rest[end...].contains("@") else {
            throw RedisURLError(
                "the Redis URL has an @ after its host: in a user or password, write / as %2F, ? as %3F, # as %23")
        }
        let authority = rest[..<end]
        rest = rest[end...]
        guard let at = authority.lastIndex(of: "@") else { return authority }
        try readCredentials(authority[..<at], into: &endpoint)
        return authority[authority.index(after: at)...]
    }

    /// Takes the path without its first slash; empty where there is none.
    mutating func path() -> Substring {
        guard rest.first == "/" else { return "" }
        let query = rest.firstIndex { "?#".contains($0) } ?? rest.endIndex
        let path = rest[rest.index(after: rest.startIndex)..<query]
        rest = rest[query...]
        return path
    }

    /// - Parameter port: where the URL names none.
    func address(_ authority: Substring, port defaultPort: Int) throws(RedisURLError) -> RedisEndpoint.Transport {
        let host: Substring
        let tail: Substring
        if authority.first == "[" {
            guard let close = authority.firstIndex(of: "]") else {
                throw RedisURLError(
                    "the Redis URL has an IPv6 address without its closing bracket: wanted redis://[::1]:6379")
            }
            host = authority[authority.index(after: authority.startIndex)..<close]
            tail = authority[authority.index(after: close)...]
            guard host.contains(":") else {
                throw RedisURLError(
                    "the Redis URL has something in brackets that is no IPv6 address: wanted redis://[::1]:6379")
            }
        } else {
            let colon = authority.firstIndex(of: ":") ?? authority.endIndex
            host = authority[..<colon]
            tail = authority[colon...]
        }
        guard !host.isEmpty, !host.utf8.contains(where: { $0 <= 32 || $0 == 127 }) else {
            throw RedisURLError("the Redis URL has no host: wanted \(Self.forms)")
        }
        // Nor may the host hide the colon that reports write behind it.
        guard !"\(host):".contains(where: Self.hidesSign) else { throw Self.joined }
        guard !tail.isEmpty, tail != ":" else {
            return .tcp(host: String(host), port: defaultPort)
        }
        guard tail.first == ":", let port = Self.number(tail.dropFirst()), (1...65535).contains(port) else {
            throw RedisURLError(
                "the Redis URL has something else than a port, 1 to 65535, after its host: an IPv6 address goes in brackets, "
                    + "redis://[::1]:6379, and after user:password comes @host")
        }
        return .tcp(host: String(host), port: port)
    }

    // MARK: unix://

    private mutating func unix() throws(RedisURLError) -> RedisEndpoint {
        var endpoint = RedisEndpoint(transport: .unix(path: ""))
        if rest.first != "/", let at = rest.firstRange(of: "@/") {
            try readCredentials(rest[..<at.lowerBound], into: &endpoint)
            rest = rest[rest.index(after: at.lowerBound)...]
        }
        guard rest.first == "/" else {
            throw RedisURLError("the Redis URL has no absolute path of a socket: wanted unix:///path/to/redis.sock")
        }
        let end = rest.firstIndex { "?#".contains($0) } ?? rest.endIndex
        guard let path = PercentEncoding.decode(rest[..<end]), !path.utf8.contains(0) else {
            throw RedisURLError("the Redis URL has a path that is not percent-encoded UTF-8: write % as %25")
        }
        guard path.utf8.count <= RedisEndpoint.maximumPathBytes else {
            throw RedisURLError(
                "the socket's path has \(path.utf8.count) bytes, and a Unix socket's can have "
                    + "\(RedisEndpoint.maximumPathBytes): use a shorter one, or a symbolic link to its folder")
        }
        rest = rest[end...]
        guard !rest.contains("@") else {
            throw RedisURLError(
                "the Redis URL has an @ after its path: in a user or password, write / as %2F, ? as %3F, # as %23")
        }
        endpoint.transport = .unix(path: path)
        endpoint.database = try database(path: nil)
        return endpoint
    }

    // MARK: Parts that both have

    private func readCredentials(_ text: Substring, into endpoint: inout RedisEndpoint) throws(RedisURLError) {
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        guard let user = PercentEncoding.decode(text[..<colon]),
            let password = PercentEncoding.decode(text[colon...].dropFirst())
        else {
            throw RedisURLError("the Redis URL has a user or password with a bare %: write it as %25")
        }
        endpoint.username = user.isEmpty ? nil : user
        // "user:@" is a user whose password is empty; ":@" is nobody.
        endpoint.password = colon == text.endIndex || (user.isEmpty && password.isEmpty) ? nil : password
    }

    /// The database from the path and the query, 0 if neither has it.
    func database(path: Substring?) throws(RedisURLError) -> Int {
        guard !rest.contains("#") else {
            throw RedisURLError("the Redis URL has a #, which means nothing in it: write it as %23")
        }
        var found = path
        for item in rest.dropFirst().split(separator: "&") {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair[0] == "db", pair.count == 2 else {
                throw RedisURLError("the Redis URL has the parameter \"\(pair[0])\", and only db=N is known")
            }
            guard found == nil else { throw RedisURLError("the Redis URL names its database twice: keep one") }
            found = pair[1]
        }
        guard let found else { return 0 }
        guard let database = Self.number(found), database <= Int(Int32.max) else {
            throw RedisURLError("the Redis URL has the database \"\(found)\": wanted a number from 0")
        }
        return database
    }

    /// Decimal digits and nothing else; `Int` would take a sign too.
    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } ? Int(text) : nil
    }
}

/// Why a Redis URL was refused: what was wanted, what was found and what to do.
///
/// The message never repeats a part of the URL that could be a password.
package struct RedisURLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One or two sentences for the user.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Percent-encoding as RFC 3986 has it, for the parts of a Redis URL.
enum PercentEncoding {
    private static let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Encodes every byte that is neither unreserved nor in `kept`.
    static func encode(_ text: String, keeping kept: String = "") -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if unreserved.contains(byte) || kept.utf8.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text that was encoded, or nil where a `%` is not followed by two hexadecimal digits or the result is not
    /// UTF-8.
    static func decode(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(value), let low = rest.next().flatMap(value) else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
