package import FlashSale
internal import Glibc

/// Nothing is asked or loaded on another machine unless its user says so: a URL with a slip in it could be anybody's server.
package enum RemoteRule {
    /// - Parameters:
    ///   - url: its host is read without asking anybody what it means.
    ///   - place: where it stands, such as `shop.yaml:12` or `--service`.
    /// - Throws: 64 for a URL without a host that can be read, and for one of another machine unless `allowsRemote`.
    package static func check(url: String, place: String, allowsRemote: Bool) throws(RunError) {
        guard let host = host(of: url) else {
            throw RunError(
                .usage,
                "\(place): wanted a URL with a host, such as http://127.0.0.1:8080, found \(redacted(url)); write what has a "
                    + "meaning in a URL percent-encoded in user and password")
        }
        try check(host: host, of: redacted(url), place: place, allowsRemote: allowsRemote)
    }

    /// - Parameter shown: the URL that the host is of, without a password.
    /// - Throws: 64 for another machine unless `allowsRemote`.
    package static func check(
        host: String, of shown: String, place: String, allowsRemote: Bool
    ) throws(RunError) {
        guard allowsRemote || isLocal(host) else {
            throw RunError(
                .usage,
                "\(place): \(shown) is not on this machine (only localhost, 127.0.0.0/8 and ::1 are): whose server is it? If it is "
                    + "yours to load and to change, say so with --allow-remote")
        }
    }

    /// Whether a host is this machine: 127/8, ::1 or `localhost`. No name is looked up.
    package static func isLocal(_ host: String) -> Bool {
        let name = host.lowercased()
        if name == "localhost" || name == "localhost." { return true }
        var four = in_addr()
        if inet_pton(AF_INET, name, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
        var six = in6_addr()
        guard inet_pton(AF_INET6, name, &six) == 1 else { return false }
        let bytes = withUnsafeBytes(of: six) { Array($0) }
        let loopback = [UInt8](repeating: 0, count: 15) + [1]
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 127]
        return bytes == loopback || bytes.starts(with: mapped)
    }

    /// The host of `scheme://user:password@host:port/…`, IPv6 without its brackets.
    ///
    /// - Returns: nil where programs could disagree about which host is meant.
    package static func host(of url: String) -> String? {
        guard let start = url.firstRange(of: "://"), !start.lowerBound.isAtStart(of: url),
            url.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\\") })
        else { return nil }
        var authority = url[start.upperBound...].prefix { !"/?#".contains($0) }
        let parts = authority.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count <= 2, let last = parts.last else { return nil }
        authority = last
        if authority.first == "[" {
            guard let close = authority.firstIndex(of: "]"), isPort(authority[close...].dropFirst()) else { return nil }
            let address = String(authority[..<close].dropFirst())
            var six = in6_addr()
            return inet_pton(AF_INET6, address, &six) == 1 ? address : nil
        }
        let colon = authority.firstIndex(of: ":") ?? authority.endIndex
        let host = authority[..<colon]
        let isName = host.allSatisfy { $0.isLetter || $0.isNumber || "-._".contains($0) }
        return isName && !host.isEmpty && isPort(authority[colon...]) ? String(host) : nil
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard !text.isEmpty else { return true }
        let digits = text.dropFirst()
        return text.first == ":" && digits.allSatisfy(\.isNumber) && Int(digits).map { 1...65535 ~= $0 } == true
    }

    /// A URL without its password and without the parameters that may hold one.
    package static func redacted(_ url: String) -> String {
        guard let start = url.firstRange(of: "://") else { return url.contains("@") ? "a URL without a scheme" : url }
        let rest = url[start.upperBound...]
        // A password may hold a sign that ends the host; what stands before the last @ is never shown but for the user.
        var shown = String(url[..<start.upperBound])
        var tail = rest
        if let at = rest.lastIndex(of: "@") {
            let user = rest[..<at].prefix { !":/?#@".contains($0) }
            let isPlain = !rest[..<at].contains { "/?#".contains($0) }
            shown += user.isEmpty ? "" : isPlain ? "\(user)@" : "\(user)…@"
            tail = rest[rest.index(after: at)...]
        }
        let query = tail.firstIndex(of: "?") ?? tail.endIndex
        shown += tail[..<query]
        guard query < tail.endIndex else { return shown }
        let items = tail[query...].dropFirst().split(separator: "&").map { item in
            let name = item.prefix { $0 != "=" }
            let isSecret = ["pass", "secret", "token", "key", "auth", "pwd"].contains {
                name.lowercased().contains($0)
            }
            return isSecret ? "\(name)=…" : String(item)
        }
        return shown + "?" + items.joined(separator: "&")
    }
}

extension String.Index {
    fileprivate func isAtStart(of text: String) -> Bool { self == text.startIndex }
}
