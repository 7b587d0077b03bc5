internal import FlashSale
internal import Host

/// `postgres://user:password@host:port/database?…`, or the same of MySQL: what its client is told, with the password apart.
struct DatabaseURL {
    private(set) var scheme: String
    /// Decoded; nil where the URL names none.
    private(set) var user: String?
    private(set) var password: String?
    /// As the URL has them, with ports: several are tried in turn.
    private(set) var authority: String
    /// Decoded; nil where the URL names none.
    private(set) var database: String?
    /// The parameters behind the `?`, as the URL has them, without a password.
    private(set) var parameters: [(name: String, value: String)] = []
    /// Names and addresses of hosts, and folders or files of sockets.
    private(set) var hosts: [String] = []

    /// - Throws: 64 for what is no such URL.
    init(_ url: String, place: String, environment: [String: String]) throws(RunError) {
        let wrong = { (what: String) in
            RunError(
                .usage,
                "\(place): at: \(RemoteRule.redacted(url)) \(what); wanted scheme://user:password@host:port/database, percent-encoded "
                    + "where a part has one of : / ? # @ % in it")
        }
        guard let start = url.firstRange(of: "://"),
            url.utf8.allSatisfy({ $0 > 32 && $0 < 127 && !"\\\"'".utf8.contains($0) })
        else { throw wrong("has a blank, a quotation mark or a sign that is not ASCII") }
        guard !url.contains("#") else { throw wrong("has a #") }
        scheme = url[..<start.lowerBound].lowercased()
        let end = url[start.upperBound...].firstIndex { "/?".contains($0) } ?? url.endIndex
        let front = url[start.upperBound..<end]
        guard !url[end...].prefix(while: { $0 != "?" }).contains("@") else { throw wrong("has an @ behind its host") }
        let parts = front.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { throw wrong("has two @") }
        authority = String(parts.last ?? "")
        if parts.count == 2 {
            let colon = parts[0].firstIndex(of: ":") ?? parts[0].endIndex
            guard let user = Self.decode(parts[0][..<colon]), let password = Self.decode(parts[0][colon...].dropFirst())
            else { throw wrong("has a user or password with a bare %") }
            self.user = user.isEmpty ? nil : user
            self.password = password.isEmpty ? nil : password
        }
        let query = url[end...].firstIndex(of: "?") ?? url.endIndex
        guard let path = Self.decode(url[end..<query].dropFirst()) else { throw wrong("has a database with a bare %") }
        database = path.isEmpty ? nil : path
        for item in url[query...].dropFirst().split(separator: "&") {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            // A client decodes names, too, so that an encoded one is not to be overlooked.
            guard pair.count == 2, let name = Self.decode(pair[0]), let value = Self.decode(pair[1]) else {
                throw wrong("has a parameter without a value")
            }
            if name == "password" { password = value } else { parameters.append((name, value)) }
        }
        guard let found = Self.hosts(of: authority) else { throw wrong("has something else than hosts and ports") }
        hosts = found
        for parameter in parameters where ["host", "hostaddr"].contains(parameter.name) {
            hosts += parameter.value.split(separator: ",").map(String.init)
        }
        if let service = parameters.first(where: { $0.name == "service" || $0.name == "servicefile" }) {
            throw wrong(
                "leaves its server to the \(service.name) \(service.value), so that nobody can see here whose it is")
        }
        if !scheme.hasPrefix("postgres") { try checkMySQL(wrong) }
        // libpq looks there where the URL names no host.
        if hosts.isEmpty, scheme.hasPrefix("postgres"), let host = environment["PGHOST"], !host.isEmpty {
            hosts = host.split(separator: ",").map(String.init)
        }
    }

    /// Options of MySQL's client that a URL may have beside `socket`.
    static let mysqlOptions = ["ssl-ca", "ssl-cert", "ssl-key", "ssl-mode", "ssl-verify-server-cert"]

    /// Its client knows no URLs, so that a parameter of another name would be lost in silence.
    private func checkMySQL(_ wrong: (String) -> RunError) throws(RunError) {
        guard hosts.count <= 1 else { throw wrong("has several hosts, and one is asked") }
        for parameter in parameters where !(Self.mysqlOptions + ["socket"]).contains(parameter.name) {
            throw wrong(
                "has the parameter \(parameter.name), and only socket, \(Self.mysqlOptions.joined(separator: ", ")) are known"
            )
        }
    }

    /// Its URL without the password.
    var shown: String { RemoteRule.redacted(locator) }

    /// The URL without the password, as the client is told it.
    var locator: String {
        let user = user.map { Self.encode($0) + "@" } ?? ""
        let items = parameters.map { "\(Self.encode($0.name))=\(Self.encode($0.value))" }
        return "\(scheme)://\(user)\(authority)/\(database.map(Self.encode) ?? "")"
            + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
    }

    /// The hosts of `a:1,[::1]:2`; nil for anything else.
    private static func hosts(of authority: String) -> [String]? {
        var hosts: [String] = []
        for part in authority.split(separator: ",") {
            // A folder of sockets is percent-encoded there.
            guard let decoded = decode(part) else { return nil }
            if decoded.hasPrefix("/") {
                hosts.append(decoded)
            } else if part.hasPrefix(":"), part.dropFirst().allSatisfy(\.isNumber) {
                continue
            } else {
                guard !part.contains("%"), let host = RemoteRule.host(of: "x://\(part)") else { return nil }
                hosts.append(host)
            }
        }
        return hosts
    }

    // MARK: SQLite

    /// The path of `sqlite:///absolute/path`.
    static func path(ofSQLite url: String, place: String) throws(RunError) -> String {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? ""
        guard rest.hasPrefix("/"), !rest.contains("?"), let path = decode(rest), !path.utf8.contains(0) else {
            throw RunError(
                .usage, "\(place): at: wanted sqlite:///absolute/path/of/the.db, found \(RemoteRule.redacted(url))")
        }
        return path.hasPrefix("//") ? String(path.dropFirst()) : path
    }

    // MARK: Percent-encoding (RFC 3986)

    static func decode(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next(), let low = rest.next(), high != UInt8(ascii: "+"),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            if byte < 128, scalar.properties.isAlphabetic || (48...57).contains(byte) || "-._~".utf8.contains(byte) {
                encoded.unicodeScalars.append(scalar)
            } else {
                encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
